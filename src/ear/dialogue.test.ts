import { describe, expect, it } from 'vitest';
import { dialogueOf } from './dialogue.ts';
import type { SoundSpan } from './sound-spans.ts';

const spans = (...edges: readonly [number, number][]): readonly SoundSpan[] =>
  edges.map(([fromMs, toMs]) => ({ fromMs, toMs }));

/** A greeting, a question, and its answer in two pieces. */
const BOT = spans([200, 1500], [4000, 5000], [5400, 6000]);
const CALLER = spans([2000, 2600], [2700, 3000]);

describe('a dialogue, from when each side was heard', () => {
  it('has the wait from the last word of the caller to the first sound of the bot', () => {
    expect(dialogueOf(CALLER, BOT, 7000).answers).toEqual([{ callerEndedAtMs: 3000, botBeganAtMs: 4000 }]);
  });

  it('takes a word that ends while the bot speaks on for no question', () => {
    const { answers, talkOver } = dialogueOf(spans([4200, 4500]), BOT, 7000);
    expect(answers).toEqual([]);
    expect(talkOver).toEqual({ count: 1, longestMs: 300, sumMs: 300 });
  });

  it('has an answer to the words before which the bot fell silent', () => {
    const { answers, talkOver } = dialogueOf(spans([1200, 2000]), spans([0, 1400], [3000, 4000]), 5000);
    expect(answers).toEqual([{ callerEndedAtMs: 2000, botBeganAtMs: 3000 }]);
    expect(talkOver.sumMs).toBe(200);
  });

  it('has none where the bot begins while the caller speaks', () => {
    expect(dialogueOf(spans([1000, 3000]), spans([2000, 4000]), 5000).answers).toEqual([]);
  });

  it('takes a knock for no word', () => {
    expect(dialogueOf(spans([2000, 2060]), BOT, 7000).answers).toEqual([]);
  });

  it('counts the silences inside what the bot says, but not those that the caller has spoken into', () => {
    expect(dialogueOf(CALLER, BOT, 7000).gaps).toEqual({ count: 1, longestMs: 400, sumMs: 400 });
    expect(dialogueOf(spans([5100, 5300]), BOT, 7000).gaps.count).toBe(1);
  });

  it('owes the caller a word from the beginning, and after each of the caller’s, until it is heard', () => {
    expect(dialogueOf(CALLER, BOT, 7000).deadAir).toEqual({ count: 2, longestMs: 1000, sumMs: 1200 });
    // The bot waits for the caller: nobody owes anything.
    expect(dialogueOf([], spans([0, 1000]), 9000).deadAir.count).toBe(0);
  });

  it('owes it also where nothing comes any more', () => {
    expect(dialogueOf(spans([2000, 3000]), spans([0, 1500]), 9000).deadAir.longestMs).toBe(6000);
    expect(dialogueOf([], [], 4000).deadAir).toEqual({ count: 1, longestMs: 4000, sumMs: 4000 });
  });

  it('owes nothing while the caller has put the call on hold, nor where the caller is to speak first', () => {
    const held = { holds: spans([3500, 3900]) };
    expect(dialogueOf(CALLER, BOT, 7000, held).deadAir.longestMs).toBe(600);
    expect(
      dialogueOf([], spans([0, 1000], [2000, 3000]), 4000, { holds: spans([1500, 1900]) }).gaps.count,
    ).toBe(0);
    expect(dialogueOf([], [], 4000, { first: 'caller' }).deadAir.count).toBe(0);
  });

  it('has an answer to what was typed or pressed, also to what made the bot fall silent', () => {
    const bot = spans([0, 1000], [4000, 5000], [6000, 7000]);
    const { answers, deadAir, gaps, talkOver } = dialogueOf([], bot, 8000, { unspoken: [2500, 4900] });
    expect(answers).toEqual([
      { callerEndedAtMs: 2500, botBeganAtMs: 4000 },
      { callerEndedAtMs: 4900, botBeganAtMs: 6000 },
    ]);
    expect(deadAir).toEqual({ count: 2, longestMs: 1500, sumMs: 2500 });
    expect(gaps.count).toBe(0);
    expect(talkOver.count).toBe(0);
  });

  it('owes a word for keys also where nothing comes any more', () => {
    const { answers, deadAir } = dialogueOf([], spans([0, 1000]), 5000, { unspoken: [900] });
    expect(answers).toEqual([]);
    expect(deadAir).toEqual({ count: 1, longestMs: 4000, sumMs: 4000 });
  });

  it('owes the answer behind small talk, which is no gap in what the bot says', () => {
    const small = { isBridge: (endedAtMs: number) => endedAtMs === 5000 };
    const { deadAir, gaps } = dialogueOf(CALLER, BOT, 7000, small);
    expect(deadAir).toEqual({ count: 3, longestMs: 1000, sumMs: 1600 });
    expect(gaps.count).toBe(0);
  });
});
