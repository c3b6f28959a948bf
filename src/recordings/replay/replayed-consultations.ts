/** The colleagues of a recorded call: they are there when they were, and say what they said, once each, in their order. */
import { ParleyError } from '../../base/errors.ts';
import type { AskColleague } from '../../call/call-kit.ts';
import type { Colleague, Consult } from '../../telephony/line.ts';
import type { RecordedConsultation } from '../bundle/recorded-abilities.ts';
import { endAsRecorded } from './recorded-end.ts';
import type { TapeTime } from './tape-time.ts';
import type { Unanswered } from './unanswered.ts';

export interface ReplayedConsultationsOptions {
  readonly time: TapeTime;
  readonly recorded: readonly RecordedConsultation[];
  readonly unanswered: Unanswered;
  /** Caller and colleague talk to each other. */
  readonly onConnected: () => void;
  /** Nobody is heard through it, and nobody hears it. */
  readonly telephone: Pick<Colleague, 'hearing' | 'player'>;
}

export class ReplayedConsultations {
  readonly #options: ReplayedConsultationsOptions;
  readonly #left: RecordedConsultation[];
  #present: { readonly note: RecordedConsultation; readonly shiftMs: number } | undefined;

  constructor(options: ReplayedConsultationsOptions) {
    this.#options = options;
    this.#left = [...options.recorded];
  }

  readonly consult: Consult = async (_to, _options, signal) => {
    const { time, unanswered } = this.#options;
    const note = this.#left.shift();
    if (!note) throw unanswered.error('tools', 'A colleague was to be rung.');
    const shiftMs = time.nowMs - note.atMs;
    this.#present = { note, shiftMs };
    await endAsRecorded(note.end, { time, shiftMs, signal }, () =>
      unanswered.error('tools', 'The colleague was rung no longer in the recording.'),
    );
    const { outcome = 'unreachable' } = note;
    return outcome === 'answered' ? { outcome, colleague: this.#colleague() } : { outcome };
  };

  readonly ask: AskColleague = async (_parts, _colleague, told, signal) => {
    const { time, unanswered } = this.#options;
    const { note, shiftMs = 0 } = this.#present ?? {};
    told.catch(() => undefined);
    await time.until((note?.will?.atMs ?? Infinity) + shiftMs, signal);
    if (!note?.will) throw unanswered.error('tools', 'A colleague was to be asked.');
    return note.will.said;
  };

  #colleague(): Colleague {
    const { onConnected, telephone, time } = this.#options;
    const { note, shiftMs = 0 } = this.#present ?? {};
    const connectedAtMs = note?.connectedAtMs;
    return {
      ...telephone,
      ended: new AbortController().signal,
      connect: async () => {
        if (connectedAtMs === undefined)
          throw new ParleyError('LINE_ENDED', 'The colleague was gone in the recorded call.');
        await time.until(connectedAtMs + shiftMs);
        onConnected();
      },
      close: () => Promise.resolve(),
    };
  }
}
