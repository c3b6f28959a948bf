/**
 * A campaign of two daemons at a real Asterisk, over another one that plays the network, and the daemon that calls is killed in the middle: what
 * the phones of those who are called hear, and how often each of them rings.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { RedisServer } from '../../src/base/testing/redis-server.ts';
import { freeTcpPort } from '../../src/base/free-ports.ts';
import { startAsterisk } from '../../src/lab/local-asterisk/asterisk-server.ts';
import type { AsteriskServer } from '../../src/lab/local-asterisk/asterisk-server.ts';
import { NOTHING } from '../../src/lab/local-asterisk/leftovers.ts';
import type { CallablePhone, PhoneCall } from '../../src/lab/phone/phone.ts';
import { createSipPhone } from '../../src/lab/phone/sip/sip-phone.ts';
import { numberOf } from '../../src/outbound/campaigns/testing/a-campaign.ts';
import { receiver } from '../../src/results/testing/receiver.ts';
import type { Receiver } from '../../src/results/testing/receiver.ts';
import { startServiceProcess } from '../bench/service-process.ts';
import type { ServiceProcess } from '../bench/service-process.ts';
import { describeAsterisk } from '../support/describe-asterisk.ts';
import { understoodCaller } from '../support/recorded-callers.ts';
import { until } from '../support/until.ts';
import { listeningTo, startSurroundings } from '../support/world.ts';
import type { Listening, Surroundings } from '../support/world.ts';

const RECONNECTED = 'Мы снова тут.';
const greetingOf = (lead: number) => `Клиент ${lead}, ваш заказ готов.`;

const isGreeting = (text: string) => text.endsWith('ваш заказ готов.');

const LEADS = 7;
/** It rings for longer than its daemon lives, and is answered if nobody has it stop. */
const LATE = 2;
const LATE_SECONDS = 15;
const CONCURRENCY = 3;
/** Whoever is called listens for so long behind the greeting, ms: a call goes on while its daemon dies, and with the next one. */
const LISTENS_MS = 5_000;
/** The daemon is killed when so many have been greeted. */
const GREETED = 2;
/** Of a machine that has much else to do. */
const WITHIN_MS = 60_000;
const DAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];

/** The network counts how often it was asked for each number. Until the phone is there the variable is empty. */
const NETWORK = `
[phones]
exten => _+7916XXXXXXX,1,Set(GLOBAL(ASKED_\${EXTEN:1})=x\${GLOBAL(ASKED_\${EXTEN:1})})
 same => n,GotoIf($["\${EXTEN}" = "${numberOf(LATE)}"]?late)
 same => n,Dial(\${DESK},20)
 same => n,Hangup()
 same => n(late),Ringing()
 same => n,Wait(${LATE_SECONDS})
 same => n,Dial(\${DESK},20)
`;

