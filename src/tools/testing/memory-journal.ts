/** A journal that outlives the processes of a test, and nothing else. */
import type { HowEnded, JournalLine, JournalledUse, ToolJournal } from '../journal/tool-journal.ts';
import { usesIn } from '../journal/tool-journal.ts';

export class MemoryJournal implements ToolJournal {
  readonly lines: string[] = [];
  /** The disk is full. */
  isFull = false;

  async begun(use: JournalledUse): Promise<void> {
    if (this.isFull) throw new Error('ENOSPC');
    this.#write({ event: 'begun', ...use, at: '' });
  }

  async ended(use: JournalledUse, how: HowEnded): Promise<void> {
    if (!this.isFull) this.#write({ event: 'ended', ...use, at: '', how });
  }

  ofCall(call: string) {
    return usesIn(this.lines).filter((use) => use.call === call);
  }

  #write(line: JournalLine): void {
    this.lines.push(JSON.stringify(line));
  }
}
