/** A call in writing: the same as over a telephone, but what either side says is read. */
import { randomUUID } from 'node:crypto';
import type { Clock } from '../../base/clock.ts';
import { ParleyError } from '../../base/errors.ts';
import { LineEnd } from '../line.ts';
import type { Line, Party } from '../line.ts';
import { WrittenHearing } from '../written/written-hearing.ts';
import { WrittenPlayer } from '../written/written-player.ts';

/** The ids of these calls begin so. */
const ID_PREFIX = 'text-';

export interface TextLineOptions {
  readonly clock: Clock;
  /** The bot that was asked for. */
  readonly bot: string | undefined;
  /** The bot waits for whoever writes. */
  readonly onAwaited: () => void;
}

export class TextLine implements Line {
  readonly id = `${ID_PREFIX}${randomUUID()}`;
  readonly party: Party;
  /** The conversation ends, wherever it would go. */
  readonly transfers = ['dialplan', 'endpoint', 'refer', 'number'] as const;
  readonly hearing: WrittenHearing;
  readonly player: WrittenPlayer;
  readonly #end = new AbortController();

  constructor({ clock, bot, onAwaited }: TextLineOptions) {
    this.party = { direction: 'inbound', number: '', name: 'Text', dialled: '', bot };
    this.hearing = new WrittenHearing(clock, onAwaited);
    this.player = new WrittenPlayer(clock);
  }

  get ended(): AbortSignal {
    return this.#end.signal;
  }

  async answer(): Promise<void> {
    if (this.ended.aborted) throw new ParleyError('LINE_ENDED', 'Nobody writes any more.');
  }

  /** Whoever writes has left. */
  leave(): void {
    this.#over('caller');
  }

  async hangup(): Promise<void> {
    this.#over('us');
  }

  /** There is nobody to hand a reader over to: the conversation ends, and says why. */
  async transfer(): Promise<void> {
    if (this.ended.aborted) throw new ParleyError('LINE_ENDED', 'Nobody writes any more.');
    this.#over('transferred');
  }

  async close(): Promise<void> {
    this.#over('us');
    this.hearing.close();
    await this.player.stop();
  }

  #over(by: LineEnd['by']): void {
    if (!this.ended.aborted) this.#end.abort(new LineEnd(by));
  }
}
