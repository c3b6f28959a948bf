/** What the model may propose to the flow: never more than the machine lets it. */
import type { JsonObject } from '../../base/json.ts';
import type { FlowSlot, FlowStep } from '../../config/flow-shape.ts';
import type { Tool } from '../../tools/tool.ts';
import type { FlowState } from './flow-state.ts';

export interface Refusable {
  readonly isTaken: boolean;
  /** There is nothing left for the model to say. */
  readonly isEnough?: boolean;
  /** For the model. */
  readonly told: string;
}

export interface Proposals {
  /** `also`: answers to further questions, by slot. */
  readonly fill: (value: string, also: JsonObject) => Refusable;
  readonly goTo: (step: string, value: string | undefined) => Refusable;
}

export function flowTools(
  step: FlowStep,
  { phase, asked }: FlowState,
  earlier: readonly string[],
  ahead: readonly FlowSlot[],
  { fill, goTo }: Proposals,
): readonly Tool[] {
  // What is to be asked behind the answer has been answered by nobody.
  if (!asked || (phase !== 'asking' && phase !== 'confirming')) return [];
  const tools = [
    tool(
      'fill_slot',
      fillDescription(step, phase),
      { value: { type: 'string' }, ...(ahead.length > 0 && phase === 'asking' && { also: alsoOf(ahead) }) },
      ['value'],
      ({ value, also }) => fill(textOf(value), objectOf(also)),
    ),
  ];
  if (earlier.length > 0 && phase === 'asking')
    tools.push(
      tool(
        'go_to_step',
        'Call this only when the caller corrects an earlier answer. Say the new answer as value if they gave it.',
        { step: { type: 'string', enum: earlier }, value: { type: 'string' } },
        ['step'],
        ({ step: to, value }) => goTo(textOf(to), value === undefined ? undefined : textOf(value)),
      ),
    );
  return tools;
}

/** Several models call every tool with all it has: what was not said is refused by the machine. */
function alsoOf(ahead: readonly FlowSlot[]): JsonObject {
  const properties = ahead.map(({ name, type, values }) => {
    const description = values ? `one of: ${Object.keys(values).join(', ')}` : FORMS[type];
    return [name, { type: 'string', description }] as const;
  });
  const description =
    'What the caller has said in the same words that will be asked later. Leave out all else.';
  return {
    type: 'object',
    description,
    properties: Object.fromEntries(properties),
    additionalProperties: false,
  };
}

function fillDescription({ slot }: FlowStep, phase: FlowState['phase']): string {
  if (phase === 'confirming')
    return 'Call this when the caller says whether what was said back to them is right: yes, no, or the right value instead.';
  const values = slot?.values ? `: ${Object.keys(slot.values).join(', ')}` : '';
  return `Call this when the caller answers the open question, with their answer as ${FORMS[slot?.type ?? 'text']}${values}. Never guess.`;
}

const FORMS = {
  text: 'they said it',
  name: 'a name',
  yesNo: 'yes or no',
  number: 'a number in digits',
  digits: 'digits',
  date: 'a date, YYYY-MM-DD',
  time: 'a time, HH:MM',
  phone: 'a telephone number in digits',
  email: 'an e-mail address',
  oneOf: 'one of these',
} as const;

function tool(
  name: string,
  description: string,
  properties: JsonObject,
  required: readonly string[],
  propose: (input: JsonObject) => Refusable,
): Tool {
  return {
    name,
    description,
    parameters: { type: 'object', properties, required, additionalProperties: false },
    // It changes nothing but the state, which is put back if the turn was none.
    readOnly: true,
    saying: [],
    onInterrupt: 'finish',
    run: async (input) => {
      const { isTaken, isEnough = false, told } = propose(input);
      return { status: isTaken ? 'done' : 'failed', content: told, ...(isEnough && { isEnough }) };
    },
  };
}

function objectOf(value: unknown): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? '');
}
