/** The files of a call that is being recorded, until they are a bundle. In the thread that writes: it waits for the disk. */
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BOT_FILE, CALLER_FILE, MIX_FILE } from '../bundle/bundle-files.ts';
import { GrowingWav } from './growing-wav.ts';
import { mixFiles } from './mixer.ts';

/** One side of the call. */
export type Side = typeof CALLER_FILE | typeof BOT_FILE;

/** What a whole bundle holds beside its sound, in the order in which it is written. */
export type BundleTexts = readonly { readonly file: string; readonly text: string }[];

export interface Ending {
  /** Where the bundle is to lie. */
  readonly to: string;
  readonly sampleRateHz: number;
  readonly texts: BundleTexts;
}

export class UnfinishedBundle {
  readonly #dir: string;
  readonly #sides = new Map<Side, GrowingWav>();

  /** Nothing is on the disk before something is said. */
  constructor(dir: string) {
    this.#dir = dir;
  }

  side(file: Side): GrowingWav {
    const open = this.#sides.get(file);
    if (open) return open;
    const side = new GrowingWav(join(this.#dir, file));
    this.#sides.set(file, side);
    return side;
  }

  /** Makes a bundle of it. Throws what keeps it from being whole; then nothing of it is left. */
  keep({ sampleRateHz, texts, to }: Ending): void {
    try {
      for (const file of [CALLER_FILE, BOT_FILE] as const) {
        const side = this.side(file);
        this.#sides.delete(file);
        side.finish(sampleRateHz);
      }
      const [left, right] = [join(this.#dir, CALLER_FILE), join(this.#dir, BOT_FILE)];
      mixFiles({ left, right, to: join(this.#dir, MIX_FILE), sampleRateHz });
      for (const { file, text } of texts) writeFileSync(join(this.#dir, file), text, { mode: 0o600 });
      renameSync(this.#dir, to);
    } catch (error) {
      this.drop();
      throw error;
    }
  }

  /** Deletes it, as far as that can be done: the next start tries again. */
  drop(): void {
    for (const side of this.#sides.values()) side.close();
    this.#sides.clear();
    try {
      rmSync(this.#dir, { recursive: true, force: true });
    } catch {
      // It lies among what is unfinished, where the next process looks.
    }
  }
}
