import { beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '../../base/manual-clock.ts';
import type { BotProfile } from '../../config/bot-profile.ts';
import { BargeIn } from './barge-in.ts';
import type { Utterance } from './ear.ts';
import { PAUSE_FIRST } from './testing/pause-first-profile.ts';
import { Mouth } from '../speaking/mouth.ts';
import { ScriptedPlayer } from '../speaking/testing/scripted-player.ts';
import { Timeline } from '../../timeline/timeline.ts';

const DETECTION_MS = 160;
let clock: ManualClock;
let player: ScriptedPlayer;
let timeline: Timeline;
let interruptedAtMs: number | undefined;
let bargeIn: BargeIn;
let forgotten: Utterance[];

function talkingBot(
  profile: Partial<BotProfile['bargeIn']> = {},
  says = 'Мы работаем по будням с девяти',
): void {
  clock = new ManualClock();
  player = new ScriptedPlayer(clock);
  timeline = new Timeline(clock);
  interruptedAtMs = undefined;
  forgotten = [];
  const mouth = new Mouth({ player, clock, timeline, language: () => 'ru-RU' });
  bargeIn = new BargeIn({
    clock,
    timeline,
    mouth,
    profile: { ...PAUSE_FIRST, ...profile },
    language: () => 'ru-RU',
    detectionSilenceMs: () => DETECTION_MS,
    hasTurn: () => interruptedAtMs === undefined,
    forget: (utterance) => forgotten.push(utterance),
    interrupt: () => (interruptedAtMs = clock.nowMs()),
  });
  mouth.say(player.clip(10_000), { kind: 'answer', text: says });
}

/** A sound of that length over the bot, told as the line tells it. */
async function sound(forMs: number): Promise<void> {
  bargeIn.speechStarted(clock.nowMs());
  await clock.advance(forMs + DETECTION_MS);
  bargeIn.speechStopped(forMs);
}

function utterance(speechMs: number, text: Promise<string>): Utterance {
  const unknown = { textSoFar: () => '', language: () => undefined };
  return { startedAtMs: 0, endedAtMs: speechMs, speechMs, text, ...unknown };
}

function resumedBecause(): readonly string[] {
  return timeline.entries.flatMap((entry) => (entry.type === 'bargeIn.resumed' ? [entry.because] : []));
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

  it('gives the turn away to a sound that lasts, whatever it is', async () => {
    bargeIn.speechStarted(clock.nowMs());
    await clock.advance(1199 + DETECTION_MS);
    expect(interruptedAtMs).toBeUndefined();
    await clock.advance(1);
    expect(interruptedAtMs).toBe(1200 + DETECTION_MS);
  });

  it('gives the turn away at the first word', async () => {
    bargeIn.speechStarted(clock.nowMs());
    await clock.advance(300);
    bargeIn.words('подождите');
    expect(interruptedAtMs).toBe(300);
  });

  it('gives the turn away to a short word that is understood late', async () => {
    await sound(180);
    expect(player.paused).toBe(false);
    await clock.advance(100);
    bargeIn.words('нет');
    expect(interruptedAtMs).toBeDefined();
  });

  it('gives the turn away when speech was long enough and its text is late', async () => {
    await sound(600);
    bargeIn.ended(utterance(600, new Promise(() => undefined)));
    await clock.advance(499);
    expect(player.paused).toBe(true);
    await clock.advance(1);
    expect(interruptedAtMs).toBeDefined();
  });

  it('goes on after noise in which nothing is understood, and does not answer it', async () => {
    await sound(700);
    expect(player.paused).toBe(true);
    const noise = utterance(700, Promise.resolve(''));
    bargeIn.ended(noise);
    await clock.advance(0);
    expect(player.paused).toBe(false);
    expect(forgotten).toEqual([noise]);
    expect(resumedBecause()).toEqual(['notUnderstood']);
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

  it('does not begin an answer in the middle of what the caller says', async () => {
    await player.stop();
    bargeIn.speechStarted(clock.nowMs());
    expect(player.paused).toBe(true);
    bargeIn.turnEnded();
    expect(player.paused).toBe(false);
    expect(clock.pending).toBe(0);
  });
});

/** A sound is mostly told of so long after it began. */
const TWO_FRAMES_MS = 40;

describe('BargeIn, a sound that may become speech', () => {
  /** A sound that nothing follows, and the time after it. */
  async function knock(restMs: number): Promise<void> {
    bargeIn.soundStarted(clock.nowMs() - TWO_FRAMES_MS);
    await clock.advance(300);
    await clock.advance(restMs - 300);
  }

  it('pauses the bot, and goes on with speech as if that had', async () => {
    await clock.advance(1000);
    bargeIn.soundStarted(clock.nowMs() - TWO_FRAMES_MS);
    expect(player.paused).toBe(true);
    await clock.advance(140);
    bargeIn.speechStarted(clock.nowMs());
    await clock.advance(600);
    expect(player.paused).toBe(true);
    bargeIn.words('спасибо');
    expect(interruptedAtMs).toBe(1740);
    expect(resumedBecause()).toEqual([]);
  });

  it('costs less than 300 ms if no speech follows, and nothing is lost', async () => {
    await clock.advance(1000);
    await knock(300);
    expect(player.paused).toBe(false);
    expect(resumedBecause()).toEqual(['noSpeech']);
    await clock.advance(10_000);
    expect(timeline.entries.at(-1)).toMatchObject({
      type: 'playback.finished',
      heardMs: 10_000,
      atMs: 10_240,
    });
    expect(interruptedAtMs).toBeUndefined();
  });

  it.each([20, 40, 80])(
    'is over 280 ms after it began, or 240 after it was told of: %d ms late',
    async (lateMs) => {
      await clock.advance(1000);
      bargeIn.soundStarted(clock.nowMs() - lateMs);
      const withinMs = Math.max(240, 280 - lateMs);
      await clock.advance(withinMs - 1);
      expect(player.paused).toBe(true);
      await clock.advance(1);
      expect(player.paused).toBe(false);
    },
  );

  it('makes the bot less and less suspicious', async () => {
    for (let knocks = 0; knocks < 18; knocks++) await knock(500);
    // At 0, 1.5, 4 and 8.5 s.
    expect(resumedBecause()).toHaveLength(4);
  });

  it('does not delay the pause for speech that follows later', async () => {
    await knock(400);
    bargeIn.speechStarted(clock.nowMs());
    expect(player.paused).toBe(true);
    bargeIn.close();
  });

  it('makes the bot suspicious again once the caller has interrupted', async () => {
    await knock(1500);
    await knock(2500);
    bargeIn.speechStarted(clock.nowMs());
    bargeIn.words('подождите');
    expect(interruptedAtMs).toBe(4000);
    interruptedAtMs = undefined;
    await knock(1500);
    await knock(300);
    expect(resumedBecause()).toHaveLength(4);
  });

  it('is nothing to a bot that is silent, that must not be interrupted, or that stops for speech at once', async () => {
    await player.stop();
    bargeIn.soundStarted(clock.nowMs() - TWO_FRAMES_MS);
    expect(player.paused).toBe(false);
    for (const profile of [{ enabled: false }, { mode: 'stopAtOnce' }] as const) {
      talkingBot(profile);
      bargeIn.soundStarted(clock.nowMs() - TWO_FRAMES_MS);
      expect(player.paused).toBe(false);
      expect(interruptedAtMs).toBeUndefined();
    }
  });

  it('leaves nothing behind when the turn ends meanwhile', async () => {
    bargeIn.soundStarted(clock.nowMs() - TWO_FRAMES_MS);
    bargeIn.turnEnded();
    expect(player.paused).toBe(false);
    await player.stop();
    expect(clock.pending).toBe(0);
  });
});

describe('BargeIn, what the caller says', () => {
  it('goes on after a backchannel as soon as it is over, and does not answer it', async () => {
    bargeIn.speechStarted(clock.nowMs());
    await clock.advance(350);
    bargeIn.words('угу');
    expect(player.paused).toBe(true);
    await clock.advance(DETECTION_MS);
    bargeIn.speechStopped(350);
    expect(player.paused).toBe(false);
    const mhm = utterance(350, Promise.resolve('Угу.'));
    bargeIn.ended(mhm);
    await clock.advance(0);
    expect(forgotten).toEqual([mhm]);
    expect(resumedBecause()).toEqual(['backchannel']);
    expect(interruptedAtMs).toBeUndefined();
  });

  it('stops for a backchannel that turns out to be the beginning of an objection', async () => {
    await sound(300);
    bargeIn.words('да');
    expect(player.paused).toBe(false);
    bargeIn.words('да подождите');
    expect(interruptedAtMs).toBeDefined();
  });

  it('takes "yes" for an answer where the bot has just asked', async () => {
    talkingBot({}, 'Записать вас на завтра?');
    await clock.advance(10);
    bargeIn.speechStarted(clock.nowMs());
    bargeIn.words('да');
    expect(interruptedAtMs).toBeDefined();
  });

  it('does not interrupt itself by its own echo, and does not stutter over it', async () => {
    await clock.advance(10);
    bargeIn.speechStarted(clock.nowMs());
    bargeIn.words('работаем по будням');
    expect(player.paused).toBe(false);
    expect(resumedBecause()).toEqual(['ownEcho']);
    bargeIn.speechStopped(900);
    await clock.advance(100);
    bargeIn.speechStarted(clock.nowMs());
    expect(player.paused).toBe(false);
    bargeIn.words('работаем по будням с девяти а в субботу вы открыты');
    expect(interruptedAtMs).toBeDefined();
  });

  it('stops for both where the profile says so', async () => {
    talkingBot({ ignoreBackchannels: false, ignoreOwnEcho: false });
    bargeIn.speechStarted(clock.nowMs());
    bargeIn.words('угу');
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
