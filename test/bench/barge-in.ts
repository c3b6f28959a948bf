import { TONE_AMPLITUDE, tone } from '../../src/audio/tone.ts';
import type { PhoneCall } from '../../src/lab/phone/phone.ts';
import type { Bench, Measurement } from './bench.ts';
import { repetitions } from './bench.ts';
import { numbered } from './numbered.ts';
import { exactSounds } from '../../src/lab/phone/exact-sounds.ts';
import type { ExactSound } from '../../src/lab/phone/exact-sounds.ts';
import { missingMs, noise } from './noise.ts';
import { inCalls, onStand, pauseMs, SILENCE_MS } from './stand.ts';
import type { Stand } from './stand.ts';

/** Few at once, so that a figure is one of a caller, not of a crowd. */
const CALLS = 4;
const INTERRUPTIONS = 6;
const COUGHS = 6;

/** Far below `bargeIn.minSpeechMs`. */
const COUGH_MS = 80;
const COUGH_HZ = 200;

/** The bot has been speaking for this long at least when it is interrupted, ms, and for up to this much more. */
const SPOKEN_MS = 400;
const RANDOM_MS = 700;

/** Whatever the bot says is this noise, long enough to be interrupted at any of these moments. */
const ANSWER_MS = 2600;
const ANSWER = noise(ANSWER_MS, 8000);

const delays = { recognitionMs: 0, firstTokenMs: 0, firstAudioMs: 0 };

export const bargeIn: Bench = {
  name: 'barge-in',
  minutes: 1,
  explanation:
    `Caller's first loud sample → bot's last, at random moments of its answers. After a cough of ${COUGH_MS} ms: the cough's first and last ` +
    `sample → bot's next sample;\nby how much of the answer, found by its samples, was lost or repeated at the seam.`,
  run: (scale, tell) =>
    onStand({ reply: numbered, delays, voice: async () => ANSWER }, async (stand) => {
      await stand.serve({});
      tell([await interruptions(stand, repetitions(INTERRUPTIONS, scale))]);
      tell(await coughs(stand, repetitions(COUGHS, scale)));
    }),
};

/** The caller asks, lets the bot begin, talks over it, and that is the next question. */
async function interruptions(stand: Stand, count: number): Promise<Measurement> {
  const question = stand.speech.callerTone('вопрос');
  const times = await inCalls(stand.phone, CALLS, async (call) => {
    await pauseMs(SPOKEN_MS);
    for (let n = 0; n <= count; n++) {
      await call.say(question);
      await pauseMs(SILENCE_MS + SPOKEN_MS + Math.random() * RANDOM_MS);
    }
    const heard = exactSounds(call.heard());
    // The first question interrupts nothing but the greeting, if that.
    return exactSounds(call.said())
      .slice(1)
      .map(({ startedAtMs }) => interrupted(heard, startedAtMs).endedAtMs - startedAtMs);
  });
  return { what: 'bot silent after', unit: 'ms', samples: times.flat(), targetP95: 60 };
}

interface Cough {
  readonly fromFirstMs: number;
  readonly fromLastMs: number;
  readonly lostOrRepeatedMs: number;
}

/** The caller asks, coughs into the answer, and hears it to its end. */
async function coughs(stand: Stand, count: number): Promise<Measurement[]> {
  const question = stand.speech.callerTone('вопрос');
  const cough = tone(COUGH_HZ, COUGH_MS, 8000, TONE_AMPLITUDE);
  const measured = await inCalls(stand.phone, CALLS, async (call) => {
    await pauseMs(SPOKEN_MS);
    for (let n = 0; n < count; n++) {
      await call.say(question);
      await pauseMs(SILENCE_MS + SPOKEN_MS + Math.random() * RANDOM_MS);
      await call.say(cough);
      await pauseMs(ANSWER_MS);
    }
    return coughsOf(call);
  });
  const all = measured.flat();
  const figure = (what: string, of: (cough: Cough) => number): Measurement => ({
    what,
    unit: 'ms',
    samples: all.map(of),
  });
  return [
    figure("on again after the cough's first sample", (it) => it.fromFirstMs),
    { ...figure("on again after the cough's last sample", (it) => it.fromLastMs), targetP95: 250 },
    { ...figure('lost or repeated', (it) => it.lostOrRepeatedMs), targetP95: 1 },
  ];
}

function coughsOf(call: PhoneCall): Cough[] {
  const track = call.heard();
  const heard = exactSounds(track);
  return exactSounds(call.said())
    .filter((sound) => lengthOf(sound) < 2 * COUGH_MS)
    .map((cough) => {
      const before = interrupted(heard, cough.startedAtMs);
      const after = heard[heard.indexOf(before) + 1];
      if (!after) throw new Error('the bot did not go on after a cough');
      return {
        fromFirstMs: after.startedAtMs - cough.startedAtMs,
        fromLastMs: after.startedAtMs - cough.endedAtMs,
        lostOrRepeatedMs: Math.abs(missingMs(track, ANSWER, before, after)),
      };
    });
}

function interrupted(heard: readonly ExactSound[], atMs: number): ExactSound {
  const found = heard.find(({ startedAtMs, endedAtMs }) => startedAtMs < atMs && atMs < endedAtMs);
  if (!found) throw new Error('the bot was not speaking when it should have been interrupted');
  return found;
}

function lengthOf({ startedAtMs, endedAtMs }: ExactSound): number {
  return endedAtMs - startedAtMs;
}
