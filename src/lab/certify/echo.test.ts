import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { concatBytes, fromSamples, silence, toSamples } from '../../audio/pcm.ts';
import type { Pcm } from '../../audio/pcm.ts';
import { tone } from '../../audio/tone.ts';
import { decodeWav } from '../../audio/wav.ts';
import { resampled } from '../../audio/resample.ts';
import { projectRoot } from '../../base/project-root.ts';
import { isEcho } from './echo.ts';

const RATE_HZ = 8000;

async function recorded(file: string): Promise<Pcm> {
  return resampled(
    decodeWav(await readFile(join(projectRoot(), 'src/lab/simulator', `${file}.wav`))),
    RATE_HZ,
  );
}

function after(ms: number, { data }: Pcm): Pcm {
  return {
    sampleRateHz: RATE_HZ,
    data: concatBytes([silence(ms, RATE_HZ).data, data, silence(800, RATE_HZ).data]),
  };
}

const fainter = (pcm: Pcm, by: number) =>
  fromSamples(
    toSamples(pcm).map((sample) => Math.round(sample * by)),
    RATE_HZ,
  );

const question = await recorded('callers/question1');
const said = after(1000, question);

it.each([
  ['at once', after(1043, question)],
  ['later, and softer', after(1570, fainter(question, 0.5))],
])('hears that what was said comes back: %s', (_what, heard) => {
  expect(isEcho(said, heard)).toBe(true);
});

it.each([
  ['nothing', silence(5000, RATE_HZ)],
  ['a tone', after(900, tone(600, 4000, RATE_HZ))],
  ['the faint echo of a line', after(1043, fainter(question, 0.05))],
  ['an answer', after(2900, await recorded('bot/hours-1'))],
  ['somebody who speaks at the same time', after(1000, await recorded('bot/hours-1'))],
  ['another caller', after(1000, await recorded('callers/question2'))],
])('takes %s for none', (_what, heard) => {
  expect(isEcho(said, heard)).toBe(false);
});
