/**
 * Writes the log's lines at once, so that the last line before a crash is there too. A disk that is full, or a reader that is gone, costs
 * lines and nothing else: they are counted, and the count is told as soon as a line can be written again.
 */
import { writeSync } from 'node:fs';
import type { DestinationStream } from 'pino';

/** As fs.writeSync: tells how many bytes were taken, or throws. */
type Write = (bytes: Uint8Array) => number;

const STDOUT = 1;

export class LogWriter implements DestinationStream {
  readonly #write: Write;
  /** What is left of a line that could be written in part: without it the next line would be no JSON. */
  #rest: Uint8Array = new Uint8Array(0);
  #dropped = 0;

  constructor(write: Write = (bytes) => writeSync(STDOUT, bytes)) {
    this.#write = write;
  }

  /** Never throws. */
  write(line: string): void {
    const told = this.#dropped > 0 ? droppedLine(this.#dropped) : '';
    if (!this.#finish()) return void this.#dropped++;
    if (told !== '') {
      if (!this.#put(told)) return void this.#dropped++;
      this.#dropped = 0;
      if (!this.#finish()) return void this.#dropped++;
    }
    if (!this.#put(line)) this.#dropped++;
  }

  /** Writes the end of the line before; false if there is no room for it. */
  #finish(): boolean {
    const rest = this.#rest;
    if (rest.byteLength === 0) return true;
    const taken = this.#attempt(rest);
    this.#rest = rest.subarray(taken);
    return this.#rest.byteLength === 0;
  }

  /** False if nothing of it was taken; what was not taken of it is kept for later. */
  #put(line: string): boolean {
    const bytes = Buffer.from(line);
    const taken = this.#attempt(bytes);
    if (taken === 0) return false;
    this.#rest = bytes.subarray(taken);
    return true;
  }

  #attempt(bytes: Uint8Array): number {
    let taken = 0;
    try {
      while (taken < bytes.byteLength) {
        const more = this.#write(bytes.subarray(taken));
        if (more === 0) break;
        taken += more;
      }
    } catch {
      // ENOSPC, EIO, EPIPE, EAGAIN: there is nobody to tell.
    }
    return taken;
  }
}

function droppedLine(lines: number): string {
  const time = new Date().toISOString();
  return `${JSON.stringify({ level: 'warn', time, event: 'log.dropped', lines, message: 'lines of the log could not be written' })}\n`;
}
