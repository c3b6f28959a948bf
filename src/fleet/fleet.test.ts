/** What becomes of a call that is given away, or whose daemon is no more, where the telephone or the memory does not do as it is told. */
import { expect, it } from 'vitest';
import { silentLog } from '../base/log.ts';
import { ManualClock } from '../base/manual-clock.ts';
import { ResumableCalls } from '../survival/resumable-calls.ts';
import type { CallRecord } from '../survival/survival-store.ts';
import { Timeline } from '../timeline/timeline.ts';
import { Fleet } from './fleet.ts';
import type { Session } from './fleet-memory.ts';
import { BEAT_MS } from './fleet-memory.ts';
import type { MovableCallers } from './movable-callers.ts';
import { STATE, recordOf } from './testing/a-call.ts';
import { LocalMemory } from './testing/local-memory.ts';

interface Asked {
  readonly give: (leg: string, app: string) => Promise<boolean>;
  readonly take: (app: string, leg: string) => Promise<boolean>;
  readonly callersOf: (app: string) => Promise<readonly string[]>;
}

/** Daemon a, with one call on `leg`, beside a daemon b that does nothing by itself. */
async function twoDaemons(telephone: Partial<Asked>) {
  const clock = new ManualClock();
  const memory = new LocalMemory(clock);
  const asked: string[] = [];
  const forgotten: string[] = [];
  const files = new Map<string, CallRecord>();
  const { give = async () => true, take = async () => true, callersOf = async () => [] } = telephone;
  const movable: MovableCallers = {
    ...{ identity: 'pbx', app: 'voicebot-a', callersOf },
    give: (leg, app) => (asked.push(`give ${leg} ${app}`), give(leg, app)),
    take: (app, leg) => (asked.push(`take ${leg} of ${app}`), take(app, leg)),
  };
  const opened = new Fleet({
    ...{ memory, daemon: 'a', version: '', maxCalls: 10, mostCalls: 20, clock, random: () => 0 },
    ...{ epochMs: () => clock.nowMs(), log: silentLog },
  });
  await clock.runUntil(opened.start());
  const disk = {
    calls: async () => [...files.keys()],
    read: async (call: string) => files.get(call) ?? recordOf(call),
    write: async (record: CallRecord) => void files.set(record.call, record),
    delete: async (call: string) => void files.delete(call),
  };
  const records = await ResumableCalls.open({
    ...{ store: opened.storeOver(disk), clock, epochMs: () => clock.nowMs(), log: silentLog },
    onForgotten: ({ call }) => void forgotten.push(call),
    onMoved: (record) => opened.moved(record),
  });
  const timeline = new Timeline(clock);
  const call = {
    line: { id: 'c1', letGo: () => undefined },
    isOver: false,
    giveAway: () => {
      call.isOver = true;
      timeline.mark('call.ended', { cause: 'moved' });
    },
  };
  const letGo: string[] = [];
  const reached = { connected: true };
  opened.attach({
    reception: { live: [call], refusal: undefined },
    records,
    telephone: {
      get connected() {
        return reached.connected;
      },
      movable,
      letGo: (legs) => void letGo.push(...legs),
    },
    drain: () => undefined,
  });
  records.keep({ ...call, profile: { name: 'default' }, timeline, messages: [], language: 'ru-RU' }, 'leg');
  await records.settled();
  const b = await memory.join('b', { ...STATE, ariApp: 'voicebot-b' });
  /** b lives on. */
  const beat = (session: Session = b) => memory.beat(session, { ...STATE, ariApp: 'voicebot-b' });
  const drain = async (ms = 0) => {
    opened.giveAway();
    for (let passed = 0; passed < ms; passed += BEAT_MS) {
      await clock.advance(BEAT_MS);
      await beat();
    }
    await clock.advance(0);
  };
  return { clock, memory, records, asked, forgotten, files, fleet: opened, b, beat, drain, letGo, reached };
}

const fails = () => Promise.reject(new Error('Asterisk does not answer'));

it('moves a call that is given away, and keeps nothing of it', async () => {
  const { asked, b, drain, files, forgotten, memory } = await twoDaemons({});
  await drain();
  expect(asked).toEqual(['give leg voicebot-b']);
  expect((await memory.own(b)).get('leg')).toMatchObject({ call: 'c1', givenAway: true });
  expect([[...files.keys()], forgotten]).toEqual([[], []]);
});

