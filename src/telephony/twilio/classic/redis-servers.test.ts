/** Servers that Twilio asks about the same call: one of them talks, and all of them answer. */
import { afterEach, expect, it } from 'vitest';
import { silence } from '../../../audio/pcm.ts';
import { systemClock } from '../../../base/clock.ts';
import { silentLog } from '../../../base/log.ts';
import { ManualClock } from '../../../base/manual-clock.ts';
import { openRedis } from '../../../base/redis.ts';
import { describeWithRedis } from '../../../base/testing/describe-with-redis.ts';
import type { RedisServer } from '../../../base/testing/redis-server.ts';
import { verbsOf } from '../../../lab/simulator/twilio/twiml.ts';
import { clipOf } from '../../line.ts';
import type { Arrival } from '../../telephone.ts';
import { ClassicCalls } from './classic-calls.ts';
import type { ClassicRequest } from './other-servers.ts';
import type { ClassicLine } from './classic-line.ts';
import { RedisServers } from './redis-servers.ts';

const URL = 'https://voice.example.com/voice';
const WANTED = {
  ...{ silenceMs: 6000, language: 'ru-RU', digits: 1 },
  ...{ terminator: 'none' as const, words: [] },
};
const FIRST: ClassicRequest = {
  ...{ callSid: 'CA1', from: '+79001112233', to: '+74950000000', callerName: '', bot: undefined },
  ...{ ordered: undefined, after: 0, words: '', digits: '' },
};
/** The lease of one that is dead, and a busy machine. */
const TAKEN_WITHIN_MS = 15_000;

const opened: { close: () => void }[] = [];
afterEach(() => {
  for (const each of opened.splice(0)) each.close();
});

/** A server, whose bot says its name and then what it has heard. */
async function server(redisServer: RedisServer, name: string, awaited = '') {
  const redis = openRedis(redisServer.url, silentLog);
  const ears = redis.duplicate();
  const connections = [redis, ears];
  for (const each of connections) each.on('error', () => undefined);
  await Promise.all(connections.map((each) => expect.poll(() => each.status).toBe('ready')));
  const servers = new RedisServers({
    ...{ redis, ears, accountSid: 'AC1', clock: systemClock, log: silentLog },
  });
  const arrivals: Arrival[] = [];
  const say = async (line: ClassicLine, text: string) => {
    await line.player.play(clipOf(silence(20, 8000)), { text, language: 'ru-RU' }).finished;
    line.hearing.awaited(WANTED);
  };
  const onArrival = (arrival: Arrival) => {
    const line = arrival.line as ClassicLine;
    arrivals.push(arrival);
    line.hearing.listen({
      speechStarted: () => void say(line, `${name}: ${line.hearing.takeWritten() ?? ''}`),
      speechStopped: () => undefined,
      digit: () => undefined,
    });
    void line.answer();
    void say(line, `${name}.`);
  };
  const calls = new ClassicCalls({
    ...{ clock: systemClock, log: silentLog, url: URL, onArrival, others: servers },
    rest: { end: async () => undefined, goOn: async () => undefined },
    whispers: { urlFor: () => undefined },
    ordered: {
      isAwaited: (id) => id === awaited,
      answered(_id, arrival) {
        onArrival(arrival());
        return true;
      },
    },
  });
  const die = () => {
    servers.close();
    for (const each of connections) each.disconnect();
  };
  const close = () => {
    for (const { line } of arrivals) void line.close();
    die();
  };
  opened.push({ close });
  const live = () => arrivals.filter(({ line }) => !line.ended.aborted).length;
  return { calls, arrivals, live, die, redis, ears };
}

async function twoOf(redisServer: RedisServer, awaited?: string) {
  const [one, other] = await Promise.all([server(redisServer, 'one', awaited), server(redisServer, 'other')]);
  // Both listen.
  await expect.poll(async () => (await one.redis.pubsub('NUMSUB', 'parley:twilio:AC1'))[1]).toBe(2);
  return { one, other };
}

const saidIn = (document: string) => verbsOf(document)[0]?.nouns.map(({ text }) => text);

