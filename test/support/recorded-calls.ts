/** What a service has recorded, as a test wants to see it. */
import { readFile, readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { tonesHeard } from '../../src/lab/phone/tones.ts';
import { WAV_HEADER_BYTES } from '../../src/audio/wav.ts';
import type { Pcm } from '../../src/audio/pcm.ts';
import { readBundle } from '../../src/recordings/bundle/bundle.ts';
import type { Bundle } from '../../src/recordings/bundle/bundle.ts';
import { until } from './until.ts';
import type { World } from './world.ts';

export interface Recorded extends Bundle {
  readonly dir: string;
}

/** Of the world's service, oldest first. */
export async function recordedDirs({ dir }: World): Promise<readonly string[]> {
  const calls = join(dir, 'data', 'calls');
  const names = await readdir(calls).catch(() => []);
  return names
    .filter((name) => !name.startsWith('.'))
    .sort()
    .map((name) => join(calls, name));
}

/**
 * Waits until a call is on the disk, and reads it: the first that came in at this time of the wall clock or later. Not by its place among
 * all, for a second try would read the first one's call again.
 */
export async function recordedCall(world: World, sinceEpochMs: number): Promise<Recorded> {
  const since = new Date(sinceEpochMs).toISOString().replaceAll(/[:.]/g, '-');
  let dir: string | undefined;
  await until('the bundle is on the disk', async () => {
    dir = (await recordedDirs(world)).find((path) => basename(path) >= since);
    return dir !== undefined;
  });
  return { ...(await readBundle(dir ?? '')), dir: dir ?? '' };
}

/** The texts whose tones are in it, in their order. */
export function textsIn(pcm: Pcm, { speech }: Pick<World, 'speech'>): readonly string[] {
  return tonesHeard({ startedAtMs: 0, pcm })
    .map(({ hz }) => speech.textOf(hz) ?? '')
    .filter((text, at, all) => text !== '' && text !== all[at - 1]);
}

/** Both sides of a call's mix. */
export async function sidesOfMix({
  dir,
  caller,
}: Recorded): Promise<{ readonly left: Pcm; readonly right: Pcm }> {
  const wav = await readFile(join(dir, 'mix.wav'));
  const both = new Int16Array(new Uint8Array(wav.subarray(WAV_HEADER_BYTES)).buffer);
  const side = (offset: number): Pcm => {
    const samples = both.filter((_, at) => at % 2 === offset);
    return { sampleRateHz: caller.sampleRateHz, data: new Uint8Array(samples.buffer) };
  };
  return { left: side(0), right: side(1) };
}

/** How many calls were kept, or could not be. */
export async function recordings(
  { service }: World,
  outcome: 'kept' | 'dropped' | 'refused',
): Promise<number> {
  const text = await (await fetch(`${service.httpUrl}/metrics`)).text();
  const [, count = '0'] =
    new RegExp(`^parley_recordings_total\\{outcome="${outcome}"\\} (\\d+)$`, 'm').exec(text) ?? [];
  return Number(count);
}
