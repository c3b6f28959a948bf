/**
 * Where a call stands in its flow: plain JSON, never changed in place, so that what was begun too early is undone by putting the former
 * state back. What is sensitive is not in it.
 */
import { z } from 'zod';
import type { Flow } from '../../config/flow-shape.ts';

/** Stands for what must not be written down. */
export const MASK = '•••';

/** So many steps are remembered; older ones cannot be gone back to. */
const LONGEST_HISTORY = 200;

const filled = z.strictObject({
  value: z.string(),
  /** To be said back. */
  spoken: z.string(),
  /** Where the machine keeps the value of a sensitive slot, as long as it lives. */
  secret: z.int().optional(),
});

export const flowStateSchema = z.strictObject({
  version: z.literal(1),
  step: z.string(),
  /** answered: goes on when the turn ends. running: waits for a tool. */
  phase: z.enum(['new', 'asking', 'confirming', 'answered', 'running', 'ended']),
  /** The open question was put to the caller. */
  asked: z.boolean(),
  slots: z.record(z.string(), filled),
  /** Answers to questions that have not been put yet. */
  ahead: z.record(z.string(), filled).optional(),
  /** Waits for the caller's yes. */
  candidate: filled.optional(),
  /** By name, `result.stock.items`: what the flow's conditions and texts name of them. */
  results: z.record(z.string(), z.json()),
  /** Unclear answers to the open question. */
  attempts: z.int(),
  history: z.array(z.string()),
  /** Steps entered since the beginning, and turns that led away from the open question. */
  entered: z.int(),
  digressions: z.int(),
  /** The return phrase that was said last. */
  lastReturn: z.int(),
  /** An earlier answer is being corrected: what is known need not be asked again. */
  isWalkedAgain: z.boolean(),
  secrets: z.int(),
  outcome: z.string().optional(),
});
export type FlowState = Readonly<z.output<typeof flowStateSchema>>;
export type FilledSlot = z.output<typeof filled>;

export function newFlowState({ start }: Flow): FlowState {
  return {
    version: 1,
    step: start,
    phase: 'new',
    asked: false,
    slots: {},
    results: {},
    attempts: 0,
    history: [],
    entered: 0,
    digressions: 0,
    lastReturn: -1,
    isWalkedAgain: false,
    secrets: 0,
  };
}

export function entering(state: FlowState, step: string): FlowState {
  const history = [...state.history, step].slice(-LONGEST_HISTORY);
  return { ...state, step, history, entered: state.entered + 1, attempts: 0, asked: false };
}

export function without<Value>(of: Readonly<Record<string, Value>>, name: string): Record<string, Value> {
  return Object.fromEntries(Object.entries(of).filter(([key]) => key !== name));
}
