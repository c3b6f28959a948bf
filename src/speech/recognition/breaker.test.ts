import { beforeEach, describe, expect, it } from 'vitest';
import type { ErrorCode } from '../../base/error-catalogue.ts';
import { ParleyError } from '../../base/errors.ts';
import { ManualClock } from '../../base/manual-clock.ts';
import { BreakerRecognizer } from './breaker.ts';
import { FailoverRecognizer } from './failover.ts';
import type { RecognitionEvent, Recognizer } from './recognizer.ts';

class Scripted implements Recognizer {
  readonly name: string;
  asked = 0;
  fault: ErrorCode | 'hangs' | undefined;
  constructor(name: string) {
    this.name = name;
  }
  async *recognize(audio: AsyncIterable<Uint8Array>): AsyncIterable<RecognitionEvent> {
    this.asked++;
    for await (const _ of audio);
    if (this.fault === 'hangs') await new Promise(() => undefined);
    if (this.fault) throw new ParleyError(this.fault as ErrorCode, 'Scripted.');
    yield { kind: 'final', text: this.name };
  }
  close(): Promise<void> {
    return Promise.resolve();
  }
}

let clock: ManualClock;
let first: Scripted;
let breaker: BreakerRecognizer;
let failover: FailoverRecognizer;
beforeEach(() => {
  clock = new ManualClock();
  first = new Scripted('first');
  breaker = new BreakerRecognizer(first, { clock });
  failover = new FailoverRecognizer({ recognizers: [breaker, new Scripted('second')], clock });
});

async function* speech() {
  yield new Uint8Array(320);
}

async function hear(recognizer: Recognizer = failover, signal = new AbortController().signal) {
  const texts: string[] = [];
  for await (const event of recognizer.recognize(speech(), { language: 'ru-RU', sampleRateHz: 8000 }, signal))
    if (event.kind === 'final') texts.push(event.text);
  return texts.join();
}

describe('a recognizer that fails again and again', () => {
  it('rests after five failures in a row, and nobody waits for it', async () => {
    first.fault = 'ASR_UNAVAILABLE';
    for (let utterance = 0; utterance < 7; utterance++) expect(await hear()).toBe('second');
    expect([first.asked, breaker.isResting]).toEqual([5, true]);
    await expect(hear(breaker)).rejects.toMatchObject({ code: 'ASR_BREAKER_OPEN', retryable: true });
  });

  it('rests, too, where it is always late', async () => {
    first.fault = 'hangs';
    for (let utterance = 0; utterance < 5; utterance++) {
      const hearing = hear();
      await clock.advance(0);
      await clock.advance(3000);
      expect(await hearing).toBe('second');
    }
    expect(breaker.isResting).toBe(true);
  });

  it('is tried out after a minute and hears again once it is well', async () => {
    first.fault = 'ASR_TIMEOUT';
    for (let utterance = 0; utterance < 5; utterance++) await hear();
    await clock.advance(60_000);
    first.fault = undefined;
    for (let utterance = 0; utterance < 4; utterance++) expect(await hear()).toBe('first');
    first.fault = 'ASR_TIMEOUT';
    await hear();
    expect(breaker.isResting).toBe(false);
  });

  it('rests again at once if the trial fails', async () => {
    first.fault = 'ASR_UNAVAILABLE';
    for (let utterance = 0; utterance < 5; utterance++) await hear();
    await clock.advance(60_000);
    await hear();
    expect([first.asked, breaker.isResting]).toEqual([6, true]);
  });

  it('is not blamed for what it refuses, nor for who hangs up', async () => {
    first.fault = 'ASR_REJECTED';
    for (let utterance = 0; utterance < 6; utterance++) await hear();
    first.fault = 'hangs';
    for (let utterance = 0; utterance < 6; utterance++) {
      const caller = new AbortController();
      const hearing = hear(failover, caller.signal);
      await clock.advance(0);
      caller.abort(new Error('hung up'));
      await expect(hearing).rejects.toThrow('hung up');
    }
    expect([first.asked, breaker.isResting]).toEqual([12, false]);
  });
});
