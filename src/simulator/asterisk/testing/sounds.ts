/** Sounds for tests: tones that can be told apart, written where a switchboard finds them. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fromSamples, slice, toSamples, type Pcm } from '../../../audio/pcm.ts';
import { encodeWav } from '../../../audio/wav.ts';

/** A square wave: the mean of its magnitude is exactly `level`. */
export function tone(forMs: number, level: number, sampleRateHz = 8000): Pcm {
  const samples = new Int16Array((forMs * sampleRateHz) / 1000);
  return fromSamples(
    samples.map((_, index) => (index % 16 < 8 ? level : -level)),
    sampleRateHz,
  );
}

/** Writes a sound and returns its media URI. */
export async function writeSound(directory: string, name: string, pcm: Pcm): Promise<string> {
  await writeFile(join(directory, `${name}.wav`), encodeWav(pcm));
  return `sound:${join(directory, name)}`;
}

/** How loud each 10 ms of `pcm` is, as runs: `[[level, ms], …]`, neighbours of one level joined. */
export function loudness(pcm: Pcm): readonly (readonly [level: number, ms: number])[] {
  const runs: [number, number][] = [];
  const windowMs = 10;
  for (let at = 0; at + windowMs <= pcm.data.byteLength / 16; at += windowMs) {
    const samples = toSamples(slice(pcm, at, at + windowMs));
    const level = Math.round(samples.reduce((sum, one) => sum + Math.abs(one), 0) / samples.length);
    const last = runs.at(-1);
    if (last?.[0] === level) last[1] += windowMs;
    else runs.push([level, windowMs]);
  }
  return runs;
}
