/**
 * Several Parleys at one Asterisk: what a caller of one of them hears when it dies, stands still, loses Asterisk, or is told to stop. All tests of
 * a mode have the same two; whoever has died is started again for the next.
 */
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { RedisServer } from '../../src/base/testing/redis-server.ts';
import { freeTcpPort } from '../../src/base/free-ports.ts';
import { NOTHING } from '../../src/lab/local-asterisk/leftovers.ts';
import type { PhoneCall } from '../../src/lab/phone/phone.ts';
import type { ChatScript } from '../../src/lab/simulator/chat.ts';
import { startServiceProcess } from '../bench/service-process.ts';
import type { ServiceProcess } from '../bench/service-process.ts';
import { startCompanyServer } from '../support/company.ts';
import type { CompanyServer } from '../support/company.ts';
import { lastConversation } from '../support/conversation-of.ts';
import { TEST_BOT } from '../support/environment.ts';
import { describeSideBySide } from '../support/describe-telephonies.ts';
import { pumpsOrderedFrom } from '../support/pumps.ts';
import { callerIn } from '../support/recorded-callers.ts';
import { startStallingProxy } from '../support/stalling-proxy.ts';
import type { StallingProxy } from '../support/stalling-proxy.ts';
import { until } from '../support/until.ts';
import { listeningTo, startSurroundings } from '../support/world.ts';
import type { Listening, Surroundings } from '../support/world.ts';

const GREETING = 'Добрый день!';
const QUESTION = 'Здравствуйте, подскажите, пожалуйста, часы работы вашего офиса.';
const ANSWER = 'С девяти до шести.';
const SECOND = 'Подождите, а в субботу?';
const SATURDAY = 'В субботу до двух.';
const RECONNECTED = 'Мы снова тут.';
const [REPEAT] = TEST_BOT.repeat;
const MOST_REPEATS = 3;

const COUNT = { ru: 'Сколько штук?', en: 'How many?' };
const UNSURE = { ru: 'Вам перезвонят.', en: 'You will be called.' };
const BACK_IN_ENGLISH = 'Here again.';
const HOLD_IN_ENGLISH = 'Just a little longer.';

/** Of a bot that speaks two languages. */
const pumpsInTwoLanguages = (url: string) => ({
  ...pumpsOrderedFrom(url, {
    count: COUNT,
    unsure: UNSURE,
    placed: { ru: 'Заказ принят.', en: 'It is ordered.' },
  }),
  languages: {
    'en-US': {
      prompt: 'You answer the phone.',
      voice: { name: 'john' },
      reconnected: BACK_IN_ENGLISH,
      hold: [HOLD_IN_ENGLISH],
      silence: { phrases: ['Anybody there?'], goodbye: 'Bye for now.' },
    },
  },
});

/** Whoever asks is answered; where a script asks for something, whatever the caller says fills it. */
const reply: ChatScript = (messages, tools) => {
  const { role, content = '' } = messages.at(-1) ?? {};
  if (role === 'user' && tools.includes('fill_slot'))
    return { calls: [{ name: 'fill_slot', input: { value: content } }] };
  if (content.includes('суббот')) return SATURDAY;
  return content.includes('часы') ? ANSWER : '';
};

/** Whoever was asked to say it again has said it twice, and the bot may have understood both. */
const saidOnce = (content: string) =>
  [QUESTION, SECOND].find(
    (asked) => content.startsWith(asked) && content.replaceAll(asked, '').trim() === '',
  ) ?? content;

/** What a call may be silent for is measured by a bench; here it must only come. */
const BACK_WITHIN_MS = 20_000;

interface Readiness {
  readonly ready: boolean;
  readonly reasons: readonly string[];
  readonly degraded: readonly string[];
}

const NOT_READY: Readiness = { ready: false, reasons: ['it does not answer'], degraded: [] };

/** Each with an Asterisk, a memory and two daemons of its own. */
const PLACES = (['file', 'stream'] as const).map((mode) => ({
  kind: 'asterisk' as const,
  name: `asterisk in ${mode} mode`,
  mode,
}));

