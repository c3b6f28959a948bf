/** What a fleet's memory promises, of each that there is. */
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silentLog } from '../base/log.ts';
import { ManualClock } from '../base/manual-clock.ts';
import { openRedis } from '../base/redis.ts';
import type { Redis } from '../base/redis.ts';
import { describeWithRedis } from '../base/testing/describe-with-redis.ts';
import type { FleetMemory, Session } from './fleet-memory.ts';
import { RedisMemory } from './redis-memory.ts';
import { STATE, recordOf } from './testing/a-call.ts';
import { LocalMemory } from './testing/local-memory.ts';

interface Opened {
  readonly memory: FleetMemory;
  /** Lets the leases of all who do not beat run out. */
  readonly lapse: () => Promise<void>;
  readonly empty: () => Promise<unknown>;
  readonly close: () => void;
}

function suite(open: () => Promise<Opened>): void {
  let opened: Opened;
  let memory: FleetMemory;
  let a: Session;
  let b: Session;

  beforeEach(async () => {
    opened = await open();
    ({ memory } = opened);
    a = await memory.join('a', STATE);
    b = await memory.join('b', { ...STATE, ariApp: 'voicebot-b', calls: 7 });
  });
  afterEach(() => opened.close());

  const beat = (session: Session) => memory.beat(session, STATE);
  /** The lease of `a` runs out; b and whoever is named stay. */
  async function diesWithoutBeat(): Promise<void> {
    await opened.lapse();
    await memory.beat(b, STATE);
  }

  it('tells how many calls each tenant has on the daemons that are alive', async () => {
    await memory.beat(b, { ...STATE, calls: 3, callsByTenant: { acme: 2, globex: 1 } });
    await memory.join('c', { ...STATE, calls: 1, callsByTenant: { acme: 1 } });
    expect(await beat(a)).toMatchObject({ callsElsewhere: 4, tenantsElsewhere: { acme: 3, globex: 1 } });
    await memory.leave(b);
    expect(await beat(a)).toMatchObject({ callsElsewhere: 1, tenantsElsewhere: { acme: 1 } });
  });

  it('tells how many others are alive, and what their calls ask providers for', async () => {
    const { daemonsElsewhere } = await memory.beat(b, {
      ...STATE,
      requestsPerSecond: { synthesis: 2.5, recognition: 1.25 },
    });
    expect(daemonsElsewhere).toBe(1);
    await memory.join('c', { ...STATE, requestsPerSecond: { synthesis: 0.5, recognition: 0 } });
    expect(await beat(a)).toMatchObject({
      daemonsElsewhere: 2,
      requestsElsewhere: { synthesis: 3, recognition: 1.25 },
    });
    await memory.leave(b);
    expect(await beat(a)).toMatchObject({
      daemonsElsewhere: 1,
      requestsElsewhere: { synthesis: 0.5, recognition: 0 },
    });
  });

  it('tells who is there, and what each tells of itself', async () => {
    expect(await beat(a)).toEqual({
      ...{ hold: 'held', isToDrain: false, callsElsewhere: 7, forsaken: [] },
      ...{ daemonsElsewhere: 1, requestsElsewhere: { synthesis: 0, recognition: 0 } },
      nextLapseMs: expect.any(Number) as number,
    });
    const daemons = [...(await memory.daemons())].sort((one, other) => one.token - other.token);
    expect(daemons).toMatchObject([
      { ...STATE, daemon: 'a', isAlive: true },
      { ariApp: 'voicebot-b', daemon: 'b', isAlive: true, calls: 7 },
    ]);
  });

  it('tells when the first of the others’ leases runs out, by which it is to be looked again', async () => {
    await beat(b);
    const { nextLapseMs } = await beat(a);
    expect(nextLapseMs).toBeGreaterThan(0);
    expect(nextLapseMs).toBeLessThanOrEqual(2_000);
    await memory.leave(b);
    expect(await beat(a)).toMatchObject({ nextLapseMs: Infinity });
  });

  it('tells the others of who died, and of how many calls', async () => {
    await memory.keep(a, recordOf('1'));
    await diesWithoutBeat();
    expect(await beat(b)).toMatchObject({
      hold: 'held',
      forsaken: [{ daemon: 'a', token: a.token, state: STATE, calls: 1 }],
    });
    expect((await memory.daemons()).find(({ daemon }) => daemon === 'a')).toMatchObject({ isAlive: false });
  });

  it('gives a call of who died to one alone, with all that was written', async () => {
    const c = await memory.join('c', STATE);
    await memory.keep(a, recordOf('1', 'leg', 3));
    await diesWithoutBeat();
    await memory.beat(c, STATE).catch(() => undefined);
    const claims = await Promise.all([memory.claim(b, 'a', 'leg'), memory.claim(c, 'a', 'leg')]);
    expect(claims.filter(Boolean)).toEqual([{ kind: 'record', record: recordOf('1', 'leg', 3) }]);
    expect(await memory.claim(b, 'a', 'leg')).toBeUndefined();
  });

  it('gives a caller of whom nothing was written to one alone', async () => {
    const c = await memory.join('c', STATE);
    await diesWithoutBeat();
    await memory.beat(c, STATE);
    const claims = await Promise.all([memory.claim(b, 'a', 'leg'), memory.claim(c, 'a', 'leg')]);
    expect(claims.filter(Boolean)).toEqual([{ kind: 'unknown' }]);
    expect(await beat(a)).toMatchObject({ hold: 'lapsed' });
    // What the daemon had on its way when it froze.
    expect(await memory.keep(a, recordOf('1', 'leg'))).toBe(false);
  });

  it('gives away no call of who is alive', async () => {
    await memory.keep(a, recordOf('1', 'leg'));
    expect(await memory.claim(b, 'a', 'leg')).toBeUndefined();
    expect(await memory.claim(b, 'a', 'of nobody')).toBeUndefined();
  });

  it('refuses what a daemon writes whose lease has run out, until it has the lease again', async () => {
    await memory.keep(a, recordOf('1'));
    await diesWithoutBeat();
    expect(await memory.keep(a, recordOf('1', 'leg-1', 2))).toBe(false);
    expect(await memory.drop(a, '1')).toBe(false);
    expect(await beat(a)).toMatchObject({ hold: 'lapsed' });
    expect(await memory.keep(a, recordOf('1', 'leg-1', 2))).toBe(true);
  });

  it('takes nothing from a daemon that wakes up when its call is another one’s, also when that is over', async () => {
    await memory.keep(a, recordOf('1', 'leg'));
    await diesWithoutBeat();
    await memory.claim(b, 'a', 'leg');
    expect(await beat(a)).toMatchObject({ hold: 'lapsed' });
    expect(await memory.own(a)).toEqual(new Map());
    expect(await memory.keep(a, recordOf('1', 'leg', 9))).toBe(false);
    await memory.keep(b, recordOf('2', 'leg'));
    await memory.drop(b, '1');
    expect(await memory.keep(a, recordOf('1', 'leg', 9))).toBe(false);
    expect(await memory.drop(a, '1')).toBe(false);
    expect(await memory.own(b)).toEqual(new Map([['leg', recordOf('2', 'leg')]]));
  });

  it('gives a call to another daemon while both are alive, and to none that is not', async () => {
    await memory.keep(a, recordOf('1', 'leg'));
    expect(await memory.give(b, 'leg', 'b')).toBe(false);
    expect(await memory.give(a, 'leg', 'nobody')).toBe(false);
    expect(await memory.give(a, 'leg', 'b')).toBe(true);
    expect(await memory.own(a)).toEqual(new Map());
    expect(await memory.own(b)).toEqual(new Map([['leg', recordOf('1', 'leg')]]));
    expect(await memory.accept(b, 'leg')).toEqual({ kind: 'record', record: recordOf('1', 'leg') });
    expect(await memory.accept(a, 'leg')).toEqual({ kind: 'unknown' });
    expect(await memory.keep(a, recordOf('1', 'leg'))).toBe(false);
  });

  it('takes back a call that was given until the other daemon has begun with it', async () => {
    await memory.keep(a, recordOf('1', 'leg'));
    expect(await memory.takeBack(a, 'leg', 'b')).toBe(false);
    await memory.give(a, 'leg', 'b');
    expect(await memory.takeBack(b, 'leg', 'b')).toBe(false);
    expect(await memory.takeBack(a, 'leg', 'b')).toBe(true);
    expect(await memory.own(b)).toEqual(new Map());
    expect(await memory.keep(a, recordOf('1', 'leg', 2))).toBe(true);
    await memory.give(a, 'leg', 'b');
    await memory.keep(b, recordOf('2', 'leg'));
    expect(await memory.takeBack(a, 'leg', 'b')).toBe(false);
    expect((await memory.own(b)).get('leg')).toEqual(recordOf('2', 'leg'));
  });

  it('gives a call that is taken back while it is accepted to one of both, who alone may write about it', async () => {
    const orders: readonly (readonly ('accept' | 'takeBack')[])[] = [
      ['accept', 'takeBack'],
      ['takeBack', 'accept'],
    ];
    const calls = Array.from({ length: 20 }, (_, at) => ({ name: `c${at}`, order: orders[at % 2] ?? [] }));
    for (const { name, order } of calls) {
      const leg = `leg-${name}`;
      await memory.keep(a, recordOf(name, leg));
      expect(await memory.give(a, leg, 'b')).toBe(true);
      const steps = {
        accept: () => memory.accept(b, leg).then((claim) => claim !== undefined),
        takeBack: () => memory.takeBack(a, leg, 'b'),
      };
      const [first, second] = await Promise.all(order.map((step) => steps[step]()));
      expect([first, second]).toEqual([true, false]);
      const [owner, other] = order[0] === 'accept' ? [b, a] : [a, b];
      expect(await memory.accept(other, leg)).toEqual(other === b ? undefined : { kind: 'unknown' });
      expect(await memory.keep(owner, recordOf(`${name}-on`, leg))).toBe(true);
      expect((await memory.own(other)).has(leg)).toBe(false);
      expect(await memory.keep(other, recordOf(name, leg))).toBe(false);
    }
  });

  it('gives a call again to the daemon from which it was taken back', async () => {
    await memory.keep(a, recordOf('1', 'leg'));
    await memory.give(a, 'leg', 'b');
    await memory.takeBack(a, 'leg', 'b');
    expect(await memory.keep(b, recordOf('2', 'leg'))).toBe(false);
    await memory.give(a, 'leg', 'b');
    expect(await memory.accept(b, 'leg')).toMatchObject({ kind: 'record' });
    expect(await memory.keep(b, recordOf('2', 'leg'))).toBe(true);
  });

  it('gives a call back to the daemon from which it was taken', async () => {
    await memory.keep(a, recordOf('1', 'leg'));
    await diesWithoutBeat();
    await memory.claim(b, 'a', 'leg');
    await beat(a);
    expect(await memory.give(b, 'leg', 'a')).toBe(true);
    expect(await memory.keep(a, recordOf('2', 'leg'))).toBe(true);
  });

  it('knows a daemon that was started again as the owner of what it has left, and the earlier one as over', async () => {
    await memory.keep(a, recordOf('1', 'leg'));
    const again = await memory.join('a', STATE);
    expect(again.token).toBeGreaterThan(a.token);
    expect(await memory.own(again)).toEqual(new Map([['leg', recordOf('1', 'leg')]]));
    expect(await beat(a)).toMatchObject({ hold: 'lost' });
    expect(await memory.keep(a, recordOf('1', 'leg', 2))).toBe(false);
    expect(await memory.keep(again, recordOf('1', 'leg', 2))).toBe(true);
  });

  it('lets others have at once what a daemon leaves behind that says goodbye', async () => {
    await memory.keep(a, recordOf('1', 'leg'));
    await memory.leave(a);
    expect(await memory.claim(b, 'a', 'leg')).toMatchObject({ kind: 'record' });
  });

  it('tells a daemon that it is to drain, until it is started again', async () => {
    await memory.askToDrain('a');
    expect(await beat(a)).toMatchObject({ isToDrain: true });
    expect(await memory.beat(await memory.join('a', STATE), STATE)).toMatchObject({ isToDrain: false });
  });

  it('tells of the calls of all', async () => {
    await memory.keep(a, recordOf('1'));
    await memory.keep(b, recordOf('2'));
    await memory.drop(b, '2');
    expect(await memory.calls()).toEqual([{ daemon: 'a', record: recordOf('1') }]);
  });

  it('knows nothing when it was emptied, and everybody writes anew', async () => {
    await memory.keep(a, recordOf('1'));
    await opened.empty();
    expect(await beat(b)).toMatchObject({ hold: 'emptied', forsaken: [] });
    expect(await memory.keep(a, recordOf('1'))).toBe(false);
    expect(await beat(a)).toMatchObject({ hold: 'emptied' });
    expect(await memory.keep(a, recordOf('1'))).toBe(true);
    expect(await beat(a)).toMatchObject({ hold: 'held' });
    expect((await memory.join('c', STATE)).token).toBeGreaterThan(b.token);
  });

  describe('of work that outlives its daemon', () => {
    const worksOf = (session: Session) => memory.works('campaign', () => session);
    const linesOf = async (session: Session, name: string) => {
      const lines: string[] = [];
      for (;;) {
        const some = await worksOf(session).read(name, lines.length);
        if (some.length === 0) return lines;
        lines.push(...some);
      }
    };
    const begin = () => worksOf(a).begin('december', { age: 1, summary: 'begun' });

    it('gives a piece to one alone when its daemon is no more, with all that was done', async () => {
      const c = await memory.join('c', STATE);
      const lines = Array.from({ length: 20 }, (_, at) => `line ${at}`);
      expect(await begin()).toBe(true);
      expect(await worksOf(a).note('december', lines)).toBe('noted');
      expect(await worksOf(b).take('december')).toBeUndefined();
      expect((await worksOf(b).tend(new Map())).forsaken).toEqual([]);
      await diesWithoutBeat();
      await memory.beat(c, STATE).catch(() => undefined);
      expect((await worksOf(b).tend(new Map())).forsaken).toEqual(['december']);
      const taken = await Promise.all([worksOf(b).take('december'), worksOf(c).take('december')]);
      expect(taken.toSorted()).toEqual([2, undefined]);
      expect(await linesOf(b, 'december')).toEqual(lines);
    });

    it('takes no more lines from the daemon from which it was taken', async () => {
      await begin();
      await diesWithoutBeat();
      await expect(worksOf(a).note('december', ['late'])).rejects.toThrow('lease');
      await worksOf(b).take('december');
      await beat(a);
      expect(await worksOf(a).note('december', ['late'])).toBe('lost');
      expect(await worksOf(a).begin('december', { age: 1, summary: '' })).toBe(false);
      expect((await worksOf(a).tend(new Map([['december', undefined]]))).mine).toMatchObject([
        { hold: 'lost' },
      ]);
      await worksOf(a).close('december', 'remove');
      await worksOf(a).leave('december');
      expect(await linesOf(b, 'december')).toEqual([]);
      expect(await worksOf(b).note('december', ['in time'])).toBe('noted');
    });

    it('lets a daemon that was started again take what it had, and others as well', async () => {
      await begin();
      const again = await memory.join('a', STATE);
      expect((await worksOf(b).tend(new Map())).forsaken).toEqual(['december']);
      expect(await worksOf(again).take('december')).toBe(2);
    });

    it('lets others have at once what is left to them', async () => {
      await begin();
      await worksOf(a).leave('december');
      expect(await worksOf(b).take('december')).toBe(2);
    });

    it('knows the older of two that tell of it after it was emptied', async () => {
      await begin();
      await opened.empty();
      await Promise.all([beat(a), memory.beat(b, STATE)]);
      expect(await worksOf(a).note('december', [])).toBe('unknown');
      expect(await begin()).toBe(true);
      expect(await worksOf(b).begin('december', { age: 2, summary: '' })).toBe(true);
      expect(await worksOf(a).note('december', [])).toBe('lost');
    });

    it('tells its owner of each order once, and everybody of how far it is', async () => {
      await begin();
      expect(await worksOf(b).order('december', 'pause')).toBe(true);
      expect(await worksOf(b).order('january', 'pause')).toBe(false);
      const mine = new Map([['december', 'half']]);
      expect((await worksOf(a).tend(mine)).mine).toEqual([
        { name: 'december', hold: 'noted', orders: ['pause'] },
      ]);
      expect((await worksOf(a).tend(new Map([['december', undefined]]))).mine).toEqual([
        { name: 'december', hold: 'noted', orders: [] },
      ]);
      expect(await worksOf(b).all()).toEqual([
        { name: 'december', daemon: 'a', isOwned: true, summary: 'half' },
      ]);
    });

    it('offers nobody what is closed, and tells of it as long as that is wanted', async () => {
      await begin();
      await worksOf(a).note('december', ['line']);
      await worksOf(a).close('december', 'keep');
      await worksOf(a).leave('december');
      expect((await worksOf(b).tend(new Map())).forsaken).toEqual([]);
      expect(await worksOf(b).take('december')).toBeUndefined();
      expect(await linesOf(b, 'december')).toEqual(['line']);
      expect(await memory.works('result', () => a).put('1', 'entry')).toBe('noted');
      await memory.works('result', () => a).close('1', 'remove');
      expect(await memory.works('result', () => b).put('1', 'entry')).toBe('noted');
    });

    it('keeps of some only the last line, and knows that they are over', async () => {
      const results = (session: Session) => memory.works('result', () => session);
      expect(await results(a).put('1', 'made')).toBe('noted');
      expect(await results(a).put('1', 'offered')).toBe('noted');
      expect(await results(b).put('1', 'made')).toBe('lost');
      expect(await results(b).read('1', 0)).toEqual(['offered']);
      await results(a).close('1', 'forget');
      expect(await results(b).read('1', 0)).toEqual([]);
      expect(await results(a).put('1', 'made')).toBe('lost');
      expect(await results(b).take('1')).toBeUndefined();
    });
  });

  it('keeps the journal of a conversation in its order', async () => {
    await memory.note('1', 'begun');
    await memory.note('1', 'ended');
    await memory.note('2', 'begun');
    expect(await memory.notes('1')).toEqual(['begun', 'ended']);
    expect(await memory.notes('3')).toEqual([]);
  });
}

