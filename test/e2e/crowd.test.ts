/** Many callers at once: nobody hears another's answer, and nobody makes the service stumble. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { expect, it } from 'vitest';
import { conversationOf } from '../support/conversation-of.ts';
import { describeCalls } from '../support/describe-calls.ts';
import { EVERY_TELEPHONY } from '../support/telephony.ts';
import { plainly } from '../support/plainly.ts';

const CALLERS = 20;

/** Above this share of moments the event loop may be late, ms: 20 ms packets of 20 calls, and a busy machine besides. */
const LATE_MS = 1000;

const callers = Array.from({ length: CALLERS }, (_, number) => ({
  question: `вопрос ${number}`,
  answer: `Ответ ${number}.`,
  more: `Ещё ${number}.`,
}));
const SECOND_QUESTION = 'а что ещё';

describeCalls(
  'twenty callers at once',
  {
    kinds: EVERY_TELEPHONY,
    worlds: 'one by one',
    /** The first thing a caller asked decides: the second answer shows whose history the model was given. */
    reply: (messages) => {
      const asked = conversationOf(messages).flatMap(({ role, content }) =>
        role === 'user' ? [content] : [],
      );
      const caller = callers.find(({ question }) => question === plainly(asked[0] ?? ''));
      return (asked.length === 1 ? caller?.answer : caller?.more) ?? 'Не понимаю.';
    },
  },
  (suite) => {
    it('hear each their own two answers, in order', async () => {
      const { world } = suite;
      const delay = monitorEventLoopDelay({ resolution: 10 });
      const talks = callers.map(async ({ question, answer, more }) => {
        const call = await world.telephony.phone.dial('100');
        await world.untilHeard(call, 'Добрый день!');
        await call.say(world.speech.callerTone(question));
        await world.untilHeard(call, answer);
        await call.say(world.speech.callerTone(SECOND_QUESTION));
        await world.untilHeard(call, more);
        await call.hangup();
        return world.told(call);
      });
      delay.enable();
      const all = await Promise.all(talks);
      delay.disable();
      expect(all).toEqual(callers.map(({ answer, more }) => ['Добрый день!', answer, more]));
      expect(delay.percentile(99) / 1e6).toBeLessThan(LATE_MS);
    });
  },
);
