/** What the callers of a certificate say: recorded lines, and sounds that are no words. At 8 kHz. */
import { join } from 'node:path';
import { concatBytes, durationMs, fromSamples, silence, slice, toSamples } from '../../audio/pcm.ts';
import type { Pcm } from '../../audio/pcm.ts';
import { projectRoot } from '../../base/project-root.ts';
import { seededRandom } from '../../base/seeded.ts';
import { exactSounds } from '../phone/exact-sounds.ts';
import { readLine } from '../probe/script.ts';

const RATE_HZ = 8000;
const FULL_SCALE = 0x7fff;
/** Where the lines lie that are said if nothing else is given: Russian. */
const SHIPPED = join('src', 'lab', 'simulator', 'callers');
/** People who dictate a number stop so long between its groups. */
const BETWEEN_GROUPS_MS = 500;

/** What is faint before the first loud sample, or behind the last, belongs to the word, ms. */
const BREATH_MS = 60;

/** A sound, and where in it the caller's words end, ms from its beginning. */
export interface SaidSound {
  readonly pcm: Pcm;
  readonly speechEndsMs: number;
  /** Where they begin; at its beginning, if not given. */
  readonly speechBeginsMs?: number;
}

export interface CallerSounds {
  /** Asks for something that takes the bot some sentences to tell. */
  readonly question: SaidSound;
  /** Said into what the bot says. */
  readonly interruption: SaidSound;
  /** A number in two groups. */
  readonly dictation: SaidSound;
  readonly backchannel: SaidSound;
  readonly cough: SaidSound;
  /** The question, from a street: 10 dB above the noise, which goes on behind it. */
  readonly noisyQuestion: SaidSound;
}

/** `dir`: question.wav, interruption.wav and number.wav in the language of the bot. Throws DIAL_OPTION_INVALID. */
export async function loadSounds(dir?: string): Promise<CallerSounds> {
  const folder = dir ?? join(projectRoot(), SHIPPED);
  const line = async (name: string) => trimmed(await readLine(join(folder, `${name}.wav`)));
  const question = await line(dir === undefined ? 'question1' : 'question');
  const [interruption, number] = [await line('interruption'), await line('number')];
  return soundsOf(question, interruption, number);
}

/** As it is spoken: a recording's silence at either end would count as the caller's speech, and come between what follows at once. */
function trimmed({ pcm }: Pick<SaidSound, 'pcm'>): SaidSound {
  const sounds = exactSounds({ startedAtMs: 0, pcm });
  const [beganMs, endedMs] = [sounds[0]?.startedAtMs ?? 0, sounds.at(-1)?.endedAtMs ?? durationMs(pcm)];
  const fromMs = Math.max(0, beganMs - BREATH_MS);
  return {
    pcm: slice(pcm, fromMs, endedMs + BREATH_MS),
    speechBeginsMs: beganMs - fromMs,
    speechEndsMs: endedMs - fromMs,
  };
}

function soundsOf(question: SaidSound, interruption: SaidSound, number: SaidSound): CallerSounds {
  return {
    question,
    interruption,
    dictation: inGroups(number),
    backchannel: saidWhole(hum()),
    cough: saidWhole(cough()),
    noisyQuestion: inNoise(question),
  };
}

function saidWhole(pcm: Pcm): SaidSound {
  return { pcm, speechEndsMs: durationMs(pcm) };
}

function inGroups({ pcm, speechBeginsMs = 0, speechEndsMs }: SaidSound): SaidSound {
  const halfMs = Math.round((speechBeginsMs + speechEndsMs) / 2);
  const [first, second] = [slice(pcm, 0, halfMs), slice(pcm, halfMs)];
  const data = concatBytes([first.data, silence(BETWEEN_GROUPS_MS, RATE_HZ).data, second.data]);
  return {
    pcm: { sampleRateHz: RATE_HZ, data },
    speechBeginsMs,
    speechEndsMs: speechEndsMs + BETWEEN_GROUPS_MS,
  };
}

/** "Mhm": a voice at 130 Hz with its first harmonics, soft at both ends. */
function hum(): Pcm {
  return shaped(350, 0.08, (at) =>
    [1, 0.6, 0.3, 0.15].reduce(
      (sum, share, n) => sum + share * Math.sin((2 * Math.PI * 130 * (n + 1) * at) / RATE_HZ),
      0,
    ),
  );
}

/** Two bursts of noise. */
function cough(): Pcm {
  const random = seededRandom(1);
  const burst = () => shaped(180, 0.3, () => 2 * random() - 1).data;
  const data = concatBytes([burst(), silence(60, RATE_HZ).data, burst()]);
  return { sampleRateHz: RATE_HZ, data };
}

function shaped(forMs: number, level: number, valueAt: (at: number) => number): Pcm {
  const length = (forMs * RATE_HZ) / 1000;
  const samples = Int16Array.from({ length }, (_, at) => {
    const envelope = Math.sin((Math.PI * at) / length);
    return Math.round(Math.max(-1, Math.min(1, level * envelope * valueAt(at))) * FULL_SCALE);
  });
  return fromSamples(samples, RATE_HZ);
}

function inNoise({ pcm, speechBeginsMs = 0, speechEndsMs }: SaidSound): SaidSound {
  const clean = toSamples(pcm);
  const energy = clean.reduce((sum, sample) => sum + sample * sample, 0) / Math.max(1, clean.length);
  // White noise between -1 and 1 has a third of the energy of its peak.
  const amplitude = Math.sqrt((3 * energy) / 10);
  const random = seededRandom(2);
  const [beforeMs, behindMs] = [1500, 2500];
  const [before, behind] = [(beforeMs * RATE_HZ) / 1000, (behindMs * RATE_HZ) / 1000];
  const samples = Int16Array.from({ length: before + clean.length + behind }, (_, at) => {
    const value = (clean[at - before] ?? 0) + amplitude * (2 * random() - 1);
    return Math.max(-FULL_SCALE, Math.min(FULL_SCALE, Math.round(value)));
  });
  return {
    pcm: fromSamples(samples, RATE_HZ),
    speechBeginsMs: beforeMs + speechBeginsMs,
    speechEndsMs: beforeMs + speechEndsMs,
  };
}
