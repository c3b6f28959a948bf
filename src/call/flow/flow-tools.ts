/** What the model may propose to the flow: never more than the machine lets it. */
import type { JsonObject } from '../../base/json.ts';
import type { FlowStep } from '../../config/flow-shape.ts';
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
  readonly fill: (value: string) => Refusable;
  readonly goTo: (step: string, value: string | undefined) => Refusable;
}

export function flowTools(
  step: FlowStep,
  { phase, asked }: FlowState,
  earlier: readonly string[],
  { fill, goTo }: Proposals,
): readonly Tool[] {
  // What is to be asked behind the answer has been answered by nobody.
  if (!asked || (phase !== 'asking' && phase !== 'confirming')) return [];
  const tools = [
    tool('fill_slot', fillDescription(step, phase), { value: { type: 'string' } }, ['value'], ({ value }) =>
      fill(textOf(value)),
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

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? '');
}
