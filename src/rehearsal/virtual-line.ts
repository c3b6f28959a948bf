/** A line without a telephone: on its other side is a caller who is played. */
import type { Clock } from '../base/clock.ts';
import { LineEnd } from '../telephony/line.ts';
import type { Consult, Line, Party } from '../telephony/line.ts';
import type { TransferTarget } from '../telephony/transfer-target.ts';
import { VirtualHearing } from './virtual-hearing.ts';
import { VirtualPlayer } from './virtual-player.ts';

export class VirtualLine implements Line {
  readonly id: string;
  readonly party: Party;
  readonly hearing: VirtualHearing;
  readonly player: VirtualPlayer;
  /** Rings somebody; a line without it puts callers through unasked. */
  consult?: Consult;
  readonly #end = new AbortController();
  #sentTo: TransferTarget | undefined;

  constructor(clock: Clock, { id, number }: { readonly id: string; readonly number: string }) {
    this.id = id;
    this.party = { direction: 'inbound', number, name: '', dialled: '100', bot: undefined };
    this.hearing = new VirtualHearing(clock, this.ended);
    this.player = new VirtualPlayer(clock);
  }

  get ended(): AbortSignal {
    return this.#end.signal;
  }

  /** Where the caller was handed over to. */
  get sentTo(): TransferTarget | undefined {
    return this.#sentTo;
  }

  answer(): Promise<void> {
    return Promise.resolve();
  }

  /** The caller hangs up. */
  leave(): void {
    this.#over('caller');
  }

  hangup(): Promise<void> {
    this.#over('us');
    return Promise.resolve();
  }

  transfer(to: TransferTarget): Promise<void> {
    this.#sentTo = to;
    this.#over('transferred');
    return Promise.resolve();
  }

  /** A colleague has taken the caller over. */
  readonly connectedTo = (to: TransferTarget): void => {
    this.#sentTo = to;
    this.#over('transferred');
  };

  close(): Promise<void> {
    this.#over('us');
    return this.player.stop();
  }

  #over(by: LineEnd['by']): void {
    this.#end.abort(new LineEnd(by));
  }
}
