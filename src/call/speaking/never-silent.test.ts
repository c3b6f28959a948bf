import { beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '../../base/manual-clock.ts';
import { Mouth } from './mouth.ts';
import { NeverSilent } from './never-silent.ts';
import { ScriptedPlayer } from './testing/scripted-player.ts';
import { Timeline } from '../../timeline/timeline.ts';

let clock: ManualClock;
let player: ScriptedPlayer;
let mouth: Mouth;
let said: string[];
let isAnswerNear: boolean;
let isAtWork: boolean;

beforeEach(() => {
  clock = new ManualClock();
  player = new ScriptedPlayer(clock);
  mouth = new Mouth({ player, clock, timeline: new Timeline(clock), language: () => 'ru-RU' });
  said = [];
  isAnswerNear = false;
  isAtWork = false;
});

function patience(
  fillerAfterMs: number | undefined,
  fillerMs = 700,
  holdMs = 1500,
  maxHolds = 3,
): NeverSilent {
  const say = (kind: 'filler' | 'hold', forMs: number) => {
    said.push(`${kind}@${clock.nowMs()}`);
    if (forMs > 0) mouth.say(player.clip(forMs), { kind, text: kind });
  };
  return new NeverSilent({
    clock,
    mouth,
    fillerAfterMs,
    maxHolds,
    isAtWork: () => isAtWork,
    isAnswerNear: () => isAnswerNear,
    sayFiller: () => say('filler', fillerMs),
    sayHold: () => say('hold', holdMs),
    giveUp: () => said.push(`giveUp@${clock.nowMs()}`),
  });
}

describe('NeverSilent', () => {
  it('holds the caller as long as the bot is told to, for a model that thinks long', async () => {
    patience(100, 700, 1500, 8);
    await clock.advance(60_000);
    expect(said.filter((word) => word.startsWith('hold'))).toHaveLength(8);
    expect(said.at(-1)).toMatch(/^giveUp@2/);
  });

  it('gives nothing up while something is being done for the caller', async () => {
    isAtWork = true;
    patience(100);
    await clock.advance(30_000);
    expect(said.filter((word) => word.startsWith('hold')).length).toBeGreaterThan(8);
    isAtWork = false;
    await clock.advance(20_000);
    expect(said.at(-1)).toMatch(/^giveUp@/);
  });

  it('says a filler, then holds, then gives up, and never leaves 1.5 s without a sound', async () => {
    const guard = patience(100);
    await clock.advance(20_000);
    expect(said).toEqual(['filler@100', 'hold@2100', 'hold@4900', 'hold@7700', 'giveUp@10500']);
    guard.stop();
    expect(clock.pending).toBe(0);
  });

  it('says nothing when the answer is there in time', async () => {
    const guard = patience(100);
    await clock.advance(50);
    mouth.say(player.clip(3000), { kind: 'answer', text: 'an answer' });
    await clock.advance(2900);
    guard.stop();
    await clock.advance(5000);
    expect(said).toEqual([]);
  });

  it('keeps the filler back when the answer is near, so that it does not hold it up', async () => {
    isAnswerNear = true;
    const guard = patience(100);
    await clock.advance(250);
    mouth.say(player.clip(3000), { kind: 'answer', text: 'an answer' });
    await clock.advance(2000);
    expect(said).toEqual([]);
    guard.stop();
  });

  it('says it all the same when the answer was only near', async () => {
    isAnswerNear = true;
    const guard = patience(100);
    await clock.advance(1000);
    expect(said).toEqual(['filler@350']);
    guard.stop();
  });

  it('covers a gap in the middle of an answer, and begins anew with each progress', async () => {
    const guard = patience(100);
    mouth.say(player.clip(1000), { kind: 'answer', text: 'first' });
    await clock.advance(2400);
    expect(said).toEqual(['hold@2300']);
    guard.progress();
    guard.stop();
  });

  it('climbs on when there is nothing to say on a rung', async () => {
    const guard = patience(100, 0, 0);
    await clock.advance(10_000);
    expect(said).toEqual(['filler@100', 'hold@1400', 'hold@2700', 'hold@4000', 'giveUp@5300']);
    guard.stop();
  });

  it('does without a filler where the profile wants none', async () => {
    const guard = patience(undefined);
    await clock.advance(1400);
    expect(said).toEqual(['hold@1300']);
    guard.stop();
  });
});
