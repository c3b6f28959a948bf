/** How far something has come: a bar that is drawn over itself on a terminal, a line for each change elsewhere. */
import type { CampaignSeen } from './campaign-seen.ts';
import { progressBar, progressLine } from './campaign-lines.ts';

/** Into a pipe or a log, ms: enough to see that it goes on. */
const LINE_EVERY_MS = 10_000;

export class ProgressLine {
  readonly #out: Pick<NodeJS.WriteStream, 'write' | 'isTTY' | 'columns'>;
  #last = '';
  #toldAtMs = -Infinity;

  constructor(out: Pick<NodeJS.WriteStream, 'write' | 'isTTY' | 'columns'> = process.stderr) {
    this.#out = out;
  }

  show(seen: CampaignSeen): void {
    if (this.#out.isTTY) {
      const line = progressBar(seen).slice(0, Math.max(1, this.#out.columns - 1));
      if (line !== this.#last) this.#out.write(`\r\x1b[K${line}`);
      this.#last = line;
      return;
    }
    const line = progressLine(seen);
    const isEnd = seen.state !== 'running';
    if (line === this.#last || (!isEnd && performance.now() - this.#toldAtMs < LINE_EVERY_MS)) return;
    this.#last = line;
    this.#toldAtMs = performance.now();
    this.#out.write(`${line}\n`);
  }

  /** What is written next begins a line of its own. */
  end(): void {
    if (this.#out.isTTY && this.#last !== '') this.#out.write('\n');
  }
}
