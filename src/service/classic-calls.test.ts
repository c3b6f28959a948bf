/** Callers of a Twilio account without streams talk to the bot that answers everybody: the real service, and a stand-in that obeys TwiML. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { startCompanyServer } from '../../test/support/company.ts';
import type { CompanyServer } from '../../test/support/company.ts';
import { prepareEnvironment } from '../../test/support/environment.ts';
import { silentLog } from '../base/log.ts';
import { readSettings } from '../config/settings.ts';
import type { PhoneCall } from '../lab/phone/phone.ts';
import { startChatSimulator } from '../lab/simulator/chat.ts';
import type { ChatSimulator, ReceivedMessage, ScriptedAnswer } from '../lab/simulator/chat.ts';
import { startSpeechKitSimulator } from '../lab/simulator/speechkit/speechkit.ts';
import type { SpeechKitSimulator } from '../lab/simulator/speechkit/speechkit.ts';
import type { TwilioCall } from '../lab/simulator/twilio/call.ts';
import { startTwilioSimulator } from '../lab/simulator/twilio/twilio-simulator.ts';
import type { TwilioSimulator } from '../lab/simulator/twilio/twilio-simulator.ts';
import { startService } from '../main.ts';
import type { Service } from '../main.ts';
import type { Timeline } from '../timeline/timeline.ts';

const PUBLIC_URL = 'https://voice.example.com';
const DESK = '+12125550101';
const OPERATOR = '+12125550102';

const ORDER = {
  flow: {
    start: 'count',
    returnPhrases: ['Вернёмся к заказу.'],
    steps: {
      count: { ask: 'Сколько штук?', slot: { name: 'count', type: 'number' }, next: 'phone' },
      phone: { ask: 'Ваш код?', slot: { name: 'code', type: 'digits', length: 4 }, next: 'done' },
      done: { say: 'Заказ принят.', end: 'ordered' },
    },
  },
};

const shop = (orders: string, results: string) => ({
  tools: [
    {
      ...{ name: 'order', description: 'Оформляет заказ', saying: ['Оформляю.'], required: ['product'] },
      arguments: { product: { type: 'string' } },
      http: { method: 'POST', url: `${orders}/orders`, json: { product: '{{product}}' } },
    },
  ],
  flow: {
    start: 'product',
    steps: {
      product: {
        ask: 'Что хотите заказать?',
        slot: { name: 'product', type: 'oneOf', values: { насос: ['помпа'], шланг: [] } },
        next: 'order',
      },
      order: { do: { tool: 'order', arguments: { product: '{{product}}' } }, next: 'done' },
      done: { say: 'Заказ {{result.order.number}} принят.', end: 'ordered' },
    },
  },
  result: {
    schema: { type: 'object', properties: { product: { type: 'string' } } },
    webhook: `${results}/calls`,
  },
});

const BOTS = {
  default: {
    languages: {
      'en-US': { voice: { name: 'john' }, greeting: 'Hello!', prompt: 'You answer calls.' },
    },
  },
  order: ORDER,
  desk: {
    tools: {
      list: [{ transfer: { to: { person: { number: DESK } } } }],
    },
  },
};

const LONG = ['Первое предложение довольно длинное.|', ' Второе предложение тоже длинное.|'];

let dir: string;
let speech: SpeechKitSimulator;
let chat: ChatSimulator;
let twilio: TwilioSimulator;
let service: Service;
let orders: CompanyServer;
let results: CompanyServer;
let asked: string[];
let faultsBefore: number;
const timelines: Timeline[] = [];

function reply(messages: readonly ReceivedMessage[], tools: readonly string[]): ScriptedAnswer {
  const last = messages.at(-1);
  const said = String(last?.content ?? '');
  if (String(messages[0]?.content).includes('JSON Schema of data'))
    return JSON.stringify({ summary: 'A pump was ordered.', data: { product: 'насос' } });
  asked.push(said);
  if (last?.role === 'tool') return tools.includes('transfer') ? 'Соединяю.|' : '';
  if (said.includes('долго')) return LONG;
  if (said.includes('доставка')) return 'Доставка стоит 350 рублей.|';
  if (said.includes('English')) return 'Of course, in English.|';
  if (tools.includes('transfer') && said.includes('человек'))
    return { calls: [{ name: 'transfer', input: { to: 'person', reason: 'Спорит о цене, срочно' } }] };
  if (tools.includes('fill_slot') && said === 'помпу')
    return { calls: [{ name: 'fill_slot', input: { value: said } }] };
  if (tools.includes('fill_slot') && /\d/.test(said))
    return { calls: [{ name: 'fill_slot', input: { value: said.replaceAll(/\D/g, '') } }] };
  return `Вы сказали: ${said} & <точка>.|`;
}

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'parley-classic-'));
  speech = await startSpeechKitSimulator();
  asked = [];
  chat = await startChatSimulator({ reply });
  orders = await startCompanyServer(async () => ({ status: 200, body: '{"number":4217}' }));
  results = await startCompanyServer(async () => ({ status: 204 }));
  twilio = await startTwilioSimulator({
    publicUrl: PUBLIC_URL,
    numbers: { 100: '/voice', order: '/voice?bot=order', desk: '/voice?bot=desk' },
    statusPath: '/twilio/status',
  });
  const env = {
    ...{ TWILIO_ACCOUNT_SID: twilio.accountSid, TWILIO_AUTH_TOKEN: twilio.authToken },
    ...{ TWILIO_API_URL: twilio.apiUrl, PUBLIC_URL, MEDIA_DIR: join(dir, 'media') },
    ...{ DIALPLAN_FALLBACK: OPERATOR, TRANSFER_TARGETS: `desk=${DESK}` },
    ...{ TWILIO_CALLS_OUT: 'classic', OUTBOUND_CALLER_ID: 'twilio=+15550009999' },
    RESULT_WEBHOOK_SECRET: 'between-the-company-and-Parley',
  };
  const bots = { ...BOTS, shop: shop(orders.url, results.url) };
  const written = await prepareEnvironment(dir, { telephony: { env }, speech, chat }, bots);
  service = await startService(readSettings(written), silentLog, {
    onCall: (timeline) => timelines.push(timeline),
  });
  await service.prepared;
  twilio.serve(service.httpUrl);
}, 60_000);

beforeEach(() => {
  asked.length = 0;
  chat.heal();
  faultsBefore = twilio.protocolFaults.length;
});

afterEach(() => {
  twilio.faults.duplicateWebhooks = false;
  expect(twilio.protocolFaults.slice(faultsBefore)).toEqual([]);
});

afterAll(async () => {
  await service.stop();
  await Promise.all([speech, chat, twilio, orders, results].map((each) => each.stop()));
  await rm(dir, { recursive: true, force: true });
});

/** Somebody calls, and is greeted. */
async function called(number = '100'): Promise<TwilioCall> {
  await twilio.phone().dial(number, { callerNumber: '+79001112233' });
  const call = twilio.calls.at(-1) as TwilioCall;
  await call.turns.listening();
  return call;
}

