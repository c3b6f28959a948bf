/** Parley is killed while fifty people talk to it, and started again: nobody is left in silence, and each goes on where they were. */
import { expect, it } from 'vitest';
import type { TestContext } from 'vitest';
import type { Pcm } from '../../src/audio/pcm.ts';
import { NOTHING } from '../../src/lab/local-asterisk/leftovers.ts';
import type { PhoneCall } from '../../src/lab/phone/phone.ts';
import { conversationOf } from '../support/conversation-of.ts';
import { describeRealTelephony } from '../support/describe-telephonies.ts';
import { serveApartFor } from '../support/served-apart.ts';
import type { ServedApart } from '../support/served-apart.ts';
import type { WorldOptions } from '../support/world.ts';

const GREETING = 'Добрый день!';
const RECONNECTED = 'Мы снова тут.';

/** What starting the process takes, an apology, and a busy machine. */
const BACK_WITHIN_MS = 20_000;
/** A caller who has heard nothing for so long asks again, ms: before the bot asks whether anybody is there. */
const ASK_AGAIN_AFTER_MS = 5000;
const CROWD = 50;
/** From when Parley is up again. */
const SILENT_FOR_MS = 3_000;

const bots = { default: { reconnected: RECONNECTED, endpointing: { silenceMs: 700 } } };

describeRealTelephony('after kill -9 among a crowd', (kind) => {
  const start = (context: TestContext, options: Pick<WorldOptions, 'reply' | 'env'>) =>
    serveApartFor(context, { kind, bots, ...options });

  /** Asks, and asks again like anybody who gets no answer: where the machine is overrun, packets of a phone are lost before anybody is killed. */
  async function answered(
    { listening }: ServedApart,
    call: PhoneCall,
    question: Pcm,
    answer: string,
  ): Promise<void> {
    await call.say(question);
    try {
      await listening.untilHeard(call, answer, ASK_AGAIN_AFTER_MS);
    } catch {
      await call.say(question);
      await listening.untilHeard(call, answer, BACK_WITHIN_MS);
    }
  }

  it(`none of ${CROWD} callers is left in silence`, { timeout: 180_000 }, async (context) => {
    const topics = ['о погоде', 'о ценах', 'о доставке', 'о скидках', 'об адресе'];
    /** The first thing that a caller asked decides: the second answer shows whose history came back. */
    const reply: WorldOptions['reply'] = (messages) => {
      const asked = conversationOf(messages).flatMap(({ role, content }) =>
        role === 'user' ? [content] : [],
      );
      const topic = topics.findIndex((candidate) => asked[0]?.includes(candidate));
      return asked.length === 1 ? `Ответ ${topic}.` : `Ещё ${topic}.`;
    };
    const served = await start(context, { reply });
    const { listening, surroundings } = served;
    const tone = (text: string) => surroundings.speech.callerTone(text);
    const calls = await served.crowd(CROWD, async (call, index) => {
      await listening.untilHeard(call, GREETING, BACK_WITHIN_MS);
      const topic = index % topics.length;
      await answered(served, call, tone(topics[topic] ?? ''), `Ответ ${topic}.`);
      return { call, topic };
    });
    await served.killAndRestart();
    const readyAtMs = performance.now();
    const heard = await Promise.all(
      calls.map(async ({ call, topic }) => {
        const apology = await listening.untilHeard(call, RECONNECTED, BACK_WITHIN_MS);
        expect(apology.startedAtMs - readyAtMs).toBeLessThan(SILENT_FOR_MS);
        await call.say(tone('а что ещё'));
        await listening.untilHeard(call, `Ещё ${topic}.`, BACK_WITHIN_MS);
        await call.hangup();
        return served.texts(call).filter((text) => text !== 'Вы тут?');
      }),
    );
    const expected = calls.map(({ topic }) => [GREETING, `Ответ ${topic}.`, RECONNECTED, `Ещё ${topic}.`]);
    expect(heard).toEqual(expected);
    expect(await surroundings.telephony.leftovers()).toEqual(NOTHING);
  });

  it(`all of ${CROWD} callers are spoken to again in stream mode`, { timeout: 180_000 }, async (context) => {
    const served = await start(context, { env: { MEDIA_MODE: 'stream' }, reply: () => '' });
    const { listening, surroundings } = served;
    const calls = await served.crowd(CROWD, async (call) => {
      await listening.untilHeard(call, GREETING, BACK_WITHIN_MS);
      return call;
    });
    await served.killAndRestart();
    const readyAtMs = performance.now();
    for (const call of calls) {
      const apology = await listening.untilHeard(call, RECONNECTED, BACK_WITHIN_MS);
      expect(apology.startedAtMs - readyAtMs).toBeLessThan(SILENT_FOR_MS);
    }
    await Promise.all(calls.map((call) => call.hangup()));
    expect(await surroundings.telephony.leftovers()).toEqual(NOTHING);
  });
});