await describeAsterisk('a campaign of a fleet', (installation) => {
  let network: AsteriskServer;
  let person: CallablePhone;
  let surroundings: Surroundings;
  let listening: Listening;
  let redis: RedisServer;
  let crm: Receiver;
  let taken: PhoneCall[];
  let talks: Promise<void>[];
  const services = new Map<string, { readonly process: ServiceProcess; readonly url: string }>();

  beforeEach(async () => {
    [taken, talks] = [[], []];
    services.clear();
    crm = await receiver();
    redis = await RedisServer.start();
    network = await startAsterisk({ installation, dialplan: NETWORK });
    person = await createSipPhone({ serverHost: network.sipHost, serverPort: network.sipPort });
    await network.command(`dialplan set global DESK ${person.endpoint}`);
    surroundings = await startSurroundings({
      kind: 'asterisk',
      reply: () => 'Да.',
      bots: {
        default: {
          reconnected: RECONNECTED,
          outbound: { greeting: '{{variables.name}}, ваш заказ готов.', prompt: 'Ты звонишь сама.' },
          silence: { afterMs: 60_000 },
        },
      },
      env: {
        ...{ MEDIA_MODE: 'stream', REDIS_URL: redis.url, RING_SECONDS: '30' },
        DIAL_TEMPLATE: `PJSIP/anonymous/sip:{number}@${network.sipHost}:${network.sipPort}`,
      },
    });
    listening = listeningTo(surroundings.speech);
    const hello = await understoodCaller(surroundings.speech, 'interruption');
    person.whenCalled((call) => {
      taken.push(call);
      talks.push(talk(call, hello));
    });
    for (const name of ['a', 'b']) await startDaemon(name);
  });
  afterEach(async () => {
    await Promise.all([...services.values()].map(({ process }) => process.stop()));
    await Promise.all(talks);
    await person.close();
    await Promise.all([network.stop(), surroundings.stop(), crm.close(), redis.end()]);
  });

  async function startDaemon(name: string): Promise<void> {
    const dir = join(surroundings.dir, name);
    await mkdir(dir, { recursive: true });
    const port = await freeTcpPort();
    const own = { INSTANCE_ID: name, DATA_DIR: join(dir, 'data'), HTTP_PORT: String(port) };
    const process = await startServiceProcess(dir, { ...surroundings.environment, ...own });
    services.set(name, { process, url: `http://127.0.0.1:${port}` });
  }

  /** Says hello, and listens. */
  async function talk(call: PhoneCall, hello: Parameters<PhoneCall['say']>[0]): Promise<void> {
    let isOver = false;
    void call.ended.then(() => (isOver = true));
    await call.say(hello);
    await until('something is heard', () => isOver || texts(call).length > 0, WITHIN_MS).catch(
      () => undefined,
    );
    await new Promise((resolve) => setTimeout(resolve, LISTENS_MS));
    await call.hangup();
  }

  const texts = (call: PhoneCall) => listening.heard(call).map(({ text }) => text);

  async function begin(url: string): Promise<void> {
    const week = Object.fromEntries(DAYS.map((day) => [day, '00:00-24:00']));
    const campaign = {
      ...{ name: 'december', bot: 'default', country: 'RU', timeZone: 'Europe/Moscow', hours: { week } },
      ...{ concurrency: CONCURRENCY, callsPerSecond: 5, webhook: crm.url },
      // Whoever was called by the daemon that dies has seen nobody off.
      abandonment: { limit: 1 },
    };
    const leads = Array.from({ length: LEADS }, (_, at) => `${numberOf(at + 1)},Клиент ${at + 1}`);
    const created = await fetch(`${url}/api/campaigns`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ campaign, leads: ['number,name', ...leads, ''].join('\n') }),
    });
    expect(created.status).toBe(201);
  }

  it('goes on with another daemon when its own is killed: no phone rings twice, none is left out, and nobody listens to silence', async () => {
    const a = services.get('a');
    if (!a) throw new Error('there is no daemon a');
    await begin(a.url);
    const greeted = () => taken.filter((call) => texts(call).some(isGreeting));
    await until('some are greeted', () => greeted().length >= GREETED, WITHIN_MS);
    a.process.signal('SIGKILL');
    const cutOff = greeted();
    const told = () =>
      crm.received.map(({ body }) => JSON.parse(body) as { id: string; outcome: string; cause: string });
    await until('all leads are told of', () => told().length >= LEADS, 2 * WITHIN_MS);
    await Promise.all(talks);

    expect(
      told()
        .map(({ id }) => id)
        .toSorted(),
    ).toEqual(Array.from({ length: LEADS }, (_, at) => `december-${at + 2}`).toSorted());
    const globals = await network.command('dialplan show globals');
    const asked = Array.from({ length: LEADS }, (_, at) => {
      const [, times = ''] = new RegExp(`ASKED_${numberOf(at + 1).slice(1)}=(x*)`).exec(globals) ?? [];
      return times.length;
    });
    // Whom it was about to dial when it died is not called any more, and told of as unknown.
    const uncalled = asked.filter((times) => times === 0).length;
    const unknown = told().filter(({ outcome }) => outcome === 'unknown').length;
    expect(Math.max(...asked)).toBe(1);
    expect(uncalled).toBeLessThanOrEqual(unknown);
    expect(unknown).toBeLessThanOrEqual(CONCURRENCY);

    const heard = taken.map(texts);
    const greetings = heard.flat().filter(isGreeting);
    expect(new Set(greetings).size).toBe(greetings.length);
    expect(greetings).not.toContain(greetingOf(LATE));
    // Nobody who picked up has heard nothing, and those who were cut off are spoken to again.
    for (const each of heard) expect(each.length).toBeGreaterThan(0);
    expect(cutOff.length).toBeGreaterThan(0);
    for (const call of cutOff) expect(texts(call)).toContain(RECONNECTED);
    expect(greetings.length).toBeGreaterThanOrEqual(LEADS - CONCURRENCY);
    expect(await surroundings.telephony.leftovers()).toEqual(NOTHING);
    expect(await network.leftovers()).toMatchObject({ channels: [] });
  });
});
