import { credentials, Metadata, status } from '@grpc/grpc-js';
import { stt, sttService } from '@yandex-cloud/nodejs-sdk/ai-stt-v3';
import { afterEach, describe, expect, it } from 'vitest';
import { concatBytes, silence } from '../../../audio/pcm.ts';
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

  it('waits for the client to end an utterance, where the client wants to', async () => {
    simulator = await startSpeechKitSimulator({ delays: { recognitionMs: 50 } });
    const call = startRecognition({ externalClassifier: {} });
    const audio = concatBytes([simulator.callerTone('алло').data, silence(1500, 8000).data]);
    call.write(stt.StreamingRequest.fromPartial({ chunk: { data: Buffer.from(audio) } }));
    const finals: [text: string | undefined, atMs: number][] = [];
    call.on('data', (event: stt.StreamingResponse) => {
      if (event.final) finals.push([event.final.alternatives[0]?.text, performance.now()]);
    });
    await expect.poll(() => simulator.requests[0]?.audioMs).toBe(1900);
    expect(finals).toEqual([]);
    const saidSoAtMs = performance.now();
    call.write(stt.StreamingRequest.fromPartial({ eou: {} }));
    await expect.poll(() => finals[0]?.[0]).toBe('алло');
    expect((finals[0]?.[1] ?? 0) - saidSoAtMs).toBeGreaterThan(45);
    const over = new Promise((resolve) => call.on('end', resolve));
    call.end();
    await over;
  });

  it('tells when each word was spoken', async () => {
    simulator = await startSpeechKitSimulator();
    const audio = concatBytes([silence(400, 8000).data, simulator.callerTone('который час').data]);
    const [final] = (await recognize(audio)).flatMap((event) => event.final?.alternatives ?? []);
    expect(final?.words.map((word) => word.text)).toEqual(['который', 'час']);
    expect(Math.abs((final?.startTimeMs ?? 0) - 400)).toBeLessThanOrEqual(40);
    expect(Math.abs((final?.endTimeMs ?? 0) - (400 + 11 * 60))).toBeLessThanOrEqual(40);
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

function startRecognition(eouClassifier: stt.EouClassifierOptions = {}) {
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
  call.write(stt.StreamingRequest.fromPartial({ sessionOptions: { recognitionModel, eouClassifier } }));
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
