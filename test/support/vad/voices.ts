/**
 * Clips of speech for the voice-activity set: the recordings that the repository ships, and more voices where espeak-ng is installed.
 */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { toSamples, type Pcm } from '../../../src/audio/pcm.ts';
import { resampled } from '../../../src/audio/resample.ts';
import { decodeWav } from '../../../src/audio/wav.ts';
import { projectRoot } from '../../../src/base/project-root.ts';
import { RATE_HZ } from './waveforms.ts';

/** Callers of the demo, and the longer phrases of the bot: Russian and English, a man and a woman. */
export function shippedVoices(): readonly Float64Array[] {
  const callers = recordings('src/lab/simulator/callers', /\.wav$/);
  const phrases = ['ru-RU', 'en-US'].flatMap((language) =>
    recordings(`sounds/${language}`, /^(hold|repeat|silence|goodbye|apology)-.*\.wav$/),
  );
  return [...callers, ...phrases];
}

const TEXTS: Readonly<Record<string, readonly string[]>> = {
  ru: [
    'Алло, здравствуйте.',
    'Нет, подождите, я хотел спросить.',
    'Сколько это стоит?',
    'Угу.',
    'Семьсот двадцать пять.',
  ],
  'en-us': [
    'Hello, are you there?',
    'Wait, that is not what I meant.',
    'How much is it?',
    'Seven thirty, please.',
    'Yes.',
  ],
};
const VARIANTS = ['m1', 'm5', 'm7', 'f1', 'f4'];

/** The same texts by ten more voices; none where espeak-ng is missing. */
export function espeakVoices(): readonly Float64Array[] {
  return Object.entries(TEXTS).flatMap(([language, texts]) =>
    VARIANTS.flatMap((variant) => texts.map((text) => spoken(`${language}+${variant}`, text))).flat(),
  );
}

function spoken(voice: string, text: string): readonly Float64Array[] {
  try {
    const wav = execFileSync('espeak-ng', ['-v', voice, '--stdout', text], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return [atRate(decodeWav(wav))];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

function recordings(directory: string, name: RegExp): readonly Float64Array[] {
  const path = join(projectRoot(), directory);
  const files = readdirSync(path).filter((file) => name.test(file));
  return files.sort().map((file) => atRate(decodeWav(readFileSync(join(path, file)))));
}

function atRate(pcm: Pcm): Float64Array {
  return Float64Array.from(toSamples(resampled(pcm, RATE_HZ)), (sample) => sample / 32_768);
}
