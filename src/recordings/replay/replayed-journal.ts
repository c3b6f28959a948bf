/** The journal of a recorded call: nothing is written, and it takes as long, and fails as it did then. */
import type { ToolJournal } from '../../tools/journal/tool-journal.ts';
import type { RecordedWrite } from '../bundle/recorded-abilities.ts';
import { endAsRecorded } from './recorded-end.ts';
import type { TapeTime } from './tape-time.ts';

export class ReplayedJournal implements ToolJournal {
  readonly #time: TapeTime;
  readonly #left: RecordedWrite[];

  constructor(time: TapeTime, recorded: readonly RecordedWrite[]) {
    this.#time = time;
    this.#left = [...recorded];
  }

  begun(): Promise<void> {
    return this.#written('begun');
  }

  ended(): Promise<void> {
    return this.#written('ended');
  }

  async #written(kind: RecordedWrite['kind']): Promise<void> {
    const at = this.#left.findIndex((write) => write.kind === kind);
    const [write] = at < 0 ? [] : this.#left.splice(at, 1);
    // What was still being written when the call was over holds up nobody.
    if (!write || write.end.kind === 'dropped') return;
    const replaying = {
      time: this.#time,
      shiftMs: this.#time.nowMs - write.atMs,
      signal: new AbortController().signal,
    };
    await endAsRecorded(write.end, replaying, () => {
      throw new Error('it was not dropped');
    });
  }
}
