/** A line that notes on a call's tape all that comes from it. It changes nothing. */
import { LineEnd } from '../../telephony/line.ts';
import type { Hearing, Line, Party, Player, Variables } from '../../telephony/line.ts';
import type { Consult } from '../../telephony/line.ts';
import type { TransferTarget } from '../../telephony/transfer-target.ts';
import type { CallTape } from './call-tape.ts';
import { tapedHearing } from './taped-hearing.ts';
import type { HeardAudio, TapedCaptures } from './taped-hearing.ts';
import { TapedPlayer } from './taped-player.ts';
import type { HeardClip } from './taped-player.ts';

export interface Listeners {
  readonly captures: TapedCaptures;
  /** Undefined where somebody else hears it. */
  readonly caller: HeardAudio | undefined;
  readonly bot: HeardClip;
  /** What may be kept of a key. */
  readonly digit: (digit: string) => string;
  /** Notes that a colleague is rung. */
  readonly consult: (inner: Consult) => Consult;
}

export class TapedLine implements Line {
  readonly id: string;
  readonly party: Party;
  readonly hearing: Hearing;
  readonly player: Player;
  readonly ended: AbortSignal;
  readonly transfers: Line['transfers'];
  readonly letGo: Line['letGo'];
  /** What a colleague says is said in no call of the caller's, and is not on the tape. */
  readonly consult: Consult | undefined;
  readonly #inner: Line;
  readonly #tape: CallTape;

  constructor(inner: Line, tape: CallTape, { captures, caller, bot, consult, digit }: Listeners) {
    this.#inner = inner;
    this.#tape = tape;
    this.id = inner.id;
    this.party = inner.party;
    this.ended = inner.ended;
    this.transfers = inner.transfers;
    this.letGo = inner.letGo && (() => inner.letGo?.());
    this.consult = inner.consult && consult(inner.consult.bind(inner));
    this.hearing = tapedHearing(inner.hearing, tape, { captures, digit, heard: caller });
    this.player = new TapedPlayer(inner.player, tape, bot);
    inner.ended.addEventListener('abort', () => this.#noteEnd(), { once: true });
  }

  async answer(): Promise<void> {
    await this.#inner.answer();
    this.#tape.answeredAfterMs = this.#tape.happens();
  }

  hangup(): Promise<void> {
    return this.#inner.hangup();
  }

  async hasPlace(place: TransferTarget): Promise<boolean> {
    return (await this.#inner.hasPlace?.(place)) ?? true;
  }

  transfer(to: TransferTarget, variables?: Variables): Promise<void> {
    return this.#inner.transfer(to, variables);
  }

  close(): Promise<void> {
    return this.#inner.close();
  }

  #noteEnd(): void {
    const reason: unknown = this.#inner.ended.reason;
    this.#tape.lineEnded = { atMs: this.#tape.happens(), by: reason instanceof LineEnd ? reason.by : 'lost' };
  }
}
