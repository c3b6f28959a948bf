/** What callers of a Twilio number once complained of, and what can go wrong on Twilio's side: on heard audio, over the stand-in. */
import { afterEach, expect, it } from 'vitest';
import { silence } from '../../src/audio/pcm.ts';
import type { PhoneCall } from '../../src/lab/phone/phone.ts';
import type { ReceivedMessage, ScriptedAnswer } from '../../src/lab/simulator/chat.ts';
import { noFaults } from '../../src/lab/simulator/twilio/faults.ts';
import type { CallEnding, TwilioFaults } from '../../src/lab/simulator/twilio/faults.ts';
import type { TwilioSimulator } from '../../src/lab/simulator/twilio/twilio-simulator.ts';
import { describeCalls } from '../support/describe-calls.ts';
import type { Suite } from '../support/describe-calls.ts';
import { plainly } from '../support/plainly.ts';
import { TWILIO_DESK } from '../support/telephony.ts';
import { until } from '../support/until.ts';

const GREETING = 'Добрый день, вы позвонили в магазин насосов, мы рады вам помочь с любым вопросом.';
const GOODBYE = 'Всего доброго.';
const ANSWERS = {
  часы: 'Мы работаем с девяти до шести, каждый день недели, без обеда и выходных, кроме праздников.',
  адрес: 'Улица Ленина, дом пять, вход со двора, второй этаж, направо, третья дверь по коридору.',
  цена: 'Насос стоит от трёх до семи тысяч рублей, смотря по тому, какой глубины у вас колодец.',
} as const;
const DELIVERY = 'Доставка стоит 350 рублей.';

const ORDER = {
  greeting: 'Добрый день!',
  silence: { afterMs: 15_000 },
  flow: {
    start: 'product',
    returnPhrases: ['Вернёмся к заказу.'],
    steps: {
      product: { ask: 'Что хотите заказать?', slot: { name: 'product', type: 'text' }, next: 'count' },
      count: { ask: 'Сколько штук?', slot: { name: 'count', type: 'number' }, next: 'done' },
      done: { say: 'Заказ принят.', end: 'ordered' },
    },
  },
};

const POLYGLOT = {
  greeting: 'Добрый день!',
  fillers: { enabled: true, afterMs: 100 },
  silence: { afterMs: 2500 },
  languages: {
    'en-US': {
      prompt: 'You answer the phone.',
      voice: { name: 'john' },
      fillers: { phrases: { question: ['One moment.'], statement: ['I see.'], thanks: ['Sure.'] } },
      hold: ['Just a little longer.'],
      silence: { phrases: ['Anybody there?'], goodbye: 'Bye for now.' },
    },
  },
};

const IN_ENGLISH = /[a-z]/i;

function reply(messages: readonly ReceivedMessage[], tools: readonly string[]): ScriptedAnswer {
  const last = messages.at(-1);
  if (last?.role === 'tool') return '';
  const said = plainly(last?.content ?? '');
  if (said.includes('доставка')) return DELIVERY;
  if (said !== '' && tools.includes('fill_slot'))
    return { calls: [{ name: 'fill_slot', input: { value: said } }] };
  if (said.includes('sunday')) return 'Yes, we deliver on Sundays too.';
  if (said.includes('park')) return 'You can park behind the house.';
  return Object.entries(ANSWERS).find(([word]) => said.includes(word))?.[1] ?? '';
}

const bots = {
  default: { greeting: GREETING },
  ends: { greeting: 'Добрый день!', silence: { afterMs: 1000, maxPrompts: 0, goodbye: GOODBYE } },
  order: ORDER,
  polyglot: POLYGLOT,
};

/** The stand-in closes a stream itself a second after its stop: whoever leaves that to it is too late. */
const CLOSED_AT_THE_LATEST_MS = 1000;
/** What most must keep to, on a busy machine too; the bench holds the p95 to it. */
const CLOSED_MS = 200;
/** From the caller's first sample to silence: far less than any answer here. */
const STOPS_WITHIN_MS = 1200;

const options = {
  reply,
  bots,
  kinds: ['twilio'],
  modes: ['stream'],
  env: { OUTBOUND_CALLER_ID: 'twilio=+15550009999' },
} as const;

