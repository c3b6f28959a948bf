/** Sounds over a bot on a line that plays on what it was sent, as Twilio does: how soon nothing is heard of the bot any more, and what a cough costs. */
import { describe, expect, it } from 'vitest';
import { noiseBurst } from '../../../test/support/noise.ts';
import { recordedCaller } from '../../../test/support/recorded-callers.ts';
import { ManualClock } from '../../base/manual-clock.ts';
import { silentLog } from '../../base/log.ts';
import { concatBytes, durationMs, msToBytes, silence, toSamples } from '../../audio/pcm.ts';
import type { Pcm } from '../../audio/pcm.ts';
import { tone } from '../../audio/tone.ts';
import { clipOf } from '../../telephony/line.ts';
import { BUFFERING_PACE } from '../../telephony/streaming/playout-pace.ts';
import { StreamPlayer } from '../../telephony/streaming/stream-player.ts';
import { Timeline } from '../../timeline/timeline.ts';
import { voiceDetector } from '../../vad/voice-detector.ts';
import { PAUSE_FIRST } from './testing/pause-first-profile.ts';
import { Mouth } from '../speaking/mouth.ts';
import { BargeIn } from './barge-in.ts';

const RATE_HZ = 8000;
const TICK_MS = 20;
const TICK_BYTES = msToBytes(TICK_MS, RATE_HZ);

/** The bot has spoken for so long, ms, when the caller begins: at each the far end holds another part of what it was sent. */
const SPOKEN_MS = [1000, 1020, 1040, 1060, 1080] as const;
const ANSWER_MS = 4000;
/** A recognizer's words come so much after they were said, ms. */
const WORDS_AFTER_MS = 200;
/** A sample from here on is sound. */
const LOUD = 64;

/** What is on its way, and two packets. */
const SILENT_WITHIN_MS = 450;

/** Plays a tick at a time; knows no pause. */
class FarEnd {
  /** When the bot was heard, a tick each. */
  readonly heardAtMs: number[] = [];
  readonly player: StreamPlayer;
  readonly #clock: ManualClock;
  #queue: ({ readonly mark: string } | 'tick')[] = [];

  constructor(clock: ManualClock) {
    this.#clock = clock;
    const onStalled = () => undefined;
    this.player = new StreamPlayer({
      ...{ clock, log: silentLog, sampleRateHz: RATE_HZ, pace: BUFFERING_PACE },
      onStalled,
    });
    this.player.attach({
      sendAudio: ({ byteLength }) => {
        for (let at = 0; at < byteLength; at += TICK_BYTES) this.#queue.push('tick');
      },
      mark: (mark) => void this.#queue.push({ mark }),
      pause: () => undefined,
      resume: () => undefined,
      flush: () => void (this.#queue = []),
    });
  }

  tick(): void {
    const nowMs = this.#clock.nowMs();
    for (let next = this.#queue.shift(); next; next = this.#queue.shift()) {
      if (next === 'tick') return void this.heardAtMs.push(nowMs - TICK_MS);
      this.player.markPlayed(next.mark, nowMs);
    }
  }
}

/** When the bot was heard over such a sound, which begins at `spokenMs`; it is understood as `text` if it is not empty. */
async function heardOver(sound: Pcm, spokenMs: number, text = ''): Promise<readonly number[]> {
  const clock = new ManualClock();
  const farEnd = new FarEnd(clock);
  const { player } = farEnd;
  const timeline = new Timeline(clock);
  const mouth = new Mouth({ player, clock, timeline, language: () => 'ru-RU' });
  const detector = voiceDetector(RATE_HZ);
  let isInterrupted = false;
  const bargeIn = new BargeIn({
    ...{ clock, timeline, mouth, profile: PAUSE_FIRST, language: () => 'ru-RU' },
    detectionSilenceMs: () => detector.silenceMs,
    hasTurn: () => !isInterrupted,
    forget: () => undefined,
    interrupt: () => {
      isInterrupted = true;
      void mouth.stop();
    },
  });
  mouth.say(clipOf(tone(400, ANSWER_MS, RATE_HZ)), { kind: 'answer', text: 'Мы работаем' });
  const before = silence(spokenMs, RATE_HZ).data;
  const data = concatBytes([before, sound.data, silence(ANSWER_MS, RATE_HZ).data]);
  if (text !== '') clock.after(spokenMs + durationMs(sound) + WORDS_AFTER_MS, () => bargeIn.words(text));
  for (let at = 0; at + TICK_BYTES <= data.byteLength; at += TICK_BYTES) {
    await clock.advance(TICK_MS);
    farEnd.tick();
    const edge = detector.hear(data.subarray(at, at + TICK_BYTES), clock.nowMs() - TICK_MS);
    if (edge?.kind === 'sound') bargeIn.soundStarted(edge.atMs);
    else if (edge?.kind === 'started') bargeIn.speechStarted(edge.atMs);
    else if (edge?.kind === 'stopped') bargeIn.speechStopped(edge.endedAtMs - edge.startedAtMs);
  }
  detector.close();
  bargeIn.close();
  player.close();
  return farEnd.heardAtMs;
}

describe('a bot whose line plays on what it has', () => {
  // «Спасибо» begins with a hiss, and its first syllable is as short as a cough.
  it.each(['interruption', 'number', 'thanks'])(
    'is not heard any more once that is played: %s',
    async (name) => {
      const { pcm, text } = await recordedCaller(name);
      const firstLoud = toSamples(pcm).findIndex((sample) => Math.abs(sample) >= LOUD);
      for (const spokenMs of SPOKEN_MS) {
        const heardAtMs = await heardOver(pcm, spokenMs, text);
        const lastMs = (heardAtMs.at(-1) ?? Infinity) + TICK_MS;
        expect(lastMs - spokenMs - (1000 * firstLoud) / RATE_HZ).toBeLessThanOrEqual(SILENT_WITHIN_MS);
      }
    },
  );

  it('is heard on without a gap over a cough, and to its end', async () => {
    for (const spokenMs of SPOKEN_MS) {
      const heardAtMs = await heardOver(noiseBurst(120), spokenMs);
      expect(heardAtMs).toHaveLength(ANSWER_MS / TICK_MS);
      expect((heardAtMs.at(-1) ?? 0) - (heardAtMs[0] ?? 0)).toBe(ANSWER_MS - TICK_MS);
    }
  });
});