it('fetches a caller back whom Asterisk does not move, as soon as it does anything again', async () => {
  let tries = 0;
  const take = () => (++tries < 3 ? fails() : Promise.resolve(true));
  const { asked, b, drain, forgotten, memory, records } = await twoDaemons({ give: fails, take });
  await drain(2_000);
  expect(asked).toEqual(['give leg voicebot-b', ...Array<string>(3).fill('take leg of voicebot-a')]);
  expect((await memory.own(b)).get('leg')).toBeUndefined();
  expect((await memory.calls()).map(({ daemon }) => daemon)).toEqual(['a']);
  expect(records.claim('leg')?.resumed).toMatchObject({ conversation: 'c1', isSeamless: true });
  expect(forgotten).toEqual([]);
});

it('tells the end of a call whose caller hangs up while it is given away', async () => {
  const gone = async () => false;
  const { drain, files, forgotten, memory, records } = await twoDaemons({ give: gone, take: gone });
  await drain();
  await records.settled();
  expect(forgotten).toEqual(['c1']);
  expect(await memory.calls()).toEqual([]);
  expect([...files.keys()]).toEqual([]);
});

it('leaves a caller to the other daemon that was moved although Asterisk did not say so', async () => {
  const late = {
    give: async () => {
      await memory.keep(b, recordOf('c2', 'leg'));
      return fails();
    },
  };
  const { asked, b, drain, forgotten, memory } = await twoDaemons(late);
  await drain();
  expect(asked).toEqual(['give leg voicebot-b']);
  expect((await memory.own(b)).get('leg')).toMatchObject({ call: 'c2' });
  expect(forgotten).toEqual([]);
});

it('tells no end of a call that the other daemon has accepted, although its caller has hung up since', async () => {
  const late = {
    give: async () => {
      await memory.accept(b, 'leg');
      return fails();
    },
    take: async () => false,
  };
  const { b, drain, forgotten, memory, records } = await twoDaemons(late);
  await drain();
  await records.settled();
  expect(forgotten).toEqual([]);
  expect((await memory.own(b)).get('leg')).toMatchObject({ call: 'c1' });
});

it('tells the end of a call that was moved unheard and is over, and the other daemon has nothing to tell', async () => {
  const { b, drain, forgotten, memory, records } = await twoDaemons({ give: fails, take: async () => false });
  await drain();
  await records.settled();
  expect(forgotten).toEqual(['c1']);
  expect(await memory.accept(b, 'leg')).toBeUndefined();
});

it('fetches a caller back whom Asterisk has moved unheard, before the other daemon has accepted him', async () => {
  const take = async (app: string) => app === 'voicebot-b';
  const { asked, b, drain, forgotten, memory, records } = await twoDaemons({ give: fails, take });
  await drain();
  expect(asked).toEqual(['give leg voicebot-b', 'take leg of voicebot-a', 'take leg of voicebot-b']);
  expect(records.claim('leg')?.resumed).toMatchObject({ conversation: 'c1', isSeamless: true });
  expect([forgotten, await memory.accept(b, 'leg')]).toEqual([[], undefined]);
});

it('leaves a caller to whoever has him where nobody can be asked whose he is', async () => {
  const late = {
    give: async () => {
      memory.isAway = true;
      return fails();
    },
    take: async () => false,
    callersOf: async (app: string) => (app === 'voicebot-b' ? ['leg'] : []),
  };
  const { drain, forgotten, memory, records } = await twoDaemons(late);
  await drain().catch(() => undefined);
  await records.settled();
  expect([forgotten, records.claim('leg')]).toEqual([[], undefined]);
});

it('serves nobody who comes here and is another daemon’s', async () => {
  const { b, beat, clock, fleet: opened, memory } = await twoDaemons({});
  await memory.keep(b, recordOf('c9', 'other'));
  await memory.give(b, 'other', 'a');
  expect(await memory.takeBack(b, 'other', 'a')).toBe(true);
  await beat();
  expect(await clock.runUntil(opened.arrives('other'))).toBe(false);
  expect(await clock.runUntil(opened.arrives('nobody knows'))).toBe(true);
});

