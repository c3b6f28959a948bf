/** Colleagues who are rung for a caller: what became of it is on the tape, and what was said to them is not. */
import type { AskColleague } from '../../call/call-kit.ts';
import { askColleague } from '../../call/transfer/asking.ts';
import type { Consult } from '../../telephony/line.ts';
import type { RecordedConsultation } from '../bundle/recorded-abilities.ts';
import { UNDER_WAY } from './call-tape.ts';
import type { CallTape, Growing } from './call-tape.ts';

export class TapedConsultations {
  readonly notes: Growing<RecordedConsultation>[] = [];
  readonly #tape: CallTape;

  constructor(tape: CallTape) {
    this.#tape = tape;
  }

  /** To be the line's instead of its own. */
  consult(inner: Consult): Consult {
    return async (to, options, signal) => {
      const note: Growing<RecordedConsultation> = { atMs: this.#tape.causeAtMs, end: UNDER_WAY };
      this.notes.push(note);
      const rung = await this.#tape.followingOne(inner(to, options, signal), note, signal);
      note.outcome = rung.outcome;
      if (rung.outcome !== 'answered') return rung;
      const { colleague } = rung;
      const connect = async () => {
        await colleague.connect();
        note.connectedAtMs = this.#tape.happens();
      };
      return {
        outcome: 'answered',
        colleague: {
          hearing: colleague.hearing,
          player: colleague.player,
          ended: colleague.ended,
          connect,
          close: () => colleague.close(),
        },
      };
    };
  }

  /** To be the call's instead of its own. */
  readonly ask: AskColleague = async (...asked) => {
    const said = await askColleague(...asked);
    const note = this.notes.at(-1);
    if (note) note.will = { atMs: this.#tape.causeAtMs, said };
    return said;
  };
}
