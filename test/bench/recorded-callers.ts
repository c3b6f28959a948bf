/** Recorded voices: stream mode tells speech from tones, and would not hear the tones that other benches speak. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Pcm } from '../../src/audio/pcm.ts';
import { decodeWav } from '../../src/audio/wav.ts';
import { projectRoot } from '../../src/base/project-root.ts';

const FOLDER = join(projectRoot(), 'src/simulator/callers');

export interface RecordedCaller {
  readonly pcm: Pcm;
  readonly text: string;
}

/** `name`: one of the recordings in the stand-in's folder, without `.wav`. 8 kHz. */
export async function recordedCaller(name: string): Promise<RecordedCaller> {
  const texts = JSON.parse(await readFile(join(FOLDER, 'texts.json'), 'utf8')) as Record<string, string>;
  const file = `${name}.wav`;
  return { pcm: decodeWav(await readFile(join(FOLDER, file))), text: texts[file] ?? '' };
}
