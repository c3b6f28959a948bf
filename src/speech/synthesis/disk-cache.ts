import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '../../base/message-of.ts';
import { concatBytes, type Pcm } from '../../audio/pcm.ts';
import { decodeWav, encodeWav } from '../../audio/wav.ts';
import { ParleyError } from '../../base/errors.ts';
import { silentLog, type Log } from '../../base/log.ts';
import { speechKey } from './speech-key.ts';
import type { SpeechPiece, SpeechRequest, Synthesizer } from './synthesizer.ts';
import { systemCode } from '../../base/system-code.ts';

/**
 * Clips that are spoken in many calls (fillers, greetings), kept as WAV files, so that a restart neither pays for them
 * again nor depends on the provider being up. Nothing is ever deleted: the clips are as many as the profiles' phrases.
 */
export class DiskCache {
  readonly #directory: string;
  readonly #synthesizer: Synthesizer;
  readonly #log: Log;

  /** `directory` is made when it is first needed. The synthesizer stays its owner's to close. */
  constructor(directory: string, synthesizer: Synthesizer, log: Log = silentLog) {
    this.#directory = directory;
    this.#synthesizer = synthesizer;
    this.#log = log;
  }

  /**
   * The whole speech: from disk, or else synthesized and then kept. Throws what the synthesizer throws. A disk that cannot
   * be read or written costs time, never the clip.
   */
  async clip(request: SpeechRequest, signal: AbortSignal): Promise<Pcm> {
    const path = join(this.#directory, fileName(request));
    const kept = await this.#read(path, request.sampleRateHz);
    if (kept) return kept;
    const pieces: SpeechPiece[] = [];
    for await (const piece of this.#synthesizer.synthesize(request, signal)) pieces.push(piece);
    const clip = { sampleRateHz: request.sampleRateHz, data: concatBytes(pieces.map(({ pcm }) => pcm)) };
    // A seam where one provider took over from another, or the voice of whoever stood in, would be heard for ever.
    const isOfOne = new Set(pieces.map(({ provider }) => provider)).size === 1;
    if (isOfOne && pieces[0]?.standIn === undefined) await this.#write(path, clip);
    return clip;
  }

  async #read(path: string, sampleRateHz: number): Promise<Pcm | undefined> {
    try {
      const bytes = await readFile(path);
      const clip = decodeWav(bytes);
      // Cut off, lengthened or at another rate: it is not what was once written.
      if (clip.sampleRateHz === sampleRateHz && clip.data.byteLength > 0 && bytes.equals(encodeWav(clip)))
        return clip;
      throw new ParleyError('AUDIO_INVALID', 'The clip is damaged.');
    } catch (error) {
      if (!isMissing(error)) this.#warn('clip_unreadable', path, error);
      return undefined;
    }
  }

  /** Under another name first: a reader, or a crash, never meets half a file. */
  async #write(path: string, clip: Pcm): Promise<void> {
    const temporary = `${path}.${randomUUID()}.tmp`;
    try {
      await mkdir(this.#directory, { recursive: true });
      await writeFile(temporary, encodeWav(clip));
      await rename(temporary, path);
    } catch (error) {
      this.#warn('clip_unwritable', path, error);
      await rm(temporary, { force: true }).catch(() => undefined);
    }
  }

  #warn(event: string, path: string, error: unknown): void {
    this.#log.warn({ event, path, reason: messageOf(error) }, 'a clip on disk');
  }
}

function fileName(request: SpeechRequest): string {
  return `${createHash('sha256').update(speechKey(request)).digest('hex').slice(0, 32)}.wav`;
}

function isMissing(error: unknown): boolean {
  return systemCode(error) === 'ENOENT';
}