describe('a fleet’s memory in one process', () => {
  suite(async () => {
    const clock = new ManualClock();
    const memory = new LocalMemory(clock);
    return {
      memory,
      lapse: () => clock.advance(2_000),
      empty: async () => memory.empty(),
      close: () => undefined,
    };
  });
});

/** Long enough for the steps of a test on a busy machine, ms. */
const SHORT_LEASE_MS = 1_000;

describeWithRedis('a fleet’s memory in Redis', (start) => {
  let redis: Redis;

  suite(async () => {
    const server = await start();
    redis = openRedis(server.url, silentLog);
    await new Promise((resolve) => redis.once('ready', resolve));
    return {
      memory: new RedisMemory(redis, { fleet: 'voicebot', leaseMs: SHORT_LEASE_MS }),
      lapse: () => wait(SHORT_LEASE_MS + 10),
      empty: () => redis.flushall(),
      close: () => redis.disconnect(),
    };
  });

  it('leaves no key that stays for ever', async () => {
    redis = openRedis((await start()).url, silentLog);
    await new Promise((resolve) => redis.once('ready', resolve));
    const memory = new RedisMemory(redis, { fleet: 'voicebot' });
    const session = await memory.join('a', STATE);
    await memory.keep(session, recordOf('1'));
    await memory.note('1', 'begun');
    await memory.askToDrain('a');
    await memory.beat(session, STATE);
    const works = memory.works('campaign', () => session);
    await works.begin('december', { age: 1, summary: '' });
    await works.note('december', ['line']);
    await works.order('december', 'pause');
    const keys = await redis.keys('*');
    expect(keys.length).toBeGreaterThan(6);
    for (const key of keys) {
      expect(key).toMatch(/^parley:\{voicebot\}:/);
      expect(await redis.pttl(key)).toBeGreaterThan(0);
    }
    redis.disconnect();
  });
});
