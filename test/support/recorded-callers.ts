/** Recorded voices: stream mode tells speech from tones, and would not hear the tones that other benches speak. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Pcm } from '../../src/audio/pcm.ts';
import { decodeWav } from '../../src/audio/wav.ts';
import { projectRoot } from '../../src/base/project-root.ts';
import type { SpeechKitSimulator } from '../../src/lab/simulator/speechkit/speechkit.ts';

/** People who ask and interrupt. */
export const CALLERS = join(projectRoot(), 'src/lab/simulator/callers');
/** People who only show that they listen. */
export const BACKCHANNELS = join(projectRoot(), 'test/bench/clips');

export interface RecordedCaller {
  readonly pcm: Pcm;
  readonly text: string;
}

/** `name`: one of the recordings in the folder, without `.wav`. 8 kHz. */
export async function recordedCaller(name: string, folder = CALLERS): Promise<RecordedCaller> {
  const texts = JSON.parse(await readFile(join(folder, 'texts.json'), 'utf8')) as Record<string, string>;
  const file = `${name}.wav`;
  return { pcm: decodeWav(await readFile(join(folder, file))), text: texts[file] ?? '' };
}

/** The recording of a caller, whom the speech provider's stand-in understands from now on. */
export async function understoodCaller(speech: SpeechKitSimulator, name: string): Promise<Pcm> {
  const { pcm, text } = await recordedCaller(name);
  speech.registerClip(pcm, text);
  return pcm;
}

/**
 * The same where the service may record into files: a recording lacks a packet now and then, which the stand-in's ear does not forgive in a
 * voice. There it hears the tone of what the caller says.
 */
export async function callerIn(
  mode: string | undefined,
  speech: SpeechKitSimulator,
  name: string,
): Promise<Pcm> {
  return mode === 'file'
    ? speech.callerTone((await recordedCaller(name)).text)
    : understoodCaller(speech, name);
}
