/** What a caller says, and how: the same in every call of a campaign. */
import { basename } from 'node:path';
import { readFile } from 'node:fs/promises';
import { messageOf } from '../../base/message-of.ts';
import { G711_SAMPLE_RATE_HZ } from '../../audio/g711.ts';
import { durationMs, type Pcm } from '../../audio/pcm.ts';
import { resampled } from '../../audio/resample.ts';
import { decodeWav } from '../../audio/wav.ts';
import { ParleyError } from '../../base/errors.ts';
import { exactSounds } from '../phone/exact-sounds.ts';

export interface Line {
  /** The file's name. */
  readonly name: string;
  /** At 8 kHz. */
  readonly pcm: Pcm;
  /** How far into it the last loud sample is, ms: what follows is silence. */
  readonly speechEndsMs: number;
}

export interface Script {
  readonly lines: readonly Line[];
  /** The bot has ended what it says when it has been silent for so long, ms. */
  readonly botSilenceMs: number;
  /** Every line but the first is spoken so long after the bot has begun to answer, ms; if not given, once it has ended. */
  readonly bargeInAfterMs?: number;
  /** How long a call lasts at least, from its answer, ms. */
  readonly holdMs: number;
}

/** Throws DIAL_OPTION_INVALID if the file cannot be said: not there, no 16-bit mono WAV, or nothing but silence. */
export async function readLine(path: string): Promise<Line> {
  try {
    const pcm = resampled(decodeWav(await readFile(path)), G711_SAMPLE_RATE_HZ);
    const sounds = exactSounds({ startedAtMs: 0, pcm });
    const speechEndsMs = sounds.at(-1)?.endedAtMs;
    if (speechEndsMs === undefined) throw new Error(`nothing is to be heard in its ${durationMs(pcm)} ms`);
    return { name: basename(path), pcm, speechEndsMs };
  } catch (cause) {
    const why = messageOf(cause);
    throw new ParleyError('DIAL_OPTION_INVALID', `${path} cannot be said: ${why}.`, { cause });
  }
}
