/** What the model can have done for the caller. */
import type { JsonObject } from '../base/json.ts';

export interface Tool {
  /** As the model calls it: letters, digits, - and _. */
  readonly name: string;
  /** Tells the model what it is for. */
  readonly description: string;
  /** JSON Schema of an object: what the model has to say. */
  readonly parameters: JsonObject;
  /** It changes nothing: it may run for an answer that began before the caller's turn was over, and twice. */
  readonly readOnly: boolean;
  /** Nothing outside the call is changed by it, so that nothing has to be known of it after a crash. */
  readonly staysInCall?: true;
  /** One of these is heard while it runs; none for what takes no time. */
  readonly saying: readonly string[];
  /** What becomes of it when the caller interrupts the turn. */
  readonly onInterrupt: 'finish' | 'cancel';
  /**
   * `input` fits `parameters`. Throws the signal's reason; of whatever else goes wrong it tells in its outcome, in words for the model,
   * without secrets.
   */
  run(input: JsonObject, request: ToolRequest, signal: AbortSignal): Promise<ToolOutcome>;
}

export interface ToolRequest {
  /** Unique to this use of the tool in this call, the same when it is tried again: what the far side can know a repetition by. */
  readonly idempotencyKey: string;
  readonly call: CallFacts;
}

/** What templates may name of the call: `{{caller.number}}`, `{{call.id}}`, `{{direction}}`, `{{variables.order}}`, `{{context.caller.name}}`, `{{size}}`. */
export interface CallFacts {
  readonly id: string;
  /** The other side's number, empty if withheld. */
  readonly callerNumber: string;
  readonly dialled: string;
  readonly bot: string;
  readonly direction: 'inbound' | 'outbound';
  /** What a call that Parley has placed was ordered with. */
  readonly variables: Readonly<Record<string, string>>;
  /** What the caller has been asked for and has told, by the slot's name. */
  readonly slots: Readonly<Record<string, string>>;
  /** What is known from elsewhere, by the source's name. */
  readonly context: JsonObject;
}

export interface ToolOutcome {
  readonly status: 'done' | 'failed';
  /** It failed as far as anybody knows, and may have been done all the same: no answer came, or half of one. */
  readonly uncertain?: true;
  /** For the model to read. */
  readonly content: string;
  /** The model need not read it: what there is to say about it is said without another round. */
  readonly isEnough?: boolean;
  /** What the call is to do when this turn has been said. */
  readonly then?: CallAction;
}

/** What a call does after the words of the turn. */
export type CallAction =
  | {
      readonly kind: 'hangUp';
      /** By which end: `flow.steps.done.end`. */
      readonly outcome?: string;
      /** Who has taken leave; the bot if not given. */
      readonly by?: 'caller';
    }
  | { readonly kind: 'transfer'; readonly to: string; readonly warm: boolean; readonly reason?: string }
  /** Keys are taken until there are so many, the terminator comes, or none comes for so long. */
  | {
      readonly kind: 'collectDigits';
      readonly most: number;
      readonly terminator: '#' | '*' | 'none';
      readonly betweenMs: number;
    };
