/** Models without a network: one that does as a reasonable one would, and one that does what it should not. */
import { sleep } from '../../base/clock.ts';
import type { Clock } from '../../base/clock.ts';
import { isQuestion } from '../../languages/questions.ts';
import type { CallWorld } from '../rehearse.ts';
import { spokenLanguageIn } from './tongue.ts';
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
  return chatOf(clock, ({ text, tools, isAnswered }) => {
    const language = spokenLanguageIn(text);
    if (isAnswered) return [];
    if (isQuestion(text, language)) return [{ kind: 'text', text: REPLIES[language] }];
    if (!tools.includes('fill_slot')) return [];
    return [{ kind: 'toolCall', id: 'c1', name: 'fill_slot', input: JSON.stringify({ value: text }) }];
  });
}

/** Asks questions of its own, says that all is done, takes leave, and fills in what nobody has said. */
export function disobedientChat({ clock }: Pick<CallWorld, 'clock'>): Chat {
  return chatOf(clock, ({ text, tools, isAnswered }) => {
    const words: ReplyEvent = { kind: 'text', text: OFFENCES[spokenLanguageIn(text)] };
    if (isAnswered) return [words];
    const invented = JSON.stringify({ value: 'насос' });
    const calls: ReplyEvent[] = tools.includes('fill_slot')
      ? [{ kind: 'toolCall', id: 'c1', name: 'fill_slot', input: invented }]
      : [];
    return [words, ...calls];
  });
}

interface Asked {
  /** What the caller said last. */
  readonly text: string;
  readonly tools: readonly string[];
  /** What it wanted done has been done, in this turn. */
  readonly isAnswered: boolean;
}

function chatOf(clock: Clock, answer: (asked: Asked) => readonly ReplyEvent[]): Chat {
  return {
    name: 'scripted',
    async *reply({ messages, tools = [] }, signal) {
      await sleep(clock, FIRST_TOKEN_MS, signal);
      const text = messages.findLast(({ role }) => role === 'user')?.content ?? '';
      const isAnswered = messages.at(-1)?.role === 'tool';
      for (const event of answer({ text, tools: tools.map(({ name }) => name), isAnswered })) {
        yield event;
        await sleep(clock, TOKEN_MS, signal);
      }
    },
  };
}
