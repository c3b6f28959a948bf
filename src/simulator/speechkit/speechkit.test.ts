import { credentials, Metadata, status, type ClientReadableStream } from '@grpc/grpc-js';
import { stt, sttService } from '@yandex-cloud/nodejs-sdk/ai-stt-v3';
import { tts, ttsService } from '@yandex-cloud/nodejs-sdk/ai-tts-v3';
import { request } from 'undici';
import { afterEach, describe, expect, it } from 'vitest';
import { bytesToMs, concatBytes, silence } from '../../audio/pcm.ts';
import { dominantTone } from '../../audio/tone.ts';
import { systemClock, sleep } from '../../base/clock.ts';
import type { Fault } from './faults.ts';
import { startSpeechKitSimulator, type SpeechKitSimulator } from './speechkit.ts';

let simulator: SpeechKitSimulator;
const closing: { close(): void }[] = [];
afterEach(async () => {
  for (const client of closing.splice(0)) client.close();
  await simulator.stop();
});

const metadata = new Metadata();
metadata.set('authorization', 'Api-Key secret');

describe('synthesis v3, asked by the official SDK', () => {
  it('speaks each text as its own tone, in pieces whose times and words fit together', async () => {
    simulator = await startSpeechKitSimulator();
    const pieces = await speech('Добрый день');
    const pcm = {
      sampleRateHz: 8000,
      data: concatBytes(pieces.map((piece) => piece.audioChunk?.data ?? Buffer.of())),
    };
    expect(bytesToMs(pcm.data.byteLength, 8000)).toBe(11 * 60);
    expect(Math.abs(dominantTone(pcm).hz - simulator.toneOf('Добрый день'))).toBeLessThan(4);
    expect(pieces.map((piece) => [piece.startMs, piece.lengthMs])).toEqual([
      [0, 200],
      [200, 200],
      [400, 200],
      [600, 60],
    ]);
    expect(simulator.requests).toMatchObject([
      {
        service: 'tts-grpc',
        text: 'Добрый день',
        authorization: 'Api-Key',
        outcome: 'answered',
        audioMs: 660,
      },
    ]);
  });

  it('is as slow as it is told, the same each time for the same seed', async () => {
    const took = [];
    for (let run = 0; run < 2; run++) {
      simulator = await startSpeechKitSimulator({
        delays: { firstAudioMs: 40, firstAudioJitterMs: 100 },
        seed: 5,
      });
      const from = performance.now();
      await speech('раз');
      took.push(performance.now() - from);
      await simulator.stop();
    }
    expect(Math.min(...took)).toBeGreaterThan(40);
    expect(Math.abs((took[0] ?? 0) - (took[1] ?? 0))).toBeLessThan(40);
  });

  it.each<[Fault, status]>([
    [{ kind: 'refused' }, status.UNAVAILABLE],
    [{ kind: 'quota' }, status.RESOURCE_EXHAUSTED],
    [{ kind: 'unauthenticated' }, status.UNAUTHENTICATED],
    [{ kind: 'invalid' }, status.INVALID_ARGUMENT],
    [{ kind: 'half', audioMs: 100, then: 'error' }, status.INTERNAL],
    [{ kind: 'garbage', as: 'bytes' }, status.INTERNAL],
    [{ kind: 'garbage', as: 'html' }, status.INTERNAL],
  ])('fails as told for the requests it was told about: %j', async (fault, code) => {
    simulator = await startSpeechKitSimulator();
    simulator.faults.set('tts-grpc', fault, { next: 1, text: /раз/ });
    expect(await speech('два')).not.toEqual([]);
    await expect(speech('раз')).rejects.toMatchObject({ code });
    expect(await speech('раз')).not.toEqual([]);
  });

  it('delivers the half that it was told to before it breaks off', async () => {
    simulator = await startSpeechKitSimulator();
    simulator.faults.set('tts-grpc', { kind: 'half', audioMs: 300, then: 'error' });
    const heard: number[] = [];
    const call = synthesize('раз, два, три');
    call.on('data', (piece: tts.UtteranceSynthesisResponse) => heard.push(piece.lengthMs));
    await new Promise((resolve) => call.on('error', resolve));
    expect(heard).toEqual([200, 100]);
  });

  it('hangs until the client gives up, and notes that it did', async () => {
    simulator = await startSpeechKitSimulator();
    simulator.faults.set('tts-grpc', { kind: 'hung' });
    const call = synthesize('раз');
    call.on('error', () => undefined);
    await sleep(systemClock, 50);
    expect(simulator.requests[0]?.outcome).toBe('open');
    call.cancel();
    await expect.poll(() => simulator.requests[0]?.outcome).toBe('cancelled');
  });

  it('ends audio within a sample, or without any', async () => {
    simulator = await startSpeechKitSimulator();
    simulator.faults.set('tts-grpc', { kind: 'garbage', as: 'oddLength' });
    expect((await speech('раз')).at(-1)?.audioChunk?.data.byteLength).toBe(200 * 16 - 1);
    simulator.faults.set('tts-grpc', { kind: 'garbage', as: 'empty' });
    expect(await speech('раз')).toEqual([]);
    simulator.faults.clear('tts-grpc');
    expect(await speech('раз')).toHaveLength(2);
  });

  it('refuses a text of 251 characters, a request without credentials, and silence', async () => {
    simulator = await startSpeechKitSimulator();
    await expect(speech('а'.repeat(251))).rejects.toMatchObject({ code: status.INVALID_ARGUMENT });
    await expect(speech(' ')).rejects.toMatchObject({ code: status.INVALID_ARGUMENT });
    await expect(synthesize('раз', new Metadata()).toArray()).rejects.toMatchObject({
      code: status.UNAUTHENTICATED,
    });
  });

  it('is gone when killed in the middle of a word, and back on the same port', async () => {
    simulator = await startSpeechKitSimulator({ delays: { realTimeFactor: 1 } });
    const speaking = speech('долгая речь о многом');
    await sleep(systemClock, 300);
    await simulator.kill('tts-grpc');
    await expect(speaking).rejects.toMatchObject({ code: expect.any(Number) as number });
    await expect(speech('раз')).rejects.toMatchObject({ code: status.UNAVAILABLE });
    expect(simulator.requests).toMatchObject([{ outcome: 'cancelled' }]);
    await simulator.restart('tts-grpc');
    expect(await speech('раз')).not.toEqual([]);
  });
});

