/**
 * Memory in which sound goes to the thread that writes it: seen by both, so that nothing is copied or made anew for each block, and nobody
 * has to say that one is free again.
 */

/** So much is written at once, bytes: two seconds of 16 kHz. */
export const BLOCK_BYTES = 64 * 1024;

/** Before the sound stands whether it has been written. */
const HEAD_BYTES = 64;

/** More than these are left to the garbage collector, 4 MiB: a crowd that has gone needs no memory. */
const MOST_SPARE = 64;

const WAITS = 1;
const IS_WRITTEN = 0;

export class Block {
  /** What is handed over. */
  readonly shared: SharedArrayBuffer;
  readonly sound: Uint8Array;
  readonly #state: Int32Array;

  constructor(shared = new SharedArrayBuffer(HEAD_BYTES + BLOCK_BYTES)) {
    this.shared = shared;
    this.sound = new Uint8Array(shared, HEAD_BYTES);
    this.#state = new Int32Array(shared, 0, 1);
  }

  get isWritten(): boolean {
    return Atomics.load(this.#state, 0) === IS_WRITTEN;
  }

  waits(): void {
    Atomics.store(this.#state, 0, WAITS);
  }

  written(): void {
    Atomics.store(this.#state, 0, IS_WRITTEN);
  }
}

export class SpoolBlocks {
  readonly #spare: Block[] = [];
  /** In the order in which they are written. */
  #sent: Block[] = [];

  /** One to be filled. */
  take(): Block {
    this.#collect();
    return this.#spare.pop() ?? new Block();
  }

  /** It is on its way to the disk. */
  sent(block: Block): void {
    block.waits();
    this.#sent.push(block);
  }

  giveBack(block: Block): void {
    if (this.#spare.length < MOST_SPARE) this.#spare.push(block);
  }

  get waitingBytes(): number {
    this.#collect();
    return this.#sent.length * BLOCK_BYTES;
  }

  /** Whoever was to write them is gone. */
  forget(): void {
    this.#sent = [];
  }

  #collect(): void {
    while (this.#sent[0]?.isWritten) this.giveBack(this.#sent.shift() as Block);
  }
}