/** What is said to the caller until it is the caller's turn again, or the call is over. */
async function after({ turns }: TwilioCall, act: () => void): Promise<string> {
  const before = turns.said.length;
  act();
  await turns.listening();
  return turns.said
    .slice(before)
    .map(({ text }) => text)
    .join(' ');
}

function order(call: TwilioCall, what: string, body: object = {}): Promise<Response> {
  return fetch(`${service.httpUrl}/api/calls/twilio-${call.sid}/${what}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

const causeOf = () => timelines.at(-1)?.entries.at(-1);

describe('a caller of an account without streams', () => {
  it('is greeted, answered and asked again, and may speak into whatever is said', async () => {
    const call = await called();
    expect(call.turns.said).toEqual([
      { text: 'Добрый день!', language: 'ru-RU', voice: 'Google.ru-RU-Wavenet-A', canBeCut: true },
    ]);
    expect(call.turns.gather?.attributes).toMatchObject({
      language: 'ru-RU',
      timeout: '6',
      speechTimeout: 'auto',
    });
    expect(await after(call, () => call.turns.speak('сколько стоит насос?'))).toBe(
      'Вы сказали: сколько стоит насос? & <точка>.',
    );
    expect(call.turns.said.at(-1)?.canBeCut).toBe(true);
    expect(await after(call, () => call.turns.speak('а шланг?'))).toContain('а шланг?');
    call.end();
    await expect.poll(causeOf).toMatchObject({ type: 'call.ended', cause: 'caller' });
  });

  it('is asked what the flow asks, is answered aside and brought back, and gives numbers by keys', async () => {
    const call = await called('order');
    expect(call.turns.said.map(({ text }) => text).join(' ')).toBe('Добрый день! Сколько штук?');
    expect(await after(call, () => call.turns.speak('сколько стоит доставка?'))).toBe(
      'Доставка стоит 350 рублей. Вернёмся к заказу. Сколько штук?',
    );
    expect(await after(call, () => call.turns.speak('5'))).toContain('Ваш код?');
    expect(call.turns.gather?.attributes).toMatchObject({ numDigits: '4' });
    expect(await after(call, () => call.turns.press('1234'))).toContain('Заказ принят.');
    expect(call.turns.verbs.at(-1)?.name).toBe('Hangup');
    await expect.poll(causeOf).toMatchObject({ type: 'call.ended', cause: 'bot' });
  });

  it('hears what there is of a slow answer while the rest is made, and loses nothing', async () => {
    chat.fail({ kind: 'slow', firstTokenMs: 1000, perTokenMs: 1500 });
    const call = await called();
    const before = call.turns.verbs.length;
    const heard = await after(call, () => call.turns.speak('расскажи долго'));
    expect(heard).toMatch(/^Первое предложение довольно длинное\. .*Второе предложение тоже длинное\.$/);
    const verbs = call.turns.verbs.slice(before).map(({ name }) => name);
    expect([verbs[0], verbs[1], verbs.at(-1)]).toEqual(['Say', 'Redirect', 'Gather']);
    expect(asked).toEqual(['расскажи долго']);
    call.end();
  }, 20_000);

  it('is not asked, nor the model, twice for what Twilio asks twice', async () => {
    twilio.faults.duplicateWebhooks = true;
    const calls = timelines.length;
    const call = await called();
    expect(await after(call, () => call.turns.speak('да'))).toContain('да');
    expect(await after(call, () => call.turns.speak('да'))).toContain('да');
    expect(asked).toEqual(['да', 'да']);
    expect(timelines.length).toBe(calls + 1);
    call.end();
  });

  it('is asked into the silence, and let go of after that', async () => {
    const call = await called();
    expect(await after(call, () => call.turns.beSilent())).toBe('Вы тут?');
    expect(await after(call, () => call.turns.beSilent())).toBe('Всего доброго.');
    expect(call.turns.verbs.at(-1)?.name).toBe('Hangup');
    await expect.poll(causeOf).toMatchObject({ type: 'call.ended', cause: 'silence' });
    expect(call.isOver).toBe(true);
  });

  it('is put through to a person, who is told why', async () => {
    const leg = () => twilio.calls.find(({ options }) => options.direction === 'outbound-dial');
    const whispered = async (colleague: PhoneCall) => {
      await vi.waitFor(() => expect(leg()?.turns.said).toHaveLength(1));
      await colleague.hangup();
    };
    twilio.phoneAt(DESK).whenCalled((colleague) => void whispered(colleague));
    const call = await called('desk');
    expect(await after(call, () => call.turns.speak('позовите человека'))).toBe('Соединяю.');
    await expect.poll(() => call.isOver).toBe(true);
    expect(leg()?.turns.said).toMatchObject([{ text: 'Спорит о цене, срочно', language: 'ru-RU' }]);
    await expect.poll(causeOf).toMatchObject({ type: 'call.ended', cause: 'transferred' });
  });

  it('reaches a person by pressing 0, and whoever an operator names', async () => {
    const rang: string[] = [];
    for (const number of [OPERATOR, DESK])
      twilio.phoneAt(number).whenCalled((call) => {
        rang.push(number);
        void call.hangup();
      });
    const pressing = await called();
    await after(pressing, () => pressing.turns.press('0'));
    await expect.poll(() => rang).toEqual([OPERATOR]);
    await expect.poll(causeOf).toMatchObject({ type: 'call.ended', cause: 'digit' });

    const call = await called();
    const wrong = await order(call, 'transfer', { context: 'queues', extension: 'sales' });
    expect(wrong.status).toBe(422);
    expect(await wrong.json()).toMatchObject({ code: 'TRANSFER_KIND_WRONG' });
    expect((await order(call, 'transfer', { target: 'desk' })).status).toBe(202);
    await expect.poll(() => rang).toEqual([OPERATOR, DESK]);
  });

  it('is spoken to and heard in English once English is what is spoken', async () => {
    const call = await called();
    await after(call, () => call.turns.speak('Can you please speak English with me?'));
    expect(call.turns.said.at(-1)).toMatchObject({ text: 'Of course, in English.', language: 'en-US' });
    expect(call.turns.gather?.attributes['language']).toBe('en-US');
    call.end();
  });

  it('is called by the bot, which talks the same way, and orders what was agreed on', async () => {
    twilio.phoneAt(DESK).whenCalled(() => undefined);
    const answer = await fetch(`${service.httpUrl}/api/calls`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ to: DESK, bot: 'shop', telephone: 'twilio' }),
    });
    expect(answer.status).toBe(202);
    const { id } = (await answer.json()) as { readonly id: string };
    const call = () => twilio.calls.find(({ options }) => options.direction === 'outbound-api');
    await expect.poll(() => call()?.turns.gather?.attributes['hints']).toBe('насос,помпа,шланг');
    const made = call() as TwilioCall;
    expect(made.turns.said.map(({ text }) => text).join(' ')).toBe('Добрый день! Что хотите заказать?');
    expect(await after(made, () => made.turns.speak('помпу'))).toContain('Заказ 4217 принят.');
    expect(made.turns.verbs.at(-1)?.name).toBe('Hangup');
    await expect.poll(causeOf).toMatchObject({ type: 'call.ended', cause: 'bot' });
    const told = async () => (await (await fetch(`${service.httpUrl}/api/calls/${id}`)).json()) as object;
    await expect.poll(told).toMatchObject({ ordered: { state: 'ended', outcome: 'answered' } });
    const bodies = ({ posts }: CompanyServer) => posts.map(({ body }) => JSON.parse(body) as unknown);
    expect(bodies(orders)).toEqual([{ product: 'насос' }]);
    await expect
      .poll(() => bodies(results), { timeout: 10_000 })
      .toMatchObject([
        { bot: 'shop', outcome: 'ordered', slots: { product: 'насос' }, data: { product: 'насос' } },
      ]);
  });

  it('hears goodbye from an operator who ends the call while Twilio listens', async () => {
    const call = await called();
    expect((await order(call, 'hangup')).status).toBe(202);
    await expect.poll(() => call.isOver).toBe(true);
    expect(call.turns.said.at(-1)?.text).toBe('Всего доброго.');
  });

  it('costs no recognition and no synthesis here', async () => {
    const before = speech.requests.length;
    const call = await called();
    await after(call, () => call.turns.speak('сколько стоит шланг?'));
    expect(speech.requests.length).toBe(before);
    call.end();
  });

  it('does not come from anybody but Twilio', async () => {
    const calls = timelines.length;
    twilio.faults.signature = 'wrong';
    await twilio
      .phone()
      .dial('100', { answerWithinMs: 500 })
      .catch(() => undefined);
    twilio.faults.signature = 'right';
    expect(twilio.protocolFaults.at(-1)?.what).toContain('403');
    faultsBefore++;
    expect(timelines.length).toBe(calls);
  });
});