describe('recognition v3, asked by the official SDK', () => {
  it('tells of two utterances as they are spoken, in the official order of events', async () => {
    simulator = await startSpeechKitSimulator();
    const [one, two] = [simulator.callerTone('который час'), simulator.callerTone('спасибо')];
    const audio = concatBytes([one.data, silence(800, 8000).data, two.data]);
    const events = await recognize(audio);
    expect(kinds(events)).toEqual(
      ['statusCode', 'partial', 'final', 'finalRefinement', 'eouUpdate', 'partial'].concat([
        'final',
        'finalRefinement',
        'eouUpdate',
        'partial',
        'statusCode',
      ]),
    );
    expect(events.flatMap((event) => event.final?.alternatives[0]?.text ?? [])).toEqual([
      'который час',
      'спасибо',
    ]);
    expect(
      events.flatMap((event) => event.finalRefinement?.normalizedText?.alternatives[0]?.text ?? []),
    ).toEqual(['Который час.', 'Спасибо.']);
    expect(simulator.requests).toMatchObject([{ text: 'который час спасибо', outcome: 'answered' }]);
  });

  it('tells of no words in silence', async () => {
    simulator = await startSpeechKitSimulator();
    expect(kinds(await recognize(silence(1500, 8000).data))).toEqual(['statusCode', 'statusCode']);
  });

  it.each<[Fault, status]>([
    [{ kind: 'refused' }, status.UNAVAILABLE],
    [{ kind: 'quota' }, status.RESOURCE_EXHAUSTED],
    [{ kind: 'half', audioMs: 300, then: 'error' }, status.INTERNAL],
    [{ kind: 'garbage', as: 'bytes' }, status.INTERNAL],
  ])('fails as told: %j', async (fault, code) => {
    simulator = await startSpeechKitSimulator();
    simulator.faults.set('stt-grpc', fault);
    await expect(recognize(silence(500, 8000).data)).rejects.toMatchObject({ code });
  });

  it('ends a session that says nothing for five seconds', async () => {
    simulator = await startSpeechKitSimulator();
    const from = performance.now();
    await expect(startRecognition().toArray()).rejects.toMatchObject({ code: status.DEADLINE_EXCEEDED });
    expect(performance.now() - from).toBeGreaterThan(4900);
  });
});

