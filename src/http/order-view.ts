/** Calls that were ordered, as /api tells of them: one that nobody has answered (yet) looks like any other call. */
import { maskNumber } from '../ops/mask.ts';
import type { OrderedCall } from '../outbound/ordered-call.ts';
import type { CallDetail } from './contract.ts';
import type { OrderedView } from './order-contract.ts';

export function orderedViewOf({ state, outcome }: OrderedCall): OrderedView {
  const talk = outcome?.outcome === 'answered' ? outcome : undefined;
  return {
    state,
    outcome: outcome?.outcome ?? null,
    cause: outcome?.cause ?? null,
    by: talk?.by ?? null,
    talkedMs: talk?.talkedMs ?? null,
  };
}

/** Of a call whose conversation is not known: it rings, nobody has answered, or it was long ago. */
export function callOfOrder(order: OrderedCall, showsNumbers: 'shown' | 'masked'): CallDetail {
  const { id, bot, to, orderedEpochMs, endedEpochMs, state, outcome } = order;
  return {
    id,
    bot,
    direction: 'outbound',
    number: showsNumbers === 'shown' ? to : maskNumber(to),
    startedAt: new Date(orderedEpochMs).toISOString(),
    endedAt: endedEpochMs === undefined ? null : new Date(endedEpochMs).toISOString(),
    state: state === 'ended' ? 'ended' : 'ringing',
    turns: 0,
    lastLatencyMs: null,
    endCause: outcome?.outcome === 'answered' ? outcome.cause : (outcome?.outcome ?? null),
    cost: null,
    timeline: [],
    dropped: 0,
    result: null,
    ear: null,
  };
}
