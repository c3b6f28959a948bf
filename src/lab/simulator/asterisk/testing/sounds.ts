/** Sounds for tests: tones that can be told apart, written where a switchboard finds them. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fromSamples, toSamples, type Pcm } from '../../../../audio/pcm.ts';
import { encodeWav } from '../../../../audio/wav.ts';

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

/** What `pcm` sounds like to the sample: `[[level, ms], …]`, as long as it is made of `tone`s and silence. */
export function levels(pcm: Pcm): readonly (readonly [level: number, ms: number])[] {
  const runs: [number, number][] = [];
  const msPerSample = 1000 / pcm.sampleRateHz;
  for (const sample of toSamples(pcm)) {
    const last = runs.at(-1);
    if (last?.[0] === Math.abs(sample)) last[1] += msPerSample;
    else runs.push([Math.abs(sample), msPerSample]);
  }
  return runs;
}
