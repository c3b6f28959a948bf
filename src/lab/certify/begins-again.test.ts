import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { decodeG711, encodeG711 } from '../../audio/g711.ts';
import { concatBytes, durationMs, fromSamples, silence, slice, toSamples } from '../../audio/pcm.ts';
import type { Pcm } from '../../audio/pcm.ts';
import { resampled } from '../../audio/resample.ts';
import { tone } from '../../audio/tone.ts';
import { decodeWav } from '../../audio/wav.ts';
import { projectRoot } from '../../base/project-root.ts';
import { beginsAgain } from './begins-again.ts';

const RATE_HZ = 8000;
const FOLDER = join(projectRoot(), 'src/lab/simulator/bot');
/** It has fallen silent after so much of its answer, and says something so much later, ms. */
const [STOPPED_MS, PAUSE_MS] = [1300, 830];

const names = (await readdir(FOLDER)).filter((name) => name.endsWith('.wav'));
const answers = await Promise.all(
  names.map(async (name) => resampled(decodeWav(await readFile(join(FOLDER, name))), RATE_HZ)),
);

/** Over a telephone line. */
function isAgain(first: Pcm, next: Pcm): boolean {
  const data = concatBytes([
    slice(first, 0, STOPPED_MS).data,
    silence(PAUSE_MS, RATE_HZ).data,
    next.data,
    silence(1000, RATE_HZ).data,
  ]);
  const heard = decodeG711(encodeG711({ sampleRateHz: RATE_HZ, data }, 'PCMU'), 'PCMU');
  const nextMs = STOPPED_MS + PAUSE_MS;
  return beginsAgain(
    heard,
    { fromMs: 0, toMs: STOPPED_MS },
    { fromMs: nextMs, toMs: nextMs + durationMs(next) },
  );
}

const fainter = (pcm: Pcm) =>
  fromSamples(
    toSamples(pcm).map((sample) => Math.round(sample / 2)),
    RATE_HZ,
  );

it('knows the beginning of each answer again, also where it is softer', () => {
  for (const answer of answers) {
    expect(isAgain(answer, answer)).toBe(true);
    expect(isAgain(answer, fainter(answer))).toBe(true);
  }
});

it('takes nothing that goes on, and no other answer, for the beginning', () => {
  for (const answer of answers) {
    expect(isAgain(answer, slice(answer, STOPPED_MS))).toBe(false);
    for (const other of answers) if (other !== answer) expect(isAgain(answer, other)).toBe(false);
  }
});

it('can tell nothing of tones', () => {
  const word = tone(500, 3000, RATE_HZ);
  expect(isAgain(word, word)).toBe(false);
});
