import { Client, credentials, Metadata, status, type ClientReadableStream } from '@grpc/grpc-js';
import { tts, ttsService } from '@yandex-cloud/nodejs-sdk/ai-tts-v3';
import { afterEach, describe, expect, it } from 'vitest';
import { bytesToMs, concatBytes } from '../../../audio/pcm.ts';
import { tone } from '../../../audio/tone.ts';
import { systemClock, sleep } from '../../../base/clock.ts';
import { toneHz } from '../../phone/tones.ts';
import { synthesizerService, type UtteranceSynthesisResponse } from '../../../speech/yandex/proto.ts';
import type { Fault } from './faults.ts';
import { startSpeechKitSimulator, type SpeechKitSimulator } from './speechkit.ts';
import { clipVoice } from './voice.ts';

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
    expect(toneHz(pcm)?.hz).toBeCloseTo(simulator.toneOf('Добрый день'), 0);
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

  it('speaks recordings where it is given some', async () => {
    const voice = clipVoice(new Map([['Алло', tone(1000, 300, 8000)]]));
    simulator = await startSpeechKitSimulator({ voice });
    expect((await speech('Алло')).map((piece) => piece.lengthMs)).toEqual([200, 100]);
    await expect(speech('Кто там?')).rejects.toMatchObject({ code: status.INVALID_ARGUMENT });
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

it('gives every word its time, which the official SDK cannot read yet', async () => {
  simulator = await startSpeechKitSimulator();
  const client = new Client(simulator.ttsGrpcUrl.replace('grpc://', ''), credentials.createInsecure());
  closing.push(client);
  const { UtteranceSynthesis: method } = synthesizerService();
  const raw_audio = { audio_encoding: 'LINEAR16_PCM', sample_rate_hertz: 8000 } as const;
  const call = client.makeServerStreamRequest(
    method.path,
    method.requestSerialize,
    method.responseDeserialize,
    { text: 'Да, добрый день!', output_audio_spec: { raw_audio } },
    metadata,
  );
  const pieces = (await call.toArray()) as UtteranceSynthesisResponse[];
  expect(pieces.flatMap((piece) => piece.word_timings)).toEqual([
    { word: 'Да', start_ms: 0, length_ms: 120 },
    { word: 'добрый', start_ms: 240, length_ms: 360 },
    { word: 'день', start_ms: 660, length_ms: 240 },
  ]);
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
