import type { Command } from './command.ts';
import { FRAME_SAMPLES, SILENCE, type Frame } from './frames.ts';

/** A channel's commands: one has its turn, the others wait. */
export class CommandQueue {
  readonly #waiting: Command[] = [];
  #current: Command | undefined;
  #closed = false;

  add(command: Command): void {
    this.#waiting.push(command);
    this.advance();
  }

  /** Starts what can start. To be called whenever the current command may have ended. */
  advance(): void {
    while (!this.#closed && (this.#current?.over ?? true)) {
      this.#current = this.#waiting.shift();
      if (!this.#current) return;
      this.#current.start();
    }
  }

  /** Hands the caller's frame to the command whose turn it is, if it wants it. */
  take(frame: Frame): void {
    this.#current?.take?.(frame);
    this.advance();
  }

  /** The next frame for the caller, from as many commands as it takes: one playback follows another without a gap. */
  next(): Frame {
    let out: Int16Array | undefined;
    for (let filled = 0; filled < FRAME_SAMPLES;) {
      const current = this.#current;
      if (!current?.fill) break;
      out ??= new Int16Array(FRAME_SAMPLES);
      const count = current.fill(out, filled);
      filled += count;
      this.advance();
      if (count === 0 && this.#current === current) break;
    }
    this.advance();
    return out ?? SILENCE;
  }

  /** The channel is gone: whatever runs or waits ends, each in its turn. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const command of [this.#current, ...this.#waiting.splice(0)]) {
      if (command && !command.over) command.abandon();
    }
  }
}
