/** How far something has come: a bar that is drawn over itself on a terminal, a line for each change elsewhere. */
import type { CampaignSeen } from './campaign-seen.ts';
import { progressLine, shareOf } from './campaign-lines.ts';
import { progressBarOf } from './progress-bar.ts';

/** Into a pipe or a log, ms: enough to see that it goes on. */
const LINE_EVERY_MS = 10_000;

export interface Progress {
  /** 0 to 1. */
  readonly share: number;
  readonly line: string;
  readonly isEnd: boolean;
}

export class ProgressLine {
  readonly #out: Pick<NodeJS.WriteStream, 'write' | 'isTTY' | 'columns'>;
  #last = '';
  #toldAtMs = -Infinity;

  constructor(out: Pick<NodeJS.WriteStream, 'write' | 'isTTY' | 'columns'> = process.stderr) {
    this.#out = out;
  }

  show(seen: CampaignSeen): void {
    this.tell({ share: shareOf(seen), line: progressLine(seen), isEnd: seen.state !== 'running' });
  }

  tell({ share, line, isEnd }: Progress): void {
    if (this.#out.isTTY) {
      const drawn = `${progressBarOf(share)} ${line}`.slice(0, Math.max(1, this.#out.columns - 1));
      if (drawn !== this.#last) this.#out.write(`\r\x1b[K${drawn}`);
      this.#last = drawn;
      return;
    }
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
