/** The tools that are the call's own: they send nothing anywhere. What they want of the call, the call does when the words of the turn are said. */
import type { Json, JsonObject } from '../base/json.ts';
import type { ToolProfile } from '../config/profile-tools.ts';
import type { CallAction, Tool, ToolOutcome } from './tool.ts';

/** What a call must lend to some of them; those that lack theirs are not offered. */
export interface CallPorts {
  /** Keeps what the caller has told under a name of the model's: as a slot. */
  readonly remember?: (name: string, value: string) => void;
  /** The flow's own tool: it knows its steps. */
  readonly goToStep?: Tool;
}

/** Keys that a caller can be asked for at once. */
const FEWEST_DIGITS = 1;

export const REMEMBER_FACT = 'rememberFact';
/** What the model is told of a fact that is kept. */
export const KEPT = 'Kept.';

/** A fact is a word or a line, not a story. */
const LONGEST_FACT = 200;

type Entry<Kind extends string> = Extract<ToolProfile, Readonly<Record<Kind, unknown>>>;

/** The tool of an entry that is none of HTTP or MCP; undefined if the call lacks what it needs. */
export function builtIn(entry: ToolProfile, ports: CallPorts): Tool | undefined {
  if ('transfer' in entry) return transferTool(entry);
  if ('hangUp' in entry) return hangUpTool();
  if ('collectDigits' in entry) return collectDigitsTool(entry);
  if ('rememberFact' in entry) return ports.remember && rememberFactTool(ports.remember);
  if ('goToStep' in entry) return ports.goToStep;
  return undefined;
}

function transferTool({ transfer: { to, warm } }: Entry<'transfer'>): Tool {
  return ofTheCall({
    name: 'transfer',
    description:
      'Puts the caller through to a person or a department. Use it when the caller asks for that, or when you cannot help. Say beforehand, in one sentence, to whom.',
    properties: {
      to: { type: 'string', enum: Object.keys(to) },
      reason: {
        type: 'string',
        maxLength: 500,
        description: 'Who calls and why, for the colleague: one sentence.',
      },
    },
    required: ['to'],
    run: (input) => {
      const reason = input['reason'];
      return done('The caller is put through as soon as you have finished speaking.', {
        kind: 'transfer',
        to: text(input['to']),
        warm,
        ...(typeof reason === 'string' && reason.trim() !== '' && { reason }),
      });
    },
  });
}

function hangUpTool(): Tool {
  return ofTheCall({
    name: 'hangUp',
    description:
      'Ends the call. Use it only when the caller has said goodbye or wants nothing more, and say goodbye.',
    properties: {},
    required: [],
    run: () => done('The call ends as soon as you have said goodbye.', { kind: 'hangUp' }),
  });
}

function collectDigitsTool({ collectDigits: { most, terminator, betweenMs } }: Entry<'collectDigits'>): Tool {
  return ofTheCall({
    name: 'collectDigits',
    description:
      'Takes digits from the keys of the telephone. Ask the caller to enter them first; what was entered is the next thing that the caller says.',
    properties: {
      most: {
        type: 'integer',
        minimum: FEWEST_DIGITS,
        maximum: most,
        description: 'How many digits at most.',
      },
    },
    required: ['most'],
    run: (input) => {
      const asked = typeof input['most'] === 'number' ? input['most'] : most;
      return done('The caller enters them now.', {
        kind: 'collectDigits',
        most: asked,
        terminator,
        betweenMs,
      });
    },
  });
}

function rememberFactTool(remember: (name: string, value: string) => void): Tool {
  return ofTheCall({
    name: REMEMBER_FACT,
    description:
      'Keeps something that the caller has told and that is needed later in the call or in its result.',
    properties: {
      name: {
        type: 'string',
        pattern: '^[a-zA-Z_][a-zA-Z0-9_]{0,39}$',
        description: 'A short name in English.',
      },
      value: { type: 'string', maxLength: LONGEST_FACT },
    },
    required: ['name', 'value'],
    run: (input) => {
      remember(text(input['name']), text(input['value']));
      return done(KEPT);
    },
  });
}

interface OfTheCall {
  readonly name: string;
  readonly description: string;
  readonly properties: JsonObject;
  readonly required: readonly string[];
  readonly run: (input: JsonObject) => ToolOutcome;
}

/** It waits for the confirmed turn as all that changes something does, and leaves no line in the journal. */
function ofTheCall({ name, description, properties, required, run }: OfTheCall): Tool {
  return {
    name,
    description,
    parameters: { type: 'object', properties, required, additionalProperties: false },
    readOnly: false,
    staysInCall: true,
    saying: [],
    onInterrupt: 'finish',
    run: async (input) => run(input),
  };
}

function done(content: string, then?: CallAction): ToolOutcome {
  return { status: 'done', content, ...(then && { then }) };
}

function text(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}