describeCalls('a number of Twilio', options, (suite) => {
  const texts = (call: PhoneCall) => suite.world.told(call);
  const say = (call: PhoneCall, text: string) => call.say(suite.world.speech.callerTone(text));

  afterEach(() => {
    Object.assign(standIn(suite).faults, noFaults());
  });

  it('the socket is closed 1-2 s after the end at the latest', async () => {
    const { world } = suite;
    const twilio = standIn(suite);
    const tookMs: number[] = [];
    for (const end of ['stopFirst', 'statusFirst', 'statusOnly'] as const) {
      for (let n = 0; n < 2; n++) tookMs.push(await closedAfter(suite, end));
    }
    expect(tookMs.filter((ms) => ms >= CLOSED_AT_THE_LATEST_MS)).toEqual([]);
    expect(tookMs.toSorted((a, b) => a - b)[2]).toBeLessThan(CLOSED_MS);
    // A connection that breaks is an end as well, before anybody tells of it.
    twilio.faults.end = 'cut';
    const call = await world.dial('100');
    await call.hangup();
    await until('the call is over', () => world.service.activeCalls === 0, CLOSED_AT_THE_LATEST_MS);
    await until('the status has come', () => twilio.calls.at(-1)?.status === 'completed');
    expect(world.timelines.at(-1)?.entries.at(-1)).toMatchObject({ type: 'call.ended', cause: 'caller' });
    expect(world.timelines).toHaveLength(twilio.calls.length);
  });

  it('ends with the bot, who says goodbye to the last sound, and is told of once', async () => {
    const { world } = suite;
    const logged = world.log.length;
    const call = await world.dial('ends');
    expect(await call.ended).toMatchObject({ by: 'them' });
    expect(texts(call)).toEqual(['Добрый день!', GOODBYE]);
    await until('the call is over', () => world.service.activeCalls === 0);
    const wrong = world.log.slice(logged).filter(({ level }) => level === 'warn' || level === 'error');
    expect(wrong).toEqual([]);
  });

  it('greeting and every answer can be cut', async () => {
    const { world } = suite;
    const twilio = standIn(suite);
    Object.assign(twilio.faults, { marksLateMs: 150, duplicateWebhooks: true });
    const call = await world.dial('100');
    const cuts: { readonly text: string; readonly cutAtMs: number }[] = [];
    let sounding: string = GREETING;
    for (const [question, answer] of Object.entries(ANSWERS)) {
      await world.untilStarted(call, sounding);
      // Whoever goes on before anything of the answer was heard has asked one question, not two.
      await call.say(silence(800, 8000));
      const { startedAtMs } = await say(call, `скажите ${question}`);
      cuts.push({ text: sounding, cutAtMs: startedAtMs });
      sounding = answer;
    }
    await world.untilHeard(call, sounding);
    await call.hangup();
    expect(texts(call)).toEqual([GREETING, ...Object.values(ANSWERS)]);
    for (const { text, cutAtMs } of cuts) {
      const [heard] = world.heardPieces(call, text);
      expect((heard?.endedAtMs ?? Infinity) - cutAtMs).toBeLessThan(STOPS_WITHIN_MS);
      expect(heard?.soundMs).toBeLessThan(0.8 * wholeMs(suite, text));
    }
    // Never more than a barge-in could bear: what is on its way is heard out if it is not cleared.
    expect(twilio.calls.at(-1)?.streams[0]?.mostAheadMs).toBeLessThanOrEqual(420);
  });

  it('an unrelated question is answered and the flow comes back', async () => {
    const { world } = suite;
    const call = await world.dial('order');
    await world.untilHeard(call, 'Что хотите заказать?');
    await say(call, 'мне нужен насос');
    await world.untilHeard(call, 'Сколько штук?');
    await say(call, 'а сколько стоит доставка?');
    await until(
      'the question is put again',
      () => texts(call).filter((text) => text === 'Сколько штук?').length === 2,
    );
    await world.untilHeard(call, 'Вернёмся к заказу.');
    await say(call, 'два');
    expect(await call.ended).toMatchObject({ by: 'them' });
    expect(texts(call)).toEqual([
      'Добрый день!',
      'Что хотите заказать?',
      'Сколько штук?',
      DELIVERY,
      'Вернёмся к заказу.',
      'Сколько штук?',
      'Заказ принят.',
    ]);
  });

  it('English in the middle stays English', async () => {
    const { world } = suite;
    const { chat, speech } = world;
    const call = await world.dial('polyglot');
    await world.untilHeard(call, 'Добрый день!');
    await say(call, 'скажите часы');
    await world.untilHeard(call, ANSWERS.часы);
    // Small words bridge it, and the silence after it is asked into.
    chat.fail({ kind: 'slow', firstTokenMs: 1500, perTokenMs: 0 }, 1);
    await say(call, 'do you deliver on sunday');
    await world.untilHeard(call, 'Anybody there?');
    await say(call, 'yes and where can I park');
    await world.untilHeard(call, 'You can park behind the house.');
    await call.hangup();
    const all = texts(call);
    const english = all.slice(all.findIndex((text) => IN_ENGLISH.test(text)));
    expect(english.filter((text) => !IN_ENGLISH.test(text))).toEqual([]);
    expect(english).toContain('Yes, we deliver on Sundays too.');
    expect(all.slice(0, all.length - english.length).filter((text) => IN_ENGLISH.test(text))).toEqual([]);
    const spokenBy = (voice: string) => speech.requests.filter((one) => one.voice === voice);
    expect(spokenBy('john').filter(({ text }) => !IN_ENGLISH.test(text))).toEqual([]);
    expect(spokenBy('alena').filter(({ text }) => IN_ENGLISH.test(text))).toEqual([]);
  });

  it('is answered although everything comes late or twice, and nothing is asked twice', async () => {
    const { world } = suite;
    const faults: Partial<TwilioFaults> = {
      firstMediaAfterMs: 1500,
      marksLateMs: 300,
      duplicateWebhooks: true,
      signature: 'withSlash',
    };
    Object.assign(standIn(suite).faults, faults);
    const calls = world.timelines.length;
    const call = await world.dial('order');
    await world.untilHeard(call, 'Что хотите заказать?');
    await say(call, 'мне нужен насос');
    await world.untilHeard(call, 'Сколько штук?');
    await call.hangup();
    expect(texts(call)).toEqual(['Добрый день!', 'Что хотите заказать?', 'Сколько штук?']);
    expect(world.timelines).toHaveLength(calls + 1);
  });
});