describeWithRedis('two servers that share a Redis', (start) => {
  it('begin one conversation when a webhook is repeated at the other, and tell the same', async () => {
    const { one, other } = await twoOf(await start());
    const [told, again] = await Promise.all([one.calls.next(FIRST), other.calls.next(FIRST)]);
    expect(again).toBe(told);
    expect(one.live() + other.live()).toBe(1);
    const name = one.live() === 1 ? 'one' : 'other';
    expect(saidIn(told)).toEqual([`${name}.`]);
    const next = { ...FIRST, after: 1, words: 'привет' };
    for (const { calls } of [other, one, other])
      expect(saidIn(await calls.next(next))).toEqual([`${name}: привет`]);
    expect(one.arrivals.length + other.arrivals.length).toBe(1);
  });

  it('end a call whose end only the other was told, and begin none after its end', async () => {
    const { one, other } = await twoOf(await start());
    await one.calls.next(FIRST);
    other.calls.gone(FIRST.callSid);
    await expect.poll(() => one.live()).toBe(0);
    expect(verbsOf(await other.calls.next(FIRST))).toMatchObject([{ name: 'Hangup' }]);
    expect(other.arrivals).toEqual([]);
  });

  it('talk to somebody who was called where the call was ordered, and nowhere else', async () => {
    const { one, other } = await twoOf(await start(), 'order-1');
    const answer = await other.calls.next({ ...FIRST, ordered: 'order-1' });
    expect(saidIn(answer)).toEqual(['one.']);
    expect([one.live(), other.live()]).toEqual([1, 0]);
    const unknown = await other.calls.next({ ...FIRST, callSid: 'CA2', ordered: 'order-2' });
    expect(verbsOf(unknown)).toMatchObject([{ name: 'Hangup' }]);
  });

  it.each([undefined, 'order-1'])(
    'keep a call no longer that was over before it was theirs (ordered: %s)',
    async (ordered) => {
      const { one } = await twoOf(await start(), 'order-1');
      const told = one.calls.next({ ...FIRST, ordered });
      one.calls.gone(FIRST.callSid);
      await told;
      // A lease that is renewed lasts 4 s; for a minute it is known that a call is over.
      await expect.poll(() => one.redis.pttl('parley:twilio:AC1:CA1')).toBeGreaterThan(10_000);
    },
  );

  it('take over from one that is dead, and from no other', { timeout: 2 * TAKEN_WITHIN_MS }, async () => {
    const { one, other } = await twoOf(await start());
    await one.calls.next(FIRST);
    one.die();
    const untilMs = performance.now() + TAKEN_WITHIN_MS;
    // Told to ask again meanwhile, it may be.
    for (let told = await other.calls.next(FIRST); ; told = await other.calls.next(FIRST)) {
      const [verb] = verbsOf(told);
      if (verb?.name === 'Gather') break;
      expect(verb).toMatchObject({ name: 'Redirect', text: `${URL}?after=0` });
      expect(performance.now()).toBeLessThan(untilMs);
    }
    expect(other.live()).toBe(1);
  });

  it(
    'leave a call to whoever has taken it while they were away',
    { timeout: 2 * TAKEN_WITHIN_MS },
    async () => {
      const { one, other } = await twoOf(await start());
      await one.calls.next(FIRST);
      for (const each of [one.redis, one.ears]) each.disconnect();
      const isTaken = async () => verbsOf(await other.calls.next(FIRST))[0]?.name === 'Gather';
      await expect.poll(isTaken, { timeout: TAKEN_WITHIN_MS }).toBe(true);
      await Promise.all([one.redis, one.ears].map((each) => each.connect()));
      await expect.poll(() => one.live(), { timeout: TAKEN_WITHIN_MS }).toBe(0);
      expect(other.live()).toBe(1);
      expect(saidIn(await one.calls.next({ ...FIRST, after: 1, words: 'алло' }))).toEqual(['other: алло']);
    },
  );

  it('renew what they have by one timer, and by none when they are closed', async () => {
    const redis = openRedis((await start()).url, silentLog);
    await expect.poll(() => redis.status).toBe('ready');
    const clock = new ManualClock();
    const servers = new RedisServers({ redis, ears: redis, accountSid: 'AC2', clock, log: silentLog });
    for (const callSid of ['CA1', 'CA2', 'CA3']) {
      await servers.claim(callSid);
      expect(clock.pending).toBe(1);
      servers.over(callSid);
    }
    const claimed = servers.claim('CA4');
    servers.close();
    await claimed;
    expect(clock.pending).toBe(0);
    redis.disconnect();
  });

  it('each answer by themselves while Redis is away', async () => {
    const redis = await start();
    const { one, other } = await twoOf(redis);
    await redis.end();
    await expect.poll(() => [one, other].map(({ redis: { status } }) => status)).not.toContain('ready');
    expect(saidIn(await one.calls.next(FIRST))).toEqual(['one.']);
    expect(saidIn(await other.calls.next({ ...FIRST, callSid: 'CA2' }))).toEqual(['other.']);
  });
});
