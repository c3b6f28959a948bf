/** The line of a recorded call: the same caller again, who hangs up when he did. */
import { ParleyError } from '../../base/errors.ts';
import type { Pcm } from '../../audio/pcm.ts';
import type { RecordedCall } from '../bundle/recorded-call.ts';
import { LineEnd } from '../../telephony/line.ts';
import type { Consult } from '../../telephony/line.ts';
import type { Line, Party } from '../../telephony/line.ts';
import { ReplayedHearing } from './replayed-hearing.ts';
import { ReplayedPlayer } from './replayed-player.ts';
import type { TapeTime } from './tape-time.ts';

export class ReplayedLine implements Line {
  readonly id: string;
  readonly party: Party;
  readonly hearing: ReplayedHearing;
  readonly player: ReplayedPlayer;
  /** Undefined where no colleague was rung. */
  consult: Consult | undefined;
  readonly #time: TapeTime;
  readonly #answeredAtMs: number | undefined;
  readonly #givenUpAtMs: number;
  readonly #end = new AbortController();
  readonly #cancelEnd: () => void;

  constructor(time: TapeTime, call: RecordedCall, caller: Pcm) {
    const { answeredAfterMs, ended } = call.line;
    this.id = call.id;
    this.party = { bot: undefined, ...call.party };
    this.#time = time;
    this.#answeredAtMs = answeredAfterMs;
    this.#givenUpAtMs = ended?.atMs ?? call.timeline.at(-1)?.atMs ?? 0;
    this.hearing = new ReplayedHearing(time, call, caller);
    this.player = new ReplayedPlayer(time.clock, call);
    const isTheirs = ended && (ended.by === 'caller' || ended.by === 'lost');
    this.#cancelEnd = isTheirs ? time.at(ended.atMs, () => this.#over(ended.by)) : () => undefined;
  }

  get ended(): AbortSignal {
    return this.#end.signal;
  }

  /** Takes as long as it took. Rejects with LINE_ENDED if the line ends before, and with INTERNAL when it was given up. */
  async answer(): Promise<void> {
    await this.#time.until(this.#answeredAtMs ?? this.#givenUpAtMs, this.ended).catch((cause: unknown) => {
      throw new ParleyError('LINE_ENDED', 'It ended before it was answered.', { cause });
    });
    if (this.#answeredAtMs === undefined)
      throw new ParleyError('INTERNAL', 'It was not answered in the recorded call.');
  }

  hangup(): Promise<void> {
    this.#over('us');
    return Promise.resolve();
  }

  /** Put through to somebody else. */
  transferred(): void {
    this.#over('transferred');
  }

  transfer(): Promise<void> {
    this.#over('transferred');
    return Promise.resolve();
  }

  close(): Promise<void> {
    this.#over('us');
    this.#cancelEnd();
    this.hearing.close();
    this.player.close();
    return Promise.resolve();
  }

  #over(by: LineEnd['by']): void {
    this.#end.abort(new LineEnd(by));
  }
}
