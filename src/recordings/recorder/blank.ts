/** What of a call is kept nowhere, however it is recorded: what is heard while the caller gives something sensitive. */

/** The sound of the last key, or word, is still on its way when what was asked for is whole, ms. */
const TAIL_MS = 400;

export class Blank {
  readonly #nowMs: () => number;
  #isSensitive: () => boolean = () => false;
  #untilMs = -Infinity;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** Asked whenever something is to be kept. */
  follow(isSensitive: () => boolean): void {
    this.#isSensitive = isSensitive;
  }

  get isOn(): boolean {
    const isSensitive = this.#isSensitive();
    if (isSensitive) this.#untilMs = this.#nowMs() + TAIL_MS;
    // Of most calls nothing ever is, and this is asked of every frame.
    return isSensitive || (this.#untilMs !== -Infinity && this.#nowMs() < this.#untilMs);
  }

  /** As long as it was, and silent if it must not be kept. */
  kept(pcm: Uint8Array): Uint8Array {
    return this.isOn ? new Uint8Array(pcm.byteLength) : pcm;
  }
}
