/** Models without a network: one that does as a reasonable one would, and one that does what it should not. */
import type { JsonObject } from '../../base/json.ts';
import { sleep } from '../../base/clock.ts';
import type { Clock } from '../../base/clock.ts';
import { isQuestion } from '../../languages/questions.ts';
import type { CallWorld } from '../rehearse.ts';
import type { Chat, ReplyEvent } from '../../llm/chat.ts';

const FIRST_TOKEN_MS = 350;
const TOKEN_MS = 20;

const REPLIES = {
  'ru-RU': 'Доставка стоит триста рублей.|',
  'en-US': 'Delivery is three dollars.|',
  'he-IL': 'משלוח עולה שלושים שקלים.|',
} as const;

const OFFENCES = {
  'ru-RU': 'Ваш заказ оформлен. А какой цвет вам нравится? До свидания!|',
  'en-US': 'Your order is placed. Which colour would you like? Goodbye!|',
  'he-IL': 'ההזמנה בוצעה. איזה צבע תרצו? להתראות!|',
} as const;

/** Answers questions in a sentence, and proposes what else is said as the answer to what is open. */
export function reasonableChat({ clock }: Pick<CallWorld, 'clock'>): Chat {
  return chatOf(clock, ({ text, tools, isAnswered, language }) => {
    if (isAnswered) return [];
    const corrected = /не насос, а (\S+?)\.?$/.exec(text)?.[1];
    if (corrected !== undefined && tools.includes('go_to_step'))
      return [call('go_to_step', { step: 'product', value: corrected })];
    if (isQuestion(text, language)) return [{ kind: 'text', text: REPLIES[language] }];
    if (!tools.includes('fill_slot')) return [];
    return [call('fill_slot', { value: text })];
  });
}

/** Asks questions of its own, says that all is done, takes leave, and fills in what nobody has said. */
export function disobedientChat({ clock }: Pick<CallWorld, 'clock'>): Chat {
  return chatOf(clock, ({ tools, isAnswered, language }) => {
    const words: ReplyEvent = { kind: 'text', text: OFFENCES[language] };
    if (isAnswered) return [words];
    return tools.includes('fill_slot') ? [words, call('fill_slot', { value: 'насос' })] : [words];
  });
}

interface Asked {
  /** What the caller said last. */
  readonly text: string;
  readonly tools: readonly string[];
  /** What is spoken, by its letters; what is masked has none. */
  readonly language: keyof typeof REPLIES;
  /** What it wanted done has been done, in this turn. */
  readonly isAnswered: boolean;
}

function chatOf(clock: Clock, answer: (asked: Asked) => readonly ReplyEvent[]): Chat {
  return {
    name: 'scripted',
    async *reply({ messages, tools = [] }, signal) {
      await sleep(clock, FIRST_TOKEN_MS, signal);
      const text = messages.findLast(({ role }) => role === 'user')?.content ?? '';
      const spoken = messages.findLast(({ role, content }) => SPEAKERS.has(role) && /\p{L}/u.test(content));
      const asked: Asked = {
        text,
        tools: tools.map(({ name }) => name),
        language: languageIn(spoken?.content ?? ''),
        isAnswered: messages.at(-1)?.role === 'tool',
      };
      for (const event of answer(asked)) {
        yield event;
        await sleep(clock, TOKEN_MS, signal);
      }
    },
  };
}

function call(name: string, input: JsonObject): ReplyEvent {
  return { kind: 'toolCall', id: 'c1', name, input: JSON.stringify(input) };
}

const SPEAKERS: ReadonlySet<string> = new Set(['user', 'assistant']);

function languageIn(text: string): keyof typeof REPLIES {
  if (/\p{Script=Cyrillic}/u.test(text)) return 'ru-RU';
  return /\p{Script=Hebrew}/u.test(text) ? 'he-IL' : 'en-US';
}
