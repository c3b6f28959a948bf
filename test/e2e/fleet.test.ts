/** Several Parleys at one Asterisk: what a caller of one of them hears when it dies, stands still, loses Asterisk, or is told to stop. */
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { RedisServer } from '../../src/base/testing/redis-server.ts';
import { freeTcpPort } from '../../src/lab/local-asterisk/free-ports.ts';
import { NOTHING } from '../../src/lab/local-asterisk/leftovers.ts';
import type { PhoneCall } from '../../src/lab/phone/phone.ts';
import type { ChatScript } from '../../src/lab/simulator/chat.ts';
import { startServiceProcess } from '../bench/service-process.ts';
import type { ServiceProcess } from '../bench/service-process.ts';
import { startCompanyServer } from '../support/company.ts';
import { lastConversation } from '../support/conversation-of.ts';
import { describeRealTelephony } from '../support/describe-telephonies.ts';
import { pumpsOrderedFrom } from '../support/pumps.ts';
import { understoodCaller } from '../support/recorded-callers.ts';
import { startStallingProxy } from '../support/stalling-proxy.ts';
import type { StallingProxy } from '../support/stalling-proxy.ts';
import { until } from '../support/until.ts';
import { listeningTo, startSurroundings } from '../support/world.ts';
import type { Listening, Surroundings, WorldOptions } from '../support/world.ts';

const GREETING = 'Добрый день!';
const QUESTION = 'Здравствуйте, подскажите, пожалуйста, часы работы вашего офиса.';
const ANSWER = 'С девяти до шести.';
const SECOND = 'Подождите, а в субботу?';
const SATURDAY = 'В субботу до двух.';
const RECONNECTED = 'Мы снова тут.';

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

/** What a caller says fills what the script asks for. */
const takesForAnAnswer: ChatScript = (messages, tools) => {
  const { role, content } = messages.at(-1) ?? {};
  const isAsked = role === 'user' && tools.includes('fill_slot');
  return isAsked ? { calls: [{ name: 'fill_slot', input: { value: content } }] } : '';
};

/** What a call may be silent for is measured by a bench; here it must only come. */
const BACK_WITHIN_MS = 20_000;

