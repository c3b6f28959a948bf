/** Parley is killed in the middle of calls and started again: every caller hears an apology, and the conversation goes on. */
import { readFile, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import type { Pcm } from '../../src/audio/pcm.ts';
import { NOTHING } from '../../src/lab/local-asterisk/leftovers.ts';
import type { PhoneCall } from '../../src/lab/phone/phone.ts';
import { startServiceProcess } from '../bench/service-process.ts';
import type { ServiceProcess } from '../bench/service-process.ts';
import { startCompanyServer } from '../support/company.ts';
import { conversationOf, lastConversation } from '../support/conversation-of.ts';
import { describeRealTelephony } from '../support/describe-telephonies.ts';
import { wentToFallback } from '../support/fallback.ts';
import { understoodCaller } from '../support/recorded-callers.ts';
import { until } from '../support/until.ts';
import { listeningTo, startSurroundings } from '../support/world.ts';
import type { Listening, Surroundings, WorldOptions } from '../support/world.ts';

const GREETING = 'Добрый день!';
const HOURS = 'Мы работаем с девяти до шести, без обеда.';
const SATURDAY = 'В субботу до двух.';
const RECONNECTED = 'Мы снова тут.';
const QUESTION = 'Здравствуйте, подскажите, пожалуйста, часы работы вашего офиса.';
const INTERRUPTION = 'Подождите, а в субботу?';
/** Each lasts longer than starting Parley takes: 30 ms a character. */
const STORY = [1, 2, 3, 4, 5, 6].map((part) => `Часть ${part} ${'и так далее '.repeat(8)}до конца.`);

/** What starting the process takes, an apology, and a busy machine. */
const BACK_WITHIN_MS = 20_000;

/** A caller who has heard nothing for so long asks again, ms: before the bot asks whether anybody is there. */
const ASK_AGAIN_AFTER_MS = 5000;
const CROWD = 50;
/** From when Parley is up again. */
const SILENT_FOR_MS = 3_000;

const COUNT = 'Сколько штук?';
const UNSURE = 'Вам перезвонят.';

const pumpsOrderedFrom = (url: string) => ({
  reconnected: RECONNECTED,
  greeting: GREETING,
  tools: [
    {
      name: 'order',
      description: 'Оформляет заказ',
      arguments: { count: { type: 'string' } },
      http: { method: 'POST', url: `${url}/orders`, json: { count: '{{count}}' }, deadlineMs: 30_000 },
    },
  ],
  flow: {
    start: 'count',
    steps: {
      count: { ask: COUNT, slot: { name: 'count', type: 'number' }, next: 'order' },
      order: {
        do: { tool: 'order', arguments: { count: '{{count}}' } },
        next: [{ when: "result.order.status == 'failed'", to: 'unsure' }, { to: 'done' }],
      },
      unsure: { say: UNSURE, end: 'unsure' },
      done: { say: 'Заказ принят.', end: 'ordered' },
    },
  },
});

const bots = { default: { reconnected: RECONNECTED, endpointing: { silenceMs: 700 } } };

describeRealTelephony('after kill -9 in a call', (kind) => {
  let surroundings: Surroundings;
  let listening: Listening;
  let service: ServiceProcess | undefined;

  async function start(options: Partial<WorldOptions>): Promise<void> {
    const reply = [
      ['суббот', SATURDAY],
      ['часы', HOURS],
    ] as const;
    surroundings = await startSurroundings({ kind, reply, bots, ...options });
    listening = listeningTo(surroundings.speech);
    await startService();
  }

  async function startService(): Promise<void> {
    service = await startServiceProcess(surroundings.dir, surroundings.environment);
  }

  async function killAndRestart(): Promise<void> {
    service?.signal('SIGKILL');
    await service?.ended;
    await startService();
  }

  afterEach(async () => {
    await service?.stop();
    await surroundings.stop();
  });

  /** Recorded voices: stream mode tells speech from tones. */
  const say = async (call: PhoneCall, name: string) =>
    call.say(await understoodCaller(surroundings.speech, name));

  const texts = (call: PhoneCall) => listening.heard(call).map(({ text }) => text);
  const records = async () => readdir(join(surroundings.dir, 'data/live'));

  it.each(['file', 'stream'])('the conversation goes on where it was, in %s mode', async (mode) => {
    await start({ env: { MEDIA_MODE: mode } });
    // A recording of file mode lacks a packet now and then, which the stand-in's ear does not forgive in a voice: there it hears tones.
    const says = (to: PhoneCall, name: string, text: string) =>
      mode === 'file' ? to.say(surroundings.speech.callerTone(text)) : say(to, name);
    const call = await surroundings.telephony.phone.dial('100');
    await listening.untilHeard(call, GREETING);
    await says(call, 'question1', QUESTION);
    await listening.untilHeard(call, HOURS);
    const [record = ''] = await records();
    const { mode: rights } = await stat(join(surroundings.dir, 'data/live', record));
    expect(rights & 0o777).toBe(0o600);

    await killAndRestart();
    await listening.untilHeard(call, RECONNECTED, BACK_WITHIN_MS);
    await says(call, 'interruption', INTERRUPTION);
    await listening.untilHeard(call, SATURDAY);
    await call.hangup();

    expect(texts(call)).toEqual([GREETING, HOURS, RECONNECTED, SATURDAY]);
    const said = lastConversation(surroundings.chat);
    expect(said).toEqual([
      { role: 'assistant', content: GREETING },
      { role: 'user', content: QUESTION },
      { role: 'assistant', content: `${HOURS}| ${RECONNECTED}` },
      { role: 'user', content: INTERRUPTION },
    ]);
    expect(await surroundings.telephony.leftovers()).toEqual(NOTHING);
    await until('nothing of the call is kept', async () => (await records()).length === 0);
  });

  it.each(['file', 'stream'])('what it was saying is not said to its end, in %s mode', async (mode) => {
    await start({ reply: () => STORY.join('|'), env: { MEDIA_MODE: mode } });
    const call = await surroundings.telephony.phone.dial('100');
    await listening.untilHeard(call, GREETING);
    await say(call, 'question1');
    await listening.untilStarted(call, STORY[0] ?? '');
    await killAndRestart();
    await listening.untilHeard(call, RECONNECTED, BACK_WITHIN_MS);
    await call.hangup();
    // In file mode Asterisk plays on what it had been given, for as long as the service takes to be back.
    const [greeting, ...told] = texts(call);
    expect([greeting, told.at(-1)]).toEqual([GREETING, RECONNECTED]);
    expect(told.slice(0, -1)).toEqual(STORY.slice(0, told.length - 1));
    expect(told.length - 1).toBeLessThan(STORY.length);
    expect(await surroundings.telephony.leftovers()).toEqual(NOTHING);
  });

  it('callers who hung up meanwhile leave nothing behind', async () => {
    await start({});
    const call = await surroundings.telephony.phone.dial('100');
    await until('the greeting sounds', () => texts(call).length === 1);
    service?.signal('SIGKILL');
    await service?.ended;
    await call.hangup();
    await startService();
    expect(await surroundings.telephony.leftovers()).toEqual(NOTHING);
    await until('nothing of the call is kept', async () => (await records()).length === 0);
  });

  it('an order that was on its way is posted once, and nobody says that it was placed', async () => {
    const company = await startCompanyServer(() => new Promise(() => undefined));
    try {
      await start({ bots: { ...bots, pumps: pumpsOrderedFrom(company.url) }, reply: () => '' });
      const call = await surroundings.telephony.phone.dial('pumps');
      await listening.untilHeard(call, COUNT);
      await call.say(surroundings.speech.callerTone('две'));
      await until('the order is on its way', () => company.posts.length > 0);
      await until('the script is kept', async () =>
        (await readFile(await liveRecord(), 'utf8')).includes('"phase":"running"'),
      );

      await killAndRestart();
      await listening.untilHeard(call, UNSURE, BACK_WITHIN_MS);
      expect(await call.ended).toMatchObject({ by: 'them' });
      expect(texts(call)).toEqual([GREETING, COUNT, RECONNECTED, UNSURE]);
      expect(company.posts.map(({ body }) => body)).toEqual(['{"count":"2"}']);
    } finally {
      await company.stop();
    }
  });

  const liveRecord = async () => join(surroundings.dir, 'data/live', (await records())[0] ?? '');

  it('a caller whose bot is gone is sent to the fallback', async () => {
    const shop = { greeting: 'Магазин слушает.' };
    await start({ bots: { ...bots, shop }, env: { DIALPLAN_FALLBACK: 'fallback,s,1' } });
    const call = await surroundings.telephony.phone.dial('shop');
    await listening.untilHeard(call, shop.greeting);
    await rm(join(surroundings.settings.bots.dir, 'shop.yaml'));
    await killAndRestart();
    expect(await call.ended).toMatchObject({ by: 'them' });
    expect(wentToFallback(call)).toBe(true);
    expect(await surroundings.telephony.leftovers()).toEqual(NOTHING);
    await until('nothing of the call is kept', async () => (await records()).length === 0);
  });

  /** Dials one behind another: nobody's callers all dial at the same instant. */
  function crowd<Result>(talk: (call: PhoneCall, index: number) => Promise<Result>): Promise<Result[]> {
    return Promise.all(
      Array.from({ length: CROWD }, async (_, index) => {
        await new Promise((resolve) => setTimeout(resolve, index * 50));
        const call = await surroundings.telephony.phone.dial('100');
        await listening.untilHeard(call, GREETING, BACK_WITHIN_MS);
        return talk(call, index);
      }),
    );
  }

  /** Asks, and asks again like anybody who gets no answer: where the machine is overrun, packets of a phone are lost before anybody is killed. */
  async function answered(call: PhoneCall, question: Pcm, answer: string): Promise<void> {
    await call.say(question);
    try {
      await listening.untilHeard(call, answer, ASK_AGAIN_AFTER_MS);
    } catch {
      await call.say(question);
      await listening.untilHeard(call, answer, BACK_WITHIN_MS);
    }
  }

  it(`none of ${CROWD} callers is left in silence`, { timeout: 180_000 }, async () => {
    const topics = ['о погоде', 'о ценах', 'о доставке', 'о скидках', 'об адресе'];
    /** The first thing that a caller asked decides: the second answer shows whose history came back. */
    const reply: WorldOptions['reply'] = (messages) => {
      const asked = conversationOf(messages).flatMap(({ role, content }) =>
        role === 'user' ? [content] : [],
      );
      const topic = topics.findIndex((candidate) => asked[0]?.includes(candidate));
      return asked.length === 1 ? `Ответ ${topic}.` : `Ещё ${topic}.`;
    };
    await start({ reply });
    const tone = (text: string) => surroundings.speech.callerTone(text);
    const calls = await crowd(async (call, index) => {
      const topic = index % topics.length;
      await answered(call, tone(topics[topic] ?? ''), `Ответ ${topic}.`);
      return { call, topic };
    });
    await killAndRestart();
    const readyAtMs = performance.now();
    const heard = await Promise.all(
      calls.map(async ({ call, topic }) => {
        const apology = await listening.untilHeard(call, RECONNECTED, BACK_WITHIN_MS);
        expect(apology.startedAtMs - readyAtMs).toBeLessThan(SILENT_FOR_MS);
        await call.say(tone('а что ещё'));
        await listening.untilHeard(call, `Ещё ${topic}.`, BACK_WITHIN_MS);
        await call.hangup();
        return texts(call).filter((text) => text !== 'Вы тут?');
      }),
    );
    const expected = calls.map(({ topic }) => [GREETING, `Ответ ${topic}.`, RECONNECTED, `Ещё ${topic}.`]);
    expect(heard).toEqual(expected);
    expect(await surroundings.telephony.leftovers()).toEqual(NOTHING);
  });

  it(`all of ${CROWD} callers are spoken to again in stream mode`, { timeout: 180_000 }, async () => {
    await start({ env: { MEDIA_MODE: 'stream' } });
    const calls = await crowd(async (call) => call);
    await killAndRestart();
    const readyAtMs = performance.now();
    for (const call of calls) {
      const apology = await listening.untilHeard(call, RECONNECTED, BACK_WITHIN_MS);
      expect(apology.startedAtMs - readyAtMs).toBeLessThan(SILENT_FOR_MS);
    }
    await Promise.all(calls.map((call) => call.hangup()));
    expect(await surroundings.telephony.leftovers()).toEqual(NOTHING);
  });
});
