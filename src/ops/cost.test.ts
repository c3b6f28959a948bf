import { beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '../base/manual-clock.ts';
import { Timeline } from '../timeline/timeline.ts';
import { costOf, usageOf } from './cost.ts';
import type { Prices } from './cost.ts';
import { FREE } from './testing/free.ts';

let timeline: Timeline;
beforeEach(() => {
  timeline = new Timeline(new ManualClock());
});

function synthesized(index: number, provider: string, characters: number): void {
  timeline.mark('synthesis.started', { index, characters });
  timeline.mark('synthesis.firstAudio', { index, provider });
}

const cost = (prices: Partial<Prices>) => costOf(usageOf(timeline.entries), { ...FREE, ...prices });

describe('the cost of a call', () => {
  it('is not told where nothing has a price', () => {
    synthesized(0, 'yandex-grpc', 100);
    expect(cost({})).toBeUndefined();
  });

  it('counts requests over gRPC and characters over HTTP, and nothing for speech from the cache', () => {
    timeline.turn = 1;
    synthesized(0, 'yandex-grpc', 10);
    synthesized(1, 'yandex-http', 250);
    synthesized(2, 'cache', 40);
    timeline.turn = 2;
    synthesized(0, 'yandex-grpc', 20);
    synthesized(1, 'yandex-http', 50);
    const { synthesis } = cost({ synthesisRequest: 0.5, synthesisMillionCharacters: 1000 }) ?? {};
    expect(synthesis).toBeCloseTo(2 * 0.5 + 0.3);
  });

  it('counts characters of Google and OpenAI at their own prices, and none of them as requests of Yandex', () => {
    synthesized(0, 'yandex-grpc', 10);
    synthesized(1, 'google-tts', 100);
    synthesized(2, 'openai-tts', 200);
    synthesized(3, 'espeak', 400);
    const prices = { synthesisRequest: 0.5, googleMillionCharacters: 1000, openaiMillionCharacters: 2000 };
    expect(cost(prices)?.synthesis).toBeCloseTo(0.5 + 0.1 + 0.4);
  });

  it('has no request of Yandex for an answer that Google or espeak-ng would have spoken', () => {
    synthesized(0, 'google-tts', 100);
    timeline.mark('earlyAnswer.wasted', { tokens: 3, characters: 20 });
    expect(cost({ synthesisRequest: 1 })?.synthesis).toBe(0);
  });

  it('has no synthesis of what is read, or said by somebody else', () => {
    synthesized(0, 'none', 40);
    timeline.mark('earlyAnswer.wasted', { tokens: 3, characters: 20 });
    expect(usageOf(timeline.entries)).toMatchObject({ synthesisRequests: 0, synthesisCharacters: 0 });
  });

  it('has nothing of what was asked for and never came', () => {
    timeline.mark('synthesis.started', { index: 0, characters: 100 });
    expect(cost({ synthesisRequest: 1 })?.total).toBe(0);
  });

  it('rounds each stretch of speech up to fifteen seconds', () => {
    for (const speechMs of [1, 15_000, 15_001]) timeline.mark('speech.stopped', { endedAtMs: 0, speechMs });
    expect(usageOf(timeline.entries).recognitionUnits).toBe(1 + 1 + 2);
    expect(cost({ recognitionUnit: 0.25 })?.recognition).toBe(1);
    expect(usageOf(timeline.entries).recognizedSeconds).toBeCloseTo(30.002);
  });

  it('has no recognition of what was typed', () => {
    timeline.mark('speech.stopped', { endedAtMs: 300, speechMs: 300, typed: true });
    expect(usageOf(timeline.entries)).toMatchObject({ recognitionUnits: 0, recognizedSeconds: 0 });
  });

  it('has the tokens of every answer, also of those that nobody heard', () => {
    timeline.mark('chat.usage', { inputTokens: 900_000, outputTokens: 100_000, estimated: false });
    timeline.mark('chat.usage', { inputTokens: 100_000, outputTokens: 400_000, estimated: true });
    timeline.mark('earlyAnswer.wasted', { tokens: 400_000, characters: 12 });
    expect(usageOf(timeline.entries).tokensEstimated).toBe(true);
    expect(cost({ inputMillionTokens: 3, outputMillionTokens: 8, synthesisRequest: 0.1 })).toEqual({
      currency: 'RUB',
      synthesis: 0.1,
      recognition: 0,
      model: 7,
      total: 7.1,
    });
  });
});