describeSideBySide('in a fleet', PLACES, ({ kind, mode }) => {
  let surroundings: Surroundings;
  let listening: Listening;
  let redis: RedisServer;
  let proxy: StallingProxy;
  let company: CompanyServer;
  const services = new Map<string, ServiceProcess>();
  const ports = new Map<string, number>();
  const calls: PhoneCall[] = [];

  async function open(): Promise<void> {
    redis = await RedisServer.start();
    company = await startCompanyServer(() => new Promise(() => undefined));
    surroundings = await startSurroundings({
      kind,
      bots: {
        default: { reconnected: RECONNECTED, silence: { afterMs: 60_000 } },
        orders: { silence: { afterMs: 60_000 }, ...pumpsInTwoLanguages(company.url) },
      },
      reply,
      env: { MEDIA_MODE: mode, REDIS_URL: redis.url, DRAIN_SECONDS: '20' },
    });
    listening = listeningTo(surroundings.speech);
    proxy = await startStallingProxy(surroundings.telephony.ari.url);
  }

  async function startDaemon(name: string): Promise<void> {
    const dir = join(surroundings.dir, name);
    await mkdir(dir, { recursive: true });
    const port = ports.get(name) ?? (await freeTcpPort());
    ports.set(name, port);
    const own = { INSTANCE_ID: name, DATA_DIR: join(dir, 'data'), HTTP_PORT: String(port) };
    // Only one of them can be cut off.
    const way = name === 'a' ? { ARI_URL: proxy.url } : {};
    const service = await startServiceProcess(dir, { ...surroundings.environment, ...own, ...way });
    services.set(name, service);
    void service.ended.then(() => {
      if (services.get(name) === service) services.delete(name);
    });
  }

  /** Both are there, have Asterisk, and are in the fleet. */
  async function allWell(): Promise<void> {
    // One after another: each takes the machine for a second.
    for (const name of ['a', 'b']) if (!services.has(name)) await startDaemon(name);
    for (const name of ['a', 'b'])
      await until(
        `${name} is well`,
        async () => {
          const { ready, degraded } = await readiness(name);
          return ready && degraded.length === 0;
        },
        BACK_WITHIN_MS,
      );
  }

  /** What a test leaves, whatever has come of it. */
  async function calm(): Promise<void> {
    proxy.flow();
    for (const service of services.values()) service.signal('SIGCONT');
    await Promise.all(calls.splice(0).map((call) => call.hangup()));
  }

  async function close(): Promise<void> {
    await Promise.all([...services.values()].map((service) => service.stop()));
    await Promise.all([proxy.stop(), company.stop(), surroundings.stop(), redis.end()]);
  }

  /** Without being told to wait, and without being asked to say it again: both are the machine's affair. */
  const texts = (call: PhoneCall) => listening.told(call).filter((text) => text !== REPEAT);
  const signal = (name: string, what: NodeJS.Signals) => services.get(name)?.signal(what);

  async function dial(extension: string): Promise<PhoneCall> {
    const call = await surroundings.telephony.phone.dial(extension);
    calls.push(call);
    return call;
  }

  /** Whoever is asked to say it again does: a phone on a machine without a moment's rest sends late. */
  async function asks(call: PhoneCall, recording: string, answer: string): Promise<void> {
    const pcm = await callerIn(mode, surroundings.speech, recording);
    const repeats = () => listening.heard(call).filter((each) => each.text === REPEAT).length;
    for (let asked = repeats(); asked <= MOST_REPEATS; asked = repeats()) {
      await call.say(pcm);
      await until('it is answered', () => texts(call).includes(answer) || repeats() > asked, BACK_WITHIN_MS);
      if (texts(call).includes(answer)) break;
    }
    await listening.untilHeard(call, answer);
  }

  /** A caller of the daemon `a`, who has been answered once. */
  async function answeredByA(): Promise<PhoneCall> {
    const call = await dial('at-a');
    await listening.untilHeard(call, GREETING);
    await asks(call, 'question1', ANSWER);
    return call;
  }

  async function goesOn(call: PhoneCall, between: readonly string[]): Promise<void> {
    await asks(call, 'interruption', SATURDAY);
    expect(texts(call)).toEqual([GREETING, ANSWER, ...between, SATURDAY]);
    const said = lastConversation(surroundings.chat).filter(({ role }) => role === 'user');
    expect(said.map(({ content }) => saidOnce(content))).toEqual([QUESTION, SECOND]);
    await call.hangup();
    expect(await surroundings.telephony.leftovers()).toEqual(NOTHING);
  }

  async function readiness(name: string): Promise<Readiness> {
    const url = `http://127.0.0.1:${ports.get(name)}/readyz`;
    try {
      const answer = await fetch(url, { headers: { connection: 'close' } });
      return { ...NOT_READY, reasons: [], ...((await answer.json()) as Partial<Readiness>) };
    } catch {
      return NOT_READY;
    }
  }

  beforeAll(open);
  beforeEach(allWell);
  afterEach(calm);
  afterAll(close);

  it('one that stood still and wakes up says nothing more: another one has gone on with its call', async () => {
    const call = await answeredByA();
    signal('a', 'SIGSTOP');
    await listening.untilHeard(call, RECONNECTED, BACK_WITHIN_MS);
    signal('a', 'SIGCONT');
    await goesOn(call, [RECONNECTED]);
  });

  it('another one goes on with the call of one that Asterisk cannot reach, which says nothing more when it can', async () => {
    const call = await answeredByA();
    proxy.stall();
    await listening.untilHeard(call, RECONNECTED, BACK_WITHIN_MS);
    proxy.flow();
    await until('a has Asterisk again', async () => (await readiness('a')).ready, BACK_WITHIN_MS);
    await goesOn(call, [RECONNECTED]);
  });

  it('one that is told to stop gives its calls away', async () => {
    const call = await answeredByA();
    const { ended } = services.get('a') ?? {};
    signal('a', 'SIGTERM');
    expect(await ended).toBe(0);
    await goesOn(call, []);
  });

  it('another one goes on with the call of one that is killed', async () => {
    const call = await answeredByA();
    signal('a', 'SIGKILL');
    await listening.untilHeard(call, RECONNECTED, BACK_WITHIN_MS);
    await goesOn(call, [RECONNECTED]);
  });

  if (mode === 'file')
    it(
      'an order that was on its way when its daemon died is placed once, and the script goes on in the language of the caller',
      order,
    );
  else
    it('calls go on while the memory is away, and can be taken over when it is back and empty', memoryAway);

  async function order(): Promise<void> {
    company.forget();
    const call = await dial('order-at-a');
    await listening.untilHeard(call, COUNT.ru);
    await call.say(surroundings.speech.callerTone('I would like to have two of them please'));
    await until('the order is on its way', () => company.posts.length > 0);
    // The step is written a moment after it was begun.
    await until('the script is kept', async () => (await kept()).includes('"phase":"running"'));
    signal('a', 'SIGKILL');
    await listening.untilHeard(call, UNSURE.en, BACK_WITHIN_MS);
    expect(await call.ended).toMatchObject({ by: 'them' });
    // Said as well where a busy machine is slow.
    const heard = texts(call).filter((text) => text !== HOLD_IN_ENGLISH);
    expect(heard).toEqual([GREETING, COUNT.ru, BACK_IN_ENGLISH, UNSURE.en]);
    expect(company.posts.map(({ body }) => body)).toEqual(['{"count":"2"}']);
  }

  /** What the disk of `a` has of its calls. */
  async function kept(): Promise<string> {
    const live = join(surroundings.dir, 'a', 'data/live');
    const records = await readdir(live);
    const read = records.map((record) => readFile(join(live, record), 'utf8').catch(() => ''));
    return (await Promise.all(read)).join('\n');
  }

  async function memoryAway(): Promise<void> {
    const call = await answeredByA();
    await redis.end();
    try {
      await until('a says that it is on its own', async () => (await readiness('a')).degraded.length > 0);
      expect(await readiness('a')).toMatchObject({ ready: true, reasons: [] });
      await asks(call, 'interruption', SATURDAY);
    } finally {
      await redis.begin();
    }
    for (const name of ['a', 'b'])
      await until(`${name} is in the fleet again`, async () => (await readiness(name)).degraded.length === 0);
    signal('a', 'SIGKILL');
    await listening.untilHeard(call, RECONNECTED, BACK_WITHIN_MS);
    expect(texts(call)).toEqual([GREETING, ANSWER, SATURDAY, RECONNECTED]);
    await call.hangup();
    expect(await surroundings.telephony.leftovers()).toEqual(NOTHING);
  }
});
