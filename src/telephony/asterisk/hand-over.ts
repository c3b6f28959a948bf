/** Where a caller's leg can go on, the same in every media mode: in the dialplan, at a colleague's telephone, or wherever the far end calls. */
import type { Clock } from '../../base/clock.ts';
import { ParleyError } from '../../base/errors.ts';
import type { Consult, Variables } from '../line.ts';
import type { TransferTarget } from '../transfer-target.ts';
import type { CallerLeg } from './caller-leg.ts';
import type { Colleagues, WaitingCaller } from './colleagues.ts';

/** How long the far end may take to call where it is sent, ms: until somebody answers there, with many. */
const REFERRED_WITHIN_MS = 30_000;

export interface HandOverOptions {
  readonly leg: CallerLeg;
  readonly clock: Clock;
  /** Who can be rung for this caller; nobody, if not given. */
  readonly colleagues: Colleagues | undefined;
  readonly waiting: () => WaitingCaller;
}

export class HandOver {
  /** Undefined where nobody can be rung. */
  readonly consult: Consult | undefined;
  readonly #options: HandOverOptions;

  constructor(options: HandOverOptions) {
    const { colleagues, waiting } = options;
    this.#options = options;
    this.consult = colleagues && ((...asked) => colleagues.ring(waiting(), ...asked));
  }

  /** See Line. */
  async hasPlace(place: TransferTarget): Promise<boolean> {
    const { leg, colleagues } = this.#options;
    if (place.kind === 'dialplan') return leg.hasPlace(place);
    if (place.kind === 'number') return false;
    return place.kind === 'refer' || colleagues !== undefined;
  }

  /** See Line. */
  async transfer(to: TransferTarget, variables: Variables = {}): Promise<void> {
    const { leg, clock, colleagues, waiting } = this.#options;
    if (to.kind === 'dialplan') return leg.transfer(to, variables);
    if (to.kind === 'refer') return leg.refer(to.uri, clock, REFERRED_WITHIN_MS);
    if (to.kind === 'number' || !colleagues)
      throw new ParleyError('TRANSFER_NOWHERE', 'Nobody can be rung for this caller.');
    await colleagues.transfer(waiting(), to, variables);
  }
}