describe('synthesis v1', () => {
  it('answers samples without a header', async () => {
    simulator = await startSpeechKitSimulator();
    const { statusCode, body } = await post({
      text: 'Алло',
      format: 'lpcm',
      sampleRateHertz: '8000',
      folderId: 'f',
    });
    const data = new Uint8Array(await body.arrayBuffer());
    expect(statusCode).toBe(200);
    expect(data.byteLength).toBe(400 * 16);
    expect(Math.abs(dominantTone({ sampleRateHz: 8000, data }).hz - simulator.toneOf('Алло'))).toBeLessThan(
      4,
    );
    expect(simulator.requests).toMatchObject([{ service: 'tts-http', text: 'Алло', folderId: 'f' }]);
  });

  it.each<[Fault['kind'], number, string]>([
    ['quota', 429, 'TOO_MANY_REQUESTS'],
    ['unauthenticated', 401, 'UNAUTHORIZED'],
    ['invalid', 400, 'BAD_REQUEST'],
    ['internal', 500, 'INTERNAL_SERVER_ERROR'],
  ])('answers %s as %d with the reason as JSON', async (kind, statusCode, error_code) => {
    simulator = await startSpeechKitSimulator();
    simulator.faults.set('tts-http', { kind } as Fault);
    const answer = await post({ text: 'Алло', format: 'lpcm' });
    expect(answer.statusCode).toBe(statusCode);
    expect(await answer.body.json()).toMatchObject({ error_code });
  });

  it('breaks off in the middle, drops the connection, or listens no more', async () => {
    simulator = await startSpeechKitSimulator();
    simulator.faults.set('tts-http', { kind: 'half', audioMs: 100, then: 'error' });
    const { body } = await post({ text: 'Алло', format: 'lpcm' });
    await expect(body.arrayBuffer()).rejects.toThrow();
    simulator.faults.set('tts-http', { kind: 'refused' });
    await expect(post({ text: 'Алло', format: 'lpcm' })).rejects.toThrow();
    await simulator.kill('tts-http');
    await expect(post({ text: 'Алло', format: 'lpcm' })).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    simulator.faults.clear();
    await simulator.restart('tts-http');
    expect((await post({ text: 'Алло', format: 'lpcm' })).statusCode).toBe(200);
  });
});

function synthesize(text: string, headers = metadata): ClientReadableStream<tts.UtteranceSynthesisResponse> {
  const address = simulator.ttsGrpcUrl.replace('grpc://', '');
  const client = new ttsService.SynthesizerClient(address, credentials.createInsecure(), {
    // Otherwise all clients of the process share one connection to this port, and its back-off after a failure.
    'grpc.use_local_subchannel_pool': 1,
  });
  closing.push(client);
  const rawAudio = { audioEncoding: tts.RawAudio_AudioEncoding.LINEAR16_PCM, sampleRateHertz: 8000 };
  return client.utteranceSynthesis(
    tts.UtteranceSynthesisRequest.fromPartial({
      text,
      hints: [{ voice: 'marina' }],
      outputAudioSpec: { rawAudio },
    }),
    headers,
  );
}

async function speech(text: string): Promise<tts.UtteranceSynthesisResponse[]> {
  return (await synthesize(text).toArray()) as tts.UtteranceSynthesisResponse[];
}

function startRecognition() {
  const address = simulator.sttGrpcUrl.replace('grpc://', '');
  const client = new sttService.RecognizerClient(address, credentials.createInsecure());
  closing.push(client);
  const call = client.recognizeStreaming(metadata);
  const rawAudio = {
    audioEncoding: stt.RawAudio_AudioEncoding.LINEAR16_PCM,
    sampleRateHertz: 8000,
    audioChannelCount: 1,
  };
  const textNormalization = {
    textNormalization: stt.TextNormalizationOptions_TextNormalization.TEXT_NORMALIZATION_ENABLED,
  };
  const recognitionModel = { model: 'general', audioFormat: { rawAudio }, textNormalization };
  call.write(stt.StreamingRequest.fromPartial({ sessionOptions: { recognitionModel } }));
  return call;
}

async function recognize(audio: Uint8Array): Promise<stt.StreamingResponse[]> {
  const call = startRecognition();
  for (let at = 0; at < audio.byteLength; at += 640) {
    call.write(
      stt.StreamingRequest.fromPartial({ chunk: { data: Buffer.from(audio.subarray(at, at + 640)) } }),
    );
  }
  call.end();
  return (await call.toArray()) as stt.StreamingResponse[];
}

/** Which member of the oneof each event holds, runs of partials as one. */
function kinds(events: readonly stt.StreamingResponse[]): string[] {
  const named = events.map(
    (event) => Object.entries(event).find(([key, value]) => isEvent(key) && value)?.[0] ?? '',
  );
  return named.filter((kind, at) => kind !== 'partial' || named[at - 1] !== 'partial');
}

function isEvent(key: string): boolean {
  return ['partial', 'final', 'eouUpdate', 'finalRefinement', 'statusCode'].includes(key);
}

function post(form: Record<string, string>) {
  return request(simulator.ttsHttpUrl, {
    method: 'POST',
    headers: { authorization: 'Api-Key secret', 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(form).toString(),
  });
}
