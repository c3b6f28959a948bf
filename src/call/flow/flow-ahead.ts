/** Answers to questions that have not been put yet: whoever says more than was asked is not asked for it again. Pure. */
import type { JsonObject } from '../../base/json.ts';
import type { Flow, FlowSlot } from '../../config/flow-shape.ts';
import { readSlot } from '../../languages/slots/read-slot.ts';
import type { FlowState } from './flow-state.ts';
import type { OpenTurn } from './flow-turn.ts';
import { groundsFor } from './grounded.ts';

/** What may be answered beside the open question. A yes is the answer to one question; what is sensitive no model may see. */
export function slotsAhead({ steps }: Flow, { slots, step }: FlowState): readonly FlowSlot[] {
  const open = steps[step]?.slot?.name;
  const all = Object.values(steps).flatMap(({ slot }) => slot ?? []);
  const later = all.filter(
    ({ name, sensitive, type }) =>
      name !== open && !Object.hasOwn(slots, name) && !sensitive && type !== 'yesNo',
  );
  return later.filter(({ name }, at) => later.findIndex((other) => other.name === name) === at);
}

/** Keeps of `also` what the caller's own words say, until the script comes to it. */
export function withAhead(flow: Flow, state: FlowState, also: JsonObject, turn: OpenTurn): FlowState {
  const kept = slotsAhead(flow, state).flatMap((slot) => {
    const value = Object.hasOwn(also, slot.name) ? also[slot.name] : undefined;
    if (typeof value !== 'string' && typeof value !== 'number') return [];
    const reading = readSlot(slot, String(value), turn);
    if (!('value' in reading) || groundsFor(slot, reading.value, turn.told, turn) !== 'said') return [];
    return [[slot.name, { value: reading.value, spoken: reading.spokenBack }] as const];
  });
  if (kept.length === 0) return state;
  return { ...state, ahead: { ...state.ahead, ...Object.fromEntries(kept) } };
}