describeCalls('a call that Parley makes over Twilio', options, (suite) => {
  it('is talked by the bot with whoever picks up, from the first word on', async () => {
    const { world } = suite;
    const picked: PhoneCall[] = [];
    world.telephony.desk.whenCalled((call) => picked.push(call));
    const id = await ordered(suite);
    await until('somebody picks up', () => picked.length === 1);
    const [call] = picked as [PhoneCall];
    await world.untilHeard(call, 'Добрый день!');
    await world.untilHeard(call, 'Что хотите заказать?');
    await call.say(world.speech.callerTone('мне нужен насос'));
    await world.untilHeard(call, 'Сколько штук?');
    await call.hangup();
    expect(await outcomeOf(suite, id)).toMatchObject({ outcome: 'answered' });
    expect(world.told(call)).toEqual(['Добрый день!', 'Что хотите заказать?', 'Сколько штук?']);
    expect(standIn(suite).calls).toHaveLength(1);
  });

  it.each([
    ['busy', 'busy'],
    ['decline', 'refused'],
  ] as const)('tells what became of it where the callee is %s: %s', async (how, outcome) => {
    suite.world.telephony.desk.whenCalled(how);
    expect(await outcomeOf(suite, await ordered(suite))).toMatchObject({ outcome });
  });

  it('tells of a number that there is not', async () => {
    const id = await ordered(suite, '+12125550199');
    expect(await outcomeOf(suite, id)).toMatchObject({ outcome: 'unreachable' });
  });
});

describeCalls(
  'a stranger at the door of Twilio',
  { reply, kinds: ['twilio'], modes: ['stream'] },
  (suite) => {
    it('is given no call, and nothing of him is done', async () => {
      const { world } = suite;
      const twilio = standIn(suite);
      twilio.faults.signature = 'wrong';
      await expect(world.telephony.phone.dial('100')).rejects.toMatchObject({ code: 'DIAL_FAILED' });
      expect(world.timelines).toEqual([]);
      expect(twilio.protocolFaults.length).toBeGreaterThan(0);
      expect(twilio.protocolFaults.every(({ what }) => what.includes('403'))).toBe(true);
      (twilio.protocolFaults as unknown[]).length = 0;
    });
  },
);

function standIn({ world }: Suite): TwilioSimulator {
  const { twilio } = world.telephony;
  if (!twilio) throw new Error('only over Twilio');
  return twilio;
}

/** Has the service call somebody; returns the call's id. */
async function ordered({ world }: Suite, to = TWILIO_DESK): Promise<string> {
  const answer = await fetch(`${world.service.httpUrl}/api/calls`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ to, bot: 'order', telephone: 'twilio' }),
  });
  const body = (await answer.json()) as { readonly id: string };
  expect([answer.status, body]).toEqual([202, { id: expect.any(String) as string }]);
  return body.id;
}

/** What became of it, once it is over. */
async function outcomeOf({ world }: Suite, id: string): Promise<unknown> {
  let told: { readonly state?: string } | undefined;
  await until('the call is over', async () => {
    const answer = await fetch(`${world.service.httpUrl}/api/calls/${id}`);
    ({ ordered: told } = (await answer.json()) as { ordered?: { state?: string } });
    return told?.state === 'ended';
  });
  return told;
}

function wholeMs({ world }: Suite, text: string): number {
  const { data, sampleRateHz } = world.speech.callerTone(text);
  return (data.byteLength / 2 / sampleRateHz) * 1000;
}

/** A caller hangs up while the bot speaks; how long after that its socket was closed, by the service, ms. */
async function closedAfter(suite: Suite, end: CallEnding): Promise<number> {
  const { world } = suite;
  const twilio = standIn(suite);
  twilio.faults.end = end;
  const call = await world.dial('100');
  await world.untilStarted(call, GREETING);
  await call.hangup();
  await until('the socket is closed', () => twilio.leftovers().length === 0);
  const made = twilio.calls.at(-1);
  const [stream] = made?.streams ?? [];
  expect(stream).toMatchObject({ closedByTwilio: false });
  await until('nobody works for it any more', () => world.service.activeCalls === 0);
  return (stream?.closedAtMs ?? Infinity) - (made?.endedAtMs ?? 0);
}
