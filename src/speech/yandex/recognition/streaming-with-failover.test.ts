import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { concatBytes, silence } from '../../../audio/pcm.ts';
import { systemClock } from '../../../base/clock.ts';
import type { Fault } from '../../../lab/simulator/speechkit/faults.ts';
import {
  startSpeechKitSimulator,
  type SpeechKitSimulator,
} from '../../../lab/simulator/speechkit/speechkit.ts';
import { apiKeyCredentials } from '../credentials.ts';
import { FailoverRecognizer } from '../../recognition/failover.ts';
import type { RecognitionEvent, Recognizer } from '../../recognition/recognizer.ts';
import { StreamingRecognizer } from './streaming-recognizer.ts';

const request = { language: 'ru-RU', sampleRateHz: 8000 };

/** Hears whole utterances only, and never fails. */
const second: Recognizer = {
  name: 'second',
  async *recognize(audio): AsyncGenerator<RecognitionEvent> {
    const pieces: Uint8Array[] = [];
    for await (const piece of audio) pieces.push(piece);
    yield { kind: 'final', text: `${concatBytes(pieces).byteLength} bytes` };
  },
  close: () => Promise.resolve(),
};

let simulator: SpeechKitSimulator;
let failover: FailoverRecognizer;
let utterance: Uint8Array;

beforeEach(async () => {
  simulator = await startSpeechKitSimulator();
  const streaming = new StreamingRecognizer({
    url: simulator.sttGrpcUrl,
    credentials: apiKeyCredentials('secret'),
    clock: systemClock,
  });
  failover = new FailoverRecognizer({ recognizers: [streaming, second], clock: systemClock });
  const quiet = silence(800, 8000).data;
  utterance = concatBytes(['раз', 'два'].flatMap((text) => [simulator.callerTone(text).data, quiet]));
});

afterEach(async () => {
  await failover.close();
  await simulator.stop();
});

async function* frames(): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < utterance.byteLength; at += 320) yield utterance.subarray(at, at + 320);
}

async function hear(): Promise<string> {
  const finals: string[] = [];
  for await (const event of failover.recognize(frames(), request, new AbortController().signal)) {
    if (event.kind === 'final') finals.push(event.text);
    if (event.kind === 'refined') finals[event.index] = event.text;
  }
  return finals.join(' ').trim();
}

describe('streaming recognition with another recognizer behind it', () => {
  it('is not missed while it is well', async () => {
    expect(await hear()).toBe('Раз. Два.');
  });

  it.each<Fault>([
    { kind: 'refused' },
    { kind: 'quota' },
    { kind: 'hung' },
    { kind: 'half', audioMs: 1500, then: 'error' },
    { kind: 'half', audioMs: 1500, then: 'hang' },
    { kind: 'garbage', as: 'bytes' },
    { kind: 'slow', delayMs: 5000 },
  ])('loses no utterance to %j', async (fault) => {
    simulator.faults.set('stt-grpc', fault);
    const startedMs = performance.now();
    expect(await hear()).toBe(`${utterance.byteLength} bytes`);
    expect(performance.now() - startedMs).toBeLessThan(1500);
  });

  it('loses no utterance to a server that is down', async () => {
    await simulator.kill('stt-grpc');
    expect(await hear()).toBe(`${utterance.byteLength} bytes`);
  });
});