it('fetches nobody back whom another daemon has taken over', async () => {
  const {
    asked,
    b,
    clock,
    fleet: opened,
    forgotten,
    memory,
    records,
  } = await twoDaemons({
    take: async () => false,
  });
  // It stood still for longer than its lease.
  memory.isAway = true;
  await clock.advance(3_000);
  memory.isAway = false;
  await memory.beat(b, STATE);
  await memory.claim(b, 'a', 'leg');
  opened.giveAway();
  await clock.advance(BEAT_MS);
  await records.settled();
  expect(asked.filter((what) => what.startsWith('give'))).toEqual([]);
  expect(forgotten).toEqual([]);
  expect((await memory.own(b)).get('leg')).toMatchObject({ call: 'c1' });
});

it('takes a caller of a dead daemon also where Asterisk fails at first', async () => {
  let tries = 0;
  const take = () => (++tries < 3 ? fails() : Promise.resolve(true));
  const { asked, b, clock, forgotten, memory, records } = await twoDaemons({
    take,
    callersOf: async (app) => (app === 'voicebot-b' ? ['other'] : []),
  });
  await memory.keep(b, recordOf('c9', 'other'));
  await clock.advance(5_000);
  expect(asked).toEqual(Array<string>(3).fill('take other of voicebot-b'));
  expect(records.claim('other')?.record.call).toBe('c9');
  expect(forgotten).toEqual([]);
});

it('tells the end of the calls of a dead daemon whose callers have hung up', async () => {
  const { b, clock, forgotten, memory, records } = await twoDaemons({});
  await memory.keep(b, recordOf('c9', 'other'));
  await clock.advance(5_000);
  await records.settled();
  expect(forgotten).toEqual(['c9']);
  expect((await memory.calls()).map(({ record }) => record.call)).toEqual(['c1']);
});

it('counts the calls of others against FLEET_MAX_CALLS, and its own alone while the memory is away', async () => {
  const { beat, clock, fleet: opened, memory, b } = await twoDaemons({});
  await memory.beat(b, { ...STATE, calls: 7 });
  await clock.advance(BEAT_MS);
  expect(opened.bound?.maxCalls).toBe(20);
  expect(opened.bound?.callsElsewhere()).toBe(7);
  memory.isAway = true;
  await clock.advance(BEAT_MS);
  expect(opened.bound?.callsElsewhere()).toBe(0);
  memory.isAway = false;
  await clock.advance(BEAT_MS);
  await beat();
  expect(opened.bound?.callsElsewhere()).toBe(7);
});

it('leaves its callers to a daemon that Asterisk still answers, and does nothing before it knows who has them', async () => {
  const { b, beat, clock, fleet: opened, letGo, memory, reached } = await twoDaemons({});
  await clock.advance(BEAT_MS);
  reached.connected = false;
  await beat();
  await clock.advance(BEAT_MS);
  expect([letGo, opened.holds]).toEqual([['leg'], false]);
  expect((await beat()).forsaken).toMatchObject([{ daemon: 'a', state: { asterisk: 'pbx' }, calls: 1 }]);
  expect(await memory.claim(b, 'a', 'leg')).toMatchObject({ kind: 'record', record: { call: 'c1' } });
  const arrives = opened.arrives('leg').then(() => opened.holds);
  await clock.advance(10 * BEAT_MS);
  expect(opened.holds).toBe(false);
  reached.connected = true;
  expect(await clock.runUntil(arrives)).toBe(true);
  expect((await memory.own(b)).get('leg')).toMatchObject({ call: 'c1' });
});

it('goes on with a caller whom nobody has taken meanwhile', async () => {
  const { beat, clock, fleet: opened, letGo, reached, records } = await twoDaemons({});
  await clock.advance(BEAT_MS);
  reached.connected = false;
  await beat();
  await clock.advance(BEAT_MS);
  expect(letGo).toEqual(['leg']);
  reached.connected = true;
  await clock.runUntil(opened.arrives('leg'));
  expect(records.claim('leg')?.record.call).toBe('c1');
});

it('keeps its calls where nobody else is at its Asterisk', async () => {
  const { b, clock, fleet: opened, letGo, memory, reached } = await twoDaemons({});
  for (let beats = 0; beats < 10; beats++) {
    await memory.beat(b, { ...STATE, asterisk: 'another', ariApp: 'voicebot-b' });
    reached.connected = beats === 0;
    await clock.advance(BEAT_MS);
  }
  expect([letGo, opened.holds, opened.isSure]).toEqual([[], true, true]);
});
