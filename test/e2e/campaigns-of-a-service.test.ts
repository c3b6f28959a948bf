/** A whole service with a campaign: who is called is played, everything else is as it runs. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { sleep, systemClock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import { startService } from '../../src/main.ts';
import type { Service } from '../../src/main.ts';
import type { CallOut } from '../../src/outbound/call-out.ts';
import { listOf } from '../../src/outbound/campaigns/testing/a-campaign.ts';
import { receiver } from '../../src/results/testing/receiver.ts';
import type { Receiver } from '../../src/results/testing/receiver.ts';
import { until } from '../support/until.ts';
import { startSurroundings } from '../support/world.ts';
import type { Surroundings } from '../support/world.ts';

const DAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];
const LEADS = 6;

/** Of a machine that has much else to do. */
const WITHIN_MS = 30_000;

let surroundings: Surroundings;
let crm: Receiver;
let service: Service | undefined;
let dialled: string[];

beforeEach(async () => {
  surroundings = await startSurroundings({ kind: 'simulator', reply: () => 'Да.' });
  crm = await receiver();
  dialled = [];
});
afterEach(async () => {
  await service?.stop();
  await crm.close();
  await surroundings.stop();
});

const callOut: CallOut = async ({ to, bot }, signal) => {
  dialled.push(`${bot} ${to}`);
  await sleep(systemClock, 300, signal);
  return { outcome: 'busy', cause: '17' };
};

async function start(): Promise<Service> {
  service = await startService(surroundings.settings, silentLog, { callOut });
  return service;
}

it('is called by the service, goes on after a restart where it was, and tells the company of each lead once', async () => {
  const first = await start();
  const week = Object.fromEntries(DAYS.map((day) => [day, '00:00-24:00']));
  const campaign = {
    ...{ name: 'december', bot: 'default', country: 'RU', timeZone: 'Europe/Moscow', hours: { week } },
    ...{ concurrency: 1, callsPerSecond: 5, webhook: crm.url },
  };
  const created = await fetch(`${first.httpUrl}/api/campaigns`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ campaign, leads: listOf(LEADS) }),
  });
  expect(created.status).toBe(201);
  await until('some are called', () => dialled.length >= 2, WITHIN_MS);
  await first.stop();
  const before = dialled.length;
  expect(before).toBeLessThan(LEADS);
  await start();
  await until('all are told of', () => crm.received.length >= LEADS, WITHIN_MS);
  expect(new Set(dialled).size).toBe(LEADS);
  expect(dialled).toHaveLength(LEADS);
  expect(dialled[0]).toMatch(/^default \+7916/);
  const told = crm.received.map(({ body }) => JSON.parse(body) as { id: string; outcome: string });
  expect(told.map(({ id }) => id).toSorted()).toEqual(
    Array.from({ length: LEADS }, (_, at) => `december-${at + 2}`),
  );
  // Whom it was calling when it was stopped nobody knows about.
  expect(told.filter(({ outcome }) => outcome === 'unknown').length).toBeLessThanOrEqual(1);
});