describeRealTelephony('in a fleet', (kind) => {
  let surroundings: Surroundings;
  let listening: Listening;
  let redis: RedisServer;
  let services: Map<string, ServiceProcess>;
  let ports: Map<string, number>;
  let proxy: StallingProxy | undefined;

  beforeEach(() => {
    services = new Map();
    ports = new Map();
  });

  async function start(
    env: Readonly<Record<string, string>>,
    { bot = {}, reply }: { readonly bot?: object; readonly reply?: WorldOptions['reply'] } = {},
  ): Promise<void> {
    redis = await RedisServer.start();
    surroundings = await startSurroundings({
      kind,
      bots: { default: { reconnected: RECONNECTED, silence: { afterMs: 60_000 }, ...bot } },
      reply: reply ?? [
        ['суббот', SATURDAY],
        ['часы', ANSWER],
      ],
      env: { ...env, REDIS_URL: redis.url, DRAIN_SECONDS: '20' },
    });
    listening = listeningTo(surroundings.speech);
    // One after another: each takes the machine for a second.
    proxy = await startStallingProxy(surroundings.telephony.ari.url);
    // Only one of them can be cut off.
    await startDaemon('a', { ARI_URL: proxy.url });
    await startDaemon('b');
  }

  async function startDaemon(name: string, more: Readonly<Record<string, string>> = {}): Promise<void> {
    const dir = join(surroundings.dir, name);
    await mkdir(dir, { recursive: true });
    const port = await freeTcpPort();
    ports.set(name, port);
    const own = { INSTANCE_ID: name, DATA_DIR: join(dir, 'data'), HTTP_PORT: String(port) };
    const env = { ...surroundings.environment, ...own, ...more };
    services.set(name, await startServiceProcess(dir, env));
  }

  afterEach(async () => {
    proxy?.flow();
    for (const service of services.values()) service.signal('SIGCONT');
    await Promise.all([...services.values()].map((service) => service.stop()));
    await proxy?.stop();
    await surroundings.stop();
    await redis.end();
  });

  const texts = (call: PhoneCall) => listening.heard(call).map(({ text }) => text);
  const signal = (name: string, what: NodeJS.Signals) => services.get(name)?.signal(what);

  /** Recorded voices, which stream mode tells from tones; what file mode records lacks a packet now and then, and there it hears tones. */
  const says = async (to: PhoneCall, name: string, text: string) =>
    to.say(
      surroundings.environment['MEDIA_MODE'] === 'file'
        ? surroundings.speech.callerTone(text)
        : await understoodCaller(surroundings.speech, name),
    );

  /** A caller of the daemon `a`, who has been answered once. */
  async function answeredByA(): Promise<PhoneCall> {
    const call = await surroundings.telephony.phone.dial('at-a');
    await listening.untilHeard(call, GREETING);
    await says(call, 'question1', QUESTION);
    await listening.untilHeard(call, ANSWER);
    return call;
  }

  async function goesOn(call: PhoneCall, between: readonly string[]): Promise<void> {
    await says(call, 'interruption', SECOND);
    await listening.untilHeard(call, SATURDAY);
    expect(texts(call)).toEqual([GREETING, ANSWER, ...between, SATURDAY]);
    const said = lastConversation(surroundings.chat);
    expect(said.filter(({ role }) => role === 'user').map(({ content }) => content)).toEqual([
      QUESTION,
      SECOND,
    ]);
    await call.hangup();
    expect(await surroundings.telephony.leftovers()).toEqual(NOTHING);
  }

  it.each(['file', 'stream'])(
    'another one goes on with the call of one that is killed, in %s mode',
    async (mode) => {
      await start({ MEDIA_MODE: mode });
      const call = await answeredByA();
      const killedAtMs = performance.now();
      signal('a', 'SIGKILL');
      const { startedAtMs } = await listening.untilHeard(call, RECONNECTED, BACK_WITHIN_MS);
      console.log('silence', mode, startedAtMs - killedAtMs);
      await goesOn(call, [RECONNECTED]);
    },
  );

  it.each(['file', 'stream'])(
    'one that stood still and wakes up says nothing more, in %s mode',
    async (mode) => {
      await start({ MEDIA_MODE: mode });
      const call = await answeredByA();
      signal('a', 'SIGSTOP');
      await listening.untilHeard(call, RECONNECTED, BACK_WITHIN_MS);
      signal('a', 'SIGCONT');
      await goesOn(call, [RECONNECTED]);
    },
  );

  it.each(['file', 'stream'])(
    'another one goes on with the call of one that Asterisk cannot reach, which says nothing more when it can, in %s mode',
    async (mode) => {
      await start({ MEDIA_MODE: mode });
      const call = await answeredByA();
      const cutAtMs = performance.now();
      proxy?.stall();
      const { startedAtMs } = await listening.untilHeard(call, RECONNECTED, BACK_WITHIN_MS);
      console.log('silence', mode, startedAtMs - cutAtMs);
      proxy?.flow();
      await until('a has Asterisk again', async () => (await readiness('a')).ready, BACK_WITHIN_MS);
      await goesOn(call, [RECONNECTED]);
    },
  );

  it('an order that was on its way when its daemon died is placed once, and the script goes on in the language of the caller', async () => {
    const company = await startCompanyServer(() => new Promise(() => undefined));
    try {
      await start({ MEDIA_MODE: 'file' }, { bot: pumpsInTwoLanguages(company.url), reply: takesForAnAnswer });
      const call = await surroundings.telephony.phone.dial('at-a');
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
    } finally {
      await company.stop();
    }
  });

  /** What the disk of `a` has of its one call. */
  async function kept(): Promise<string> {
    const live = join(surroundings.dir, 'a', 'data/live');
    const [record = ''] = await readdir(live);
    return readFile(join(live, record), 'utf8');
  }

  it.each(['file', 'stream'])('one that is told to stop gives its calls away, in %s mode', async (mode) => {
    await start({ MEDIA_MODE: mode });
    const call = await answeredByA();
    signal('a', 'SIGTERM');
    expect(await services.get('a')?.ended).toBe(0);
    await goesOn(call, []);
  });

  it('calls go on while the memory is away, and can be taken over when it is back and empty', async () => {
    await start({ MEDIA_MODE: 'stream' });
    const call = await answeredByA();
    await redis.end();
    await until('a says that it is on its own', async () => (await readiness('a')).degraded.length > 0);
    expect(await readiness('a')).toMatchObject({ ready: true, reasons: [] });
    await says(call, 'interruption', SECOND);
    await listening.untilHeard(call, SATURDAY);
    await redis.begin();
    for (const name of ['a', 'b'])
      await until(`${name} is in the fleet again`, async () => (await readiness(name)).degraded.length === 0);
    signal('a', 'SIGKILL');
    await listening.untilHeard(call, RECONNECTED, BACK_WITHIN_MS);
    expect(texts(call)).toEqual([GREETING, ANSWER, SATURDAY, RECONNECTED]);
    await call.hangup();
    expect(await surroundings.telephony.leftovers()).toEqual(NOTHING);
  });

  async function readiness(name: string): Promise<Readiness> {
    const answer = await fetch(`http://127.0.0.1:${ports.get(name)}/readyz`, {
      headers: { connection: 'close' },
    });
    return { degraded: [], ...((await answer.json()) as Partial<Readiness>) } as Readiness;
  }
});

interface Readiness {
  readonly ready: boolean;
  readonly reasons: readonly string[];
  readonly degraded: readonly string[];
}
