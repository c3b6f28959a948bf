/** What operators see of a fleet, over HTTP: all of it, or this daemon alone. */
import { afterEach, expect, it } from 'vitest';
import { fleetLines } from '../cli/fleet.ts';
import type { Daemon, OwnedCall } from '../fleet/fleet-memory.ts';
import type { FleetState } from '../http/fleet-contract.ts';
import { operated } from '../http/testing/operated.ts';
import type { Operated } from '../http/testing/operated.ts';
import { FleetView } from './fleet-view.ts';
import type { FleetViewOptions } from './fleet-view.ts';

const EPOCH_MS = Date.parse('2026-01-01T09:00:00Z');

let http: Operated;
afterEach(() => http.app.close());

function daemonOf(name: string, more: Partial<Daemon> = {}): Daemon {
  return {
    ...{ daemon: name, token: 1, version: '1.0.0', startedAtEpochMs: EPOCH_MS - 60_000 },
    ...{ ariApp: `voicebot-${name}`, asterisk: 'pbx', calls: 2, maxCalls: 10, draining: false },
    ...{ heardAtEpochMs: EPOCH_MS - 1000, isAlive: true },
    ...more,
  };
}

const CALL: OwnedCall = {
  daemon: 'two',
  record: {
    ...{ call: 'c1', leg: '1', bot: 'shop', startedAtEpochMs: EPOCH_MS, turn: 3, messages: [] },
    party: { direction: 'inbound', number: '+79161234512' },
  },
};

async function start(more: Partial<FleetViewOptions> = {}) {
  const asked: string[] = [];
  const fleet = new FleetView({
    fleet: {
      memory: {
        daemons: async () => [
          daemonOf('two'),
          daemonOf('one', { draining: true }),
          daemonOf('three', { isAlive: false, calls: 7 }),
        ],
        calls: async () => [CALL],
        askToDrain: async (daemon) => void asked.push(daemon),
      },
      degraded: [],
    },
    ...{ instance: 'one', ariApp: 'voicebot-one', maxCalls: 10, calls: { live: [] } },
    isDraining: () => false,
    drain: () => asked.push('alone'),
    epochMs: () => EPOCH_MS,
    ...more,
  });
  http = await operated({ fleet });
  return asked;
}

async function look(): Promise<FleetState> {
  return (await http.app.inject({ url: '/api/fleet' })).json<FleetState>();
}

async function drain(name: string) {
  const answer = await http.app.inject({ method: 'POST', url: `/api/fleet/${name}/drain`, payload: {} });
  return { status: answer.statusCode, code: answer.json<{ code?: string }>().code };
}

it('shows all daemons and all their calls, and sums up those that are alive', async () => {
  await start();
  const seen = await look();
  expect(
    seen.daemons.map(({ name, alive, draining, isSelf }) => ({ name, alive, draining, isSelf })),
  ).toEqual([
    { name: 'one', alive: true, draining: true, isSelf: true },
    { name: 'three', alive: false, draining: false, isSelf: false },
    { name: 'two', alive: true, draining: false, isSelf: false },
  ]);
  expect(seen.calls).toEqual([
    { id: 'c1', daemon: 'two', bot: 'shop', startedAt: '2026-01-01T09:00:00.000Z', turn: 3 },
  ]);
  expect(seen.sums).toEqual({ daemons: 2, draining: 1, calls: 4, maxCalls: 20 });
  const table = fleetLines(seen, EPOCH_MS).join('\n');
  for (const told of [/one \(here\).*draining.*1 s ago/, /three.*gone/, /2 daemons, 4 of 20 calls/])
    expect(table).toMatch(told);
});

it('tells a daemon of the fleet to drain, and says so of one that there is not', async () => {
  const asked = await start();
  expect(await drain('two')).toEqual({ status: 202 });
  expect(asked).toEqual(['two']);
  expect(await drain('four')).toEqual({ status: 404, code: 'DAEMON_UNKNOWN' });
});

it('is a fleet of one where there is no other, and drains that', async () => {
  const asked = await start({ fleet: undefined, instance: undefined });
  const { daemons, isFleet, sums } = await look();
  expect(isFleet).toBe(false);
  expect(sums).toEqual({ daemons: 1, draining: 0, calls: 0, maxCalls: 10 });
  expect(daemons).toMatchObject([{ alive: true, isSelf: true, heardAt: '2026-01-01T09:00:00.000Z' }]);
  expect(await drain('another')).toEqual({ status: 404, code: 'DAEMON_UNKNOWN' });
  expect(await drain(daemons[0]?.name ?? '')).toEqual({ status: 202 });
  expect(asked).toEqual(['alone']);
});

it('shows itself also to a memory that knows nobody yet', async () => {
  const memory = { daemons: async () => [], calls: async () => [], askToDrain: async () => undefined };
  await start({ fleet: { memory, degraded: [] } });
  expect((await look()).daemons).toMatchObject([{ name: 'one', isSelf: true, alive: true }]);
});

it('shows itself while the memory of the fleet is away, and says that it cannot tell others', async () => {
  const away = () => Promise.reject(new Error('away'));
  const degraded = ['the memory of the fleet is away'];
  await start({ fleet: { memory: { daemons: away, calls: away, askToDrain: away }, degraded } });
  expect(await look()).toMatchObject({ degraded, daemons: [{ name: 'one', isSelf: true }], calls: [] });
  expect(await drain('two')).toEqual({ status: 503, code: 'FLEET_AWAY' });
});
