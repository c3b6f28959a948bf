import { beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '../base/manual-clock.ts';
import type { BotProfile } from '../config/bot-profile.ts';
import { BargeIn } from './barge-in.ts';
import { Mouth } from './mouth.ts';
import { ScriptedPlayer } from './scripted-player.ts';
import { Timeline } from './timeline.ts';

const DETECTION_MS = 160;
let clock: ManualClock;
let player: ScriptedPlayer;
let timeline: Timeline;
let interruptedAtMs: number | undefined;
let bargeIn: BargeIn;

function talkingBot(profile: Partial<BotProfile['bargeIn']> = {}): void {
  clock = new ManualClock();
  player = new ScriptedPlayer(clock);
  timeline = new Timeline(clock);
  interruptedAtMs = undefined;
  const mouth = new Mouth({ player, clock, timeline });
  bargeIn = new BargeIn({
    clock,
    timeline,
    mouth,
    profile: { enabled: true, minSpeechMs: 250, mode: 'pauseFirst', ...profile },
    detectionSilenceMs: DETECTION_MS,
    interrupt: () => (interruptedAtMs = clock.nowMs()),
  });
  mouth.say(player.clip(10_000), { kind: 'answer', text: 'a long answer' });
}

/** A sound of that length over the bot, told as the line tells it. */
async function sound(forMs: number): Promise<void> {
  bargeIn.speechStarted(clock.nowMs());
  await clock.advance(forMs + DETECTION_MS);
  bargeIn.speechStopped(forMs);
}

beforeEach(() => talkingBot());

describe('BargeIn, pause first', () => {
  it('falls silent at the first loud frame', async () => {
    await clock.advance(1000);
    bargeIn.speechStarted(clock.nowMs());
    expect(player.paused).toBe(true);
    expect(interruptedAtMs).toBeUndefined();
    bargeIn.close();
  });

  it('goes on after a cough where it was', async () => {
    await clock.advance(1000);
    await sound(80);
    expect(player.paused).toBe(false);
    expect(interruptedAtMs).toBeUndefined();
    expect(timeline.entries.at(-1)).toMatchObject({ type: 'bargeIn.resumed', because: 'tooShort' });
    await clock.advance(10_000);
    expect(timeline.entries.at(-1)).toMatchObject({
      type: 'playback.finished',
      heardMs: 10_000,
      atMs: 10_240,
    });
  });

  it('gives the turn away as soon as the sound has lasted as long as speech, without waiting for its end', async () => {
    bargeIn.speechStarted(clock.nowMs());
    await clock.advance(249 + DETECTION_MS);
    expect(interruptedAtMs).toBeUndefined();
    await clock.advance(1);
    expect(interruptedAtMs).toBe(250 + DETECTION_MS);
  });

  it('does not take two coughs for speech', async () => {
    await sound(200);
    await sound(200);
    expect(interruptedAtMs).toBeUndefined();
    expect(player.paused).toBe(false);
  });

  it('lets the bot speak again when what a cough had paused is over by then', async () => {
    await clock.advance(1000);
    bargeIn.speechStarted(clock.nowMs());
    await player.stop();
    await player.pause();
    await clock.advance(80 + DETECTION_MS);
    bargeIn.speechStopped(80);
    expect(player.paused).toBe(false);
  });

  it('does not pause a goodbye that nobody may interrupt', async () => {
    bargeIn.close();
    await sound(2000);
    expect(player.paused).toBe(false);
    expect(interruptedAtMs).toBeUndefined();
  });

  it('takes a first word before the bot has begun to speak for an interruption too', async () => {
    player = new ScriptedPlayer(clock);
    await sound(400);
    expect(interruptedAtMs).toBeDefined();
  });
});

describe('BargeIn, other manners', () => {
  it('stops at once where the profile says so', () => {
    talkingBot({ mode: 'stopAtOnce' });
    bargeIn.speechStarted(clock.nowMs());
    expect(interruptedAtMs).toBe(0);
  });

  it('speaks on where interruption is switched off', async () => {
    talkingBot({ enabled: false });
    await sound(2000);
    expect(player.paused).toBe(false);
    expect(interruptedAtMs).toBeUndefined();
  });
});
