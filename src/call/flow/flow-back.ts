/** Ways back: to an answer that is corrected, and into a call after a restart. Pure. */
import { slotsOf } from '../../config/flow-faults.ts';
import type { Flow } from '../../config/flow-shape.ts';
import { newFlowState, without } from './flow-state.ts';
import type { FilledSlot, FlowState } from './flow-state.ts';
import { stepOf } from './flow-walk.ts';

/** Questions that were answered since a tool was run last, oldest first: what was done with them is not undone by a correction. */
export function earlierSteps({ steps }: Flow, { history, slots, step }: FlowState): readonly string[] {
  const since = history.slice(history.findLastIndex((id) => steps[id]?.do?.tool !== undefined) + 1);
  return [...new Set(since)].filter((id) => {
    const name = steps[id]?.slot?.name;
    return id !== step && name !== undefined && Object.hasOwn(slots, name);
  });
}

/** At `step` again, without its answer. What is known behind it need not be asked again. */
export function backAt(flow: Flow, { candidate: _, ...state }: FlowState, step: string): FlowState {
  const { slot } = stepOf(flow, step);
  const slots = slot ? without(state.slots, slot.name) : state.slots;
  // What came behind it comes again: from here one can only go further back.
  const history = state.history.slice(0, state.history.lastIndexOf(step) + 1);
  return { ...state, step, slots, history, phase: 'asking', asked: false, attempts: 0, isWalkedAgain: true };
}

/** What of a former state can be gone on with: the profile may be another one, and what was sensitive is not known any more. */
export function resumed(flow: Flow, state: FlowState): FlowState {
  if (!Object.hasOwn(flow.steps, state.step)) return newFlowState(flow);
  const known = slotsOf(flow);
  const slots = Object.entries(state.slots).filter(([name]) => known.has(name));
  const isLost = ({ secret }: FilledSlot) => secret !== undefined;
  const lost = slots.flatMap(([name, slot]) => (isLost(slot) ? [name] : []));
  const whole: FlowState = { ...state, slots: Object.fromEntries(slots.filter(([, slot]) => !isLost(slot))) };
  if (state.phase === 'ended' || state.phase === 'running') return whole;
  const steps = [
    ...earlierSteps(flow, { ...state, slots: Object.fromEntries(slots) }),
    ...(state.phase === 'answered' ? [state.step] : []),
  ];
  const again = steps.find((id) => lost.includes(flow.steps[id]?.slot?.name ?? ''));
  if (again !== undefined) return backAt(flow, whole, again);
  if (state.candidate && isLost(state.candidate))
    return { ...backAt(flow, whole, state.step), isWalkedAgain: false };
  return whole;
}
