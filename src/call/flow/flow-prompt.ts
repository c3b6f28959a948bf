/** What the model is told of the flow: where it stands, and what it may do. */
import type { Flow } from '../../config/flow-shape.ts';
import type { FlowState } from './flow-state.ts';

/** `asked` is the open question as it may be written down. */
export function flowPrompt(flow: Flow, state: FlowState, asked: string, earlier: readonly string[]): string {
  const { phase, slots, step, asked: isAsked } = state;
  const known = Object.entries(slots).map(([name, { value }]) => `- ${name}: ${JSON.stringify(value)}`);
  const lines = [
    '## The course of this conversation',
    'A script is followed, and it is not you who follows it: its questions are asked for you, word by word, behind what you say.',
    ...(known.length > 0 ? ['Known by now:', ...known] : []),
    ...openLines(flow, state, asked),
    'The law:',
    "- If the caller asks something, answer that first, in one or two short sentences. If they don't, say nothing or a word or two.",
    '- Ask nothing yourself, not even whether there is anything else. Do not repeat the open question: it is asked behind your words.',
    '- Never say that something is noted, booked, ordered or done, and do not say goodbye: the script does.',
  ];
  if (isAsked && (phase === 'asking' || phase === 'confirming'))
    lines.push(
      '- When the caller answers the open question, call fill_slot with what they said. Never fill in what they did not say.',
    );
  if (earlier.length > 0 && isAsked && phase === 'asking')
    lines.push(
      `- When the caller corrects an earlier answer, call go_to_step with its step: ${earlier.join(', ')}.`,
    );
  return phase === 'ended' ? `${lines[0]}\nThe script is over (step ${step}). Be short.` : lines.join('\n');
}

function openLines({ steps }: Flow, { phase, step, candidate }: FlowState, asked: string): readonly string[] {
  const { slot } = steps[step] ?? {};
  switch (phase) {
    case 'asking':
      return [
        `Open (step ${step}): the caller is asked ${JSON.stringify(asked)} — wanted: ${slot?.name ?? ''}, ${slot?.type ?? ''}.`,
      ];
    case 'confirming':
      return [
        `Open (step ${step}): the caller is asked whether ${slot?.name ?? ''} is ${JSON.stringify(candidate?.value ?? '')}.`,
      ];
    case 'answered':
      return [`Step ${step} has just been answered.`];
    case 'running':
      return [`Step ${step} is being carried out.`];
    default:
      return [];
  }
}
