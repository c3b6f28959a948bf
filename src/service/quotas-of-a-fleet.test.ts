/** What a provider grants is granted to a fleet: daemons together take no more calls than one that is alone would. */
import { expect, it } from 'vitest';
import { silentLog } from '../base/log.ts';
import { ManualClock } from '../base/manual-clock.ts';
import { Admission } from '../call/intake/admission.ts';
import { BEAT_MS, LEASE_MS } from '../fleet/fleet-memory.ts';
import { Fleet } from '../fleet/fleet.ts';
import { LocalMemory } from '../fleet/testing/local-memory.ts';

/** 40 a second, of which bursts keep a fifth, at 0.4 a call. */
const MOST_CALLS = 80;
const SETTINGS = { maxCalls: 1000, maxLagMs: 50, synthesesPerSecond: 40, recognitionsPerSecond: 1000 };

async function daemonIn(memory: LocalMemory, clock: ManualClock, daemon: string) {
  const fleet = new Fleet({
    ...{ memory, daemon, version: '', maxCalls: 1000, mostCalls: undefined, clock, random: () => 0 },
    ...{ epochMs: () => clock.nowMs(), log: silentLog },
  });
  await clock.runUntil(fleet.start());
  const admission = new Admission({
    ...{ settings: SETTINGS, clock, lagMs: () => 0, freeFiles: () => Infinity },
    ...{ fleet: fleet.bound, shareOf: fleet.shareOf },
  });
  const nothing = () => undefined;
  fleet.attach({
    reception: { live: [], refusal: undefined },
    records: { expect: nothing, claim: nothing, expectNoMore: nothing, forget: nothing },
    telephone: undefined,
    drain: nothing,
    requestsPerSecond: () => admission.use,
  });
  let calls = 0;
  /** One call more, if it is taken. */
  const offer = () => {
    if (admission.refusal(calls) !== undefined) return false;
    admission.admitted();
    calls++;
    return true;
  };
  return { fleet, offer };
}

async function threeDaemons() {
  const clock = new ManualClock();
  const memory = new LocalMemory(clock);
  const daemons: Awaited<ReturnType<typeof daemonIn>>[] = [];
  for (const name of ['a', 'b', 'c']) daemons.push(await daemonIn(memory, clock, name));
  await clock.advance(LEASE_MS + BEAT_MS);
  const close = async () => {
    for (const { fleet } of daemons) await clock.runUntil(fleet.close());
  };
  return { clock, memory, daemons, close };
}

it('calls that come within some heartbeats are no more than the provider can serve, whoever takes them', async () => {
  const { clock, daemons, close } = await threeDaemons();
  let taken = 0;
  for (let call = 0; call < 2 * MOST_CALLS; call++) {
    if (daemons[call % 3]?.offer()) taken++;
    if (call % 10 === 9) await clock.advance(BEAT_MS);
  }
  expect(taken).toBeGreaterThanOrEqual(MOST_CALLS);
  // By what may come within one heartbeat.
  expect(taken).toBeLessThanOrEqual(MOST_CALLS + 10);
  await close();
});

it('each daemon has an equal part while none hears of the others', async () => {
  const { clock, memory, daemons, close } = await threeDaemons();
  memory.isAway = true;
  await clock.advance(LEASE_MS);
  const taken = daemons.map(({ offer }) => {
    for (let calls = 0; ; calls++) if (!offer()) return calls;
  });
  expect(taken).toEqual([26, 26, 26]);
  memory.isAway = false;
  await close();
});
