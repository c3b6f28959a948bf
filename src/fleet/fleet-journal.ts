/** The journal of tools on this machine's disk and in the fleet's memory: whoever goes on with a conversation knows what was done in it. */
import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import { settledWithin } from '../base/settled-within.ts';
import { usesIn } from '../tools/journal/tool-journal.ts';
import type { EarlierUse, HowEnded, JournalledUse, ToolJournal } from '../tools/journal/tool-journal.ts';
import type { FleetMemory } from './fleet-memory.ts';

/** A caller waits; the disk has the line all the same, ms. */
const NOTED_WITHIN_MS = 100;

export interface FleetJournalOptions {
  readonly disk: ToolJournal;
  readonly memory: Pick<FleetMemory, 'note' | 'notes'>;
  readonly clock: Clock;
  readonly epochMs: () => number;
  readonly log: Log;
}

export class FleetJournal implements ToolJournal {
  readonly #options: FleetJournalOptions;

  constructor(options: FleetJournalOptions) {
    this.#options = options;
  }

  async begun(use: JournalledUse): Promise<void> {
    await Promise.all([this.#options.disk.begun(use), this.#note(use, { event: 'begun' })]);
  }

  async ended(use: JournalledUse, how: HowEnded): Promise<void> {
    await Promise.all([this.#options.disk.ended(use, how), this.#note(use, { event: 'ended', how })]);
  }

  /** What was done in a conversation by any daemon. Empty while the memory is away. Never rejects. */
  async of(conversation: string): Promise<readonly EarlierUse[]> {
    try {
      return usesIn(await this.#options.memory.notes(conversation));
    } catch (error) {
      const fields = { event: 'fleet.journal', conversation, error };
      this.#options.log.error(fields, 'nobody knows what was done in a conversation of another daemon');
      return [];
    }
  }

  /** Never rejects, and waits for a while only. */
  async #note({ call, tool, key }: JournalledUse, what: object): Promise<void> {
    const { clock, epochMs, log, memory } = this.#options;
    const line = JSON.stringify({ ...what, call, tool, key, at: new Date(epochMs()).toISOString() });
    const noted = memory
      .note(call, line)
      .catch((error: unknown) =>
        log.warn({ event: 'fleet.journal', call, tool, error }, 'a line is on this disk alone'),
      );
    await settledWithin(noted, NOTED_WITHIN_MS, clock);
  }
}
