/**
 * One side of a call on its way to its file. Whoever hands it audio never waits: what comes is gathered in blocks, which the disk's thread
 * writes one behind another.
 */
import { BLOCK_BYTES } from './spool-blocks.ts';
import type { Block, SpoolBlocks } from './spool-blocks.ts';
import type { GrowingSound } from './sound-track.ts';

/** A shorter silence is written as it is: what stands before a longer one is a block of its own, bytes. */
const SHORTEST_HOLE_BYTES = BLOCK_BYTES / 4;

/** Has a block written behind `silentBytes` of silence. Throws where the disk is too far behind. */
export type WriteBlock = (block: Block, bytes: number, silentBytes: number) => void;

export class WavSpool implements GrowingSound {
  readonly #blocks: SpoolBlocks;
  readonly #write: WriteBlock;
  /** What comes is copied here at once: small pieces that are kept for seconds would be work for the garbage collector. */
  #block: Block | undefined;
  /** The block's: one thing less to look at for each piece. */
  #sound: Uint8Array | undefined;
  #filledBytes = 0;
  /** Before the block. */
  #silentBytes = 0;
  #failure: { readonly error: unknown } | undefined;

  constructor(blocks: SpoolBlocks, write: WriteBlock) {
    this.#blocks = blocks;
    this.#write = write;
  }

  append(pcm: Uint8Array): void {
    const room = BLOCK_BYTES - this.#filledBytes;
    if (!this.#sound || pcm.byteLength >= room) return this.#appendOver(pcm, room);
    this.#sound.set(pcm, this.#filledBytes);
    this.#filledBytes += pcm.byteLength;
  }

  /** The block has to be begun, or is full with this. */
  #appendOver(pcm: Uint8Array, room: number): void {
    if (this.#failure) return;
    this.#block ??= this.#blocks.take();
    this.#sound = this.#block.sound;
    if (pcm.byteLength < room) return this.append(pcm);
    this.#sound.set(pcm.subarray(0, room), this.#filledBytes);
    this.#filledBytes = BLOCK_BYTES;
    this.#flush();
    if (pcm.byteLength > room) this.append(pcm.subarray(room));
  }

  skip(bytes: number): void {
    if (this.#filledBytes > 0 && bytes >= SHORTEST_HOLE_BYTES) this.#flush();
    if (this.#filledBytes === 0) this.#silentBytes += bytes;
    else this.append(new Uint8Array(bytes));
  }

  /** Hands on what is left. Throws what has kept the file from being whole. */
  finish(): void {
    this.#flush();
    if (this.#failure) throw this.#failure.error;
  }

  #flush(): void {
    const block = this.#block ?? (this.#silentBytes > 0 ? this.#blocks.take() : undefined);
    if (!block || this.#failure) return;
    const [bytes, silentBytes] = [this.#filledBytes, this.#silentBytes];
    this.#block = undefined;
    this.#sound = undefined;
    this.#filledBytes = 0;
    this.#silentBytes = 0;
    try {
      this.#write(block, bytes, silentBytes);
    } catch (error) {
      this.#blocks.giveBack(block);
      this.#failure = { error };
    }
  }
}
