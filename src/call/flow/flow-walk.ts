/** From a step to the next one that waits for somebody: a question, a tool, the end. Pure. */
import type { Json, JsonObject } from '../../base/json.ts';
import { isTrue, parseCondition } from '../../config/flow-condition.ts';
import { isEnd } from '../../config/flow-faults.ts';
import type { Flow, FlowStep } from '../../config/flow-shape.ts';
import { flowWords } from '../../languages/flow-words.ts';
import type { CallAction } from '../../tools/tool.ts';
import { entering } from './flow-state.ts';
import type { FilledSlot, FlowState } from './flow-state.ts';
import { inLanguage, withValues, withValuesInside } from './flow-texts.ts';
import type { Words } from './flow-texts.ts';

export type FlowAction =
  | CallAction
  /** To be run, and told of by `toolFinished`. `arguments` may hold what is sensitive. */
  | {
      readonly kind: 'tool';
      readonly name: string;
      readonly arguments: JsonObject;
      /** The same when it has to be run again after a restart. */
      readonly key: string;
    };

export interface Values {
  /** A slot, a result, or what else a template may name. */
  readonly of: (name: string) => Json | undefined;
  /** As it is said: `30 ноября`. */
  readonly spoken: (name: string) => Json | undefined;
  /** As it is said, with sensitive slots masked. */
  readonly masked: (name: string) => Json | undefined;
}

export interface Walk {
  readonly flow: Flow;
  readonly language: string;
  readonly values: (state: FlowState) => Values;
  readonly isWarm: boolean;
}

export interface Walked {
  readonly state: FlowState;
  readonly words: readonly Words[];
  readonly then?: FlowAction;
}

export function stepOf({ steps }: Flow, id: string): FlowStep {
  const step = steps[id];
  if (!step) throw new Error(`the flow has no step ${id}`);
  return step;
}

/** Where the answered step, or the tool that has run, leads. */
export function walkOn(walk: Walk, state: FlowState): Walked {
  const step = stepOf(walk.flow, state.step);
  if (isEnd(step)) return ended(step, state, []);
  return walkTo(walk, state, nextOf(step, walk.values(state)));
}

/** Enters `id` and goes on until something is waited for. */
export function walkTo(walk: Walk, from: FlowState, id: string): Walked {
  const words: Words[] = [];
  const passed = new Set<string>();
  let state = entering(from, id);
  for (;;) {
    const step = stepOf(walk.flow, state.step);
    const values = walk.values(state);
    const given = step.slot && state.ahead?.[step.slot.name];
    if (step.slot && given) {
      const { [step.slot.name]: _, ...ahead } = state.ahead ?? {};
      state = { ...state, ahead };
      if (step.slot.confirm)
        return { state: confirming(state, given), words: [...words, askedBack(walk, given)] };
      state = { ...state, slots: { ...state.slots, [step.slot.name]: given } };
      if (isEnd(step)) return ended(step, state, words, walk.isWarm);
      state = entering(state, nextOf(step, walk.values(state)));
      continue;
    }
    if (step.say !== undefined && !state.isWalkedAgain) words.push(inWords(walk, step.say, values));
    if (step.slot && !(state.isWalkedAgain && step.slot.name in state.slots && !passed.has(state.step))) {
      words.push(inWords(walk, step.ask ?? '', values));
      return { state: { ...state, phase: 'asking', asked: true, isWalkedAgain: false }, words };
    }
    passed.add(state.step);
    if (step.do?.tool !== undefined) {
      const state2: FlowState = { ...state, phase: 'running', isWalkedAgain: false };
      return { state: state2, words, then: toolOf(walk, state2) };
    }
    if (step.do?.transfer !== undefined || isEnd(step)) return ended(step, state, words, walk.isWarm);
    state = entering(state, nextOf(step, values));
  }
}

function confirming(state: FlowState, candidate: FilledSlot): FlowState {
  return { ...state, phase: 'confirming', asked: true, isWalkedAgain: false, candidate };
}

function askedBack({ language }: Walk, { spoken }: FilledSlot): Words {
  const asked = flowWords(language).isItRight(spoken);
  return { said: asked, written: asked };
}

/** The tool that the step of a `running` state has run. */
export function toolOf({ flow, values }: Walk, state: FlowState): FlowAction {
  const { do: action } = stepOf(flow, state.step);
  const given = withValuesInside(action?.arguments ?? {}, values(state).of) as JsonObject;
  return { kind: 'tool', name: action?.tool ?? '', arguments: given, key: `flow:${state.entered}` };
}

/** The step's question, as it was asked. */
export function question(walk: Walk, state: FlowState): Words {
  return inWords(walk, stepOf(walk.flow, state.step).ask ?? '', walk.values(state));
}

function inWords({ language }: Walk, text: FlowStep['say'] & {}, values: Values): Words {
  const said = inLanguage(text, language);
  return { said: withValues(said, values.spoken), written: withValues(said, values.masked) };
}

function nextOf({ next = [] }: FlowStep, values: Values): string {
  const chosen = next.find(({ when }) => when === undefined || isTrue(parseCondition(when), values.of));
  if (!chosen) throw new Error('a step of the flow leads nowhere');
  return chosen.to;
}

function ended(
  { do: action, end }: FlowStep,
  state: FlowState,
  words: readonly Words[],
  isWarm = false,
): Walked {
  const to = action?.transfer;
  const outcome = end ?? (to === undefined ? undefined : 'transferred');
  const over: FlowState = {
    ...state,
    phase: 'ended',
    asked: false,
    ...(outcome !== undefined && { outcome }),
  };
  if (to !== undefined) return { state: over, words, then: { kind: 'transfer', to, warm: isWarm } };
  return { state: over, words, then: { kind: 'hangUp', ...(outcome !== undefined && { outcome }) } };
}
