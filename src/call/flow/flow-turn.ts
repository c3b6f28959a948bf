/** One turn of a call with a flow: what the machine is told, what it says, and what it tells a model that it refuses. */
import type { Json } from '../../base/json.ts';
import type { UnclearReason } from '../../languages/slots/slot.ts';
import type { Words } from './flow-texts.ts';
import type { Refusable } from './flow-tools.ts';
import type { FlowAction } from './flow-walk.ts';

export interface FlowOptions {
  /** Chooses among the return phrases; the same call is the same again. */
  readonly seed: number;
  /** BCP-47: what is spoken until a turn says otherwise. */
  readonly language: string;
  /** What texts may name besides slots and results: `caller.number`, `context.caller.name`. */
  readonly known?: (name: string) => Json | undefined;
  /** Whether the profile's transfers are warm. */
  readonly isWarm?: boolean;
}

export interface CallerTurn {
  readonly text: string;
  /** BCP-47: what the caller speaks, and is answered in. */
  readonly language: string;
  /** The caller's day, `YYYY-MM-DD`. */
  readonly today: string;
}

/** What the machine says; both empty if nothing. `then` is done once it was heard. */
export interface FlowSaying extends Words {
  readonly then?: FlowAction;
}

/** `content` is JSON, or text. */
export interface ToolResult {
  readonly status: 'done' | 'failed';
  readonly content: string;
}

export interface OpenTurn extends CallerTurn {
  readonly told: string;
  readonly asked: string;
  /** An answer was given that will not do. */
  unclear?: UnclearReason;
  /** The caller has refused what was said back to them. */
  isCorrected?: boolean;
}

export const NOTHING: FlowSaying = { said: '', written: '' };
export const ANSWERED =
  'The open question is answered for this turn already. Say nothing about what comes next: it is asked by itself.';
export const NOTHING_OPEN = 'Nothing is being asked at present.';
export const NOT_ASKED = 'The caller has not heard this question yet: it is asked behind your answer.';
export const NOTHING_SAID = 'The caller has said nothing.';
export const ONLY_ASKED =
  'The caller asked something and answered nothing. Answer their question; the open one is asked again by itself.';
export const NOT_SAID = 'The caller did not say that. The open question is asked again by itself.';

export function refused(told: string): Refusable {
  return { isTaken: false, told };
}

export function taken({ asked }: OpenTurn): Refusable {
  const isEnough = asked === '';
  const then = isEnough ? '' : " Answer the caller's question shortly.";
  return { isTaken: true, isEnough, told: `Noted.${then} What comes next is asked by itself.` };
}
