import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { slice } from '../../../audio/pcm.ts';
import { tone } from '../../../audio/tone.ts';
import { decodeWav, encodeWav } from '../../../audio/wav.ts';
import { muteFirstFrame } from './first-frame.ts';

let dir: string;
let path: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'parley-first-frame-'));
  path = join(dir, 'clip.wav');
});
afterEach(() => rm(dir, { recursive: true }));

it('silences 20 ms of a clip and leaves the rest as it was', async () => {
  const clip = tone(440, 100, 8000);
  await writeFile(path, encodeWav(clip));
  await muteFirstFrame(path, 100, 8000);
  const muted = decodeWav(await readFile(path));
  expect(slice(muted, 0, 20).data.every((byte) => byte === 0)).toBe(true);
  expect(Buffer.from(slice(muted, 20).data)).toEqual(Buffer.from(slice(clip, 20).data));
});

it('leaves a clip of less than 20 ms as long as it is', async () => {
  await writeFile(path, encodeWav(tone(440, 10, 8000)));
  await muteFirstFrame(path, 10, 8000);
  expect(Buffer.from(decodeWav(await readFile(path)).data)).toEqual(Buffer.alloc(160));
});
