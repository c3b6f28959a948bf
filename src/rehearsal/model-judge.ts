/** Whether a rehearsed call was a good one, by a model that reads it: what no rule can say. */
import { z } from 'zod';
import { errorCode } from '../base/errors.ts';
import { transcriptOf } from '../recordings/report/transcript.ts';
import { textsOf } from '../llm/chat.ts';
import type { Chat, ChatMessage } from '../llm/chat.ts';
import type { RehearsedCall } from './rehearse.ts';

const MAX_TOKENS = 400;

const RUBRIC = [
  'You judge one telephone call between a caller and a voice bot. Read it and judge the bot alone:',
  '1. Every question of the caller is answered, shortly, before the bot goes on.',
  '2. The bot says nothing as done that the list of tools does not show as done, and invents no facts.',
  '3. It is polite, and speaks the language of the caller.',
  '4. The caller gets what they want, or is told how to get it.',
  'Answer with one JSON object and nothing else: {"good": true or false, "faults": ["one sentence each, none if good"]}',
].join('\n');

const verdict = z.object({ good: z.boolean(), faults: z.array(z.string()).default([]) });

/** What is wrong with a call in the model's eyes. Never rejects: a model that cannot judge is a fault. */
export function judgedBy(chat: Chat): (call: RehearsedCall) => Promise<readonly string[]> {
  return async (call) => {
    const messages: readonly ChatMessage[] = [
      { role: 'system', content: RUBRIC },
      { role: 'user', content: told(call) },
    ];
    try {
      const first = await answerOf(chat, messages);
      const judged =
        verdictIn(first) ??
        verdictIn(
          await answerOf(chat, [
            ...messages,
            { role: 'assistant', content: first },
            { role: 'user', content: 'That is not the JSON object. Write it, and nothing else.' },
          ]),
        );
      if (!judged) return ['the judge has not said whether it was good'];
      if (judged.good) return [];
      return (judged.faults.length > 0 ? judged.faults : ['it was not good']).map(
        (fault) => `judge: ${fault}`,
      );
    } catch (error) {
      return [`the judge could not be asked: ${errorCode(error)}`];
    }
  };
}

async function answerOf(chat: Chat, messages: readonly ChatMessage[]): Promise<string> {
  let answer = '';
  const request = { messages, temperature: 0, maxTokens: MAX_TOKENS };
  for await (const piece of textsOf(chat.reply(request, new AbortController().signal))) answer += piece;
  return answer;
}

function verdictIn(answer: string): z.output<typeof verdict> | undefined {
  const [written] = /\{[^]*\}/.exec(answer) ?? [];
  try {
    return verdict.safeParse(JSON.parse(written ?? '')).data;
  } catch {
    return undefined;
  }
}

function told({ caller, timeline, tools, outcome, endedBy }: RehearsedCall): string {
  return [
    `The caller: ${[caller.goal, caller.temper].filter(Boolean).join(' ') || caller.name}`,
    ...transcriptOf(timeline).map(({ speaker, text, isCut }) => `${speaker}: ${text}${isCut ? ' —' : ''}`),
    `Tools that were run: ${tools.join(', ') || 'none'}. Ended by ${endedBy}${outcome === undefined ? '' : `, ${outcome}`}.`,
  ].join('\n');
}
