/** A call that Parley has made is recorded with who had picked up, and comes to the same when it runs again. */
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { silentLog } from '../../base/log.ts';
import { ManualClock } from '../../base/manual-clock.ts';
import { Call } from '../../call/call.ts';
import { personasOf } from '../../call/persona.ts';
import { GREETING, MESSAGE, placedCallParts, saidIn } from '../../call/testing/placed-call.ts';
import type { Callee } from '../../call/testing/placed-call.ts';
import { readBundle } from '../bundle/bundle.ts';
import type { Bundle } from '../bundle/bundle.ts';
import { BundleDisk } from '../recorder/bundle-disk.ts';
import { Recordings } from '../recorder/recordings.ts';
import { replayCall } from './replay.ts';

let dir: string;
let clock: ManualClock;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'parley-placed-call-'));
  clock = new ManualClock();
});
afterEach(() => rm(dir, { recursive: true, force: true }));

async function recorded(played: (callee: Callee) => Promise<void>): Promise<Bundle> {
  const disk = new BundleDisk({ isBusy: false });
  const recordings = await Recordings.open({
    ...{ dir, disk, policy: { kind: 'share', share: 1 }, redaction: 'none', log: silentLog },
    ...{ retention: { maxAgeMs: 1e9, maxBytes: 1e9 }, random: () => 0, epochMs: () => Date.now() },
    ...{ versions: () => ({}), settings: () => ({}), ariOf: () => [], onBundle: () => undefined },
  });
  const { callee, line, profile, book, kit } = await placedCallParts(clock, {
    whenMachine: { say: MESSAGE },
  });
  const taped = recordings.begin({ line, profile, book, kit, resumed: undefined });
  const call = new Call(taped.line, profile, personasOf(profile, book), taped.kit);
  taped.follow(call);
  const running = call.run();
  await clock.advance(1);
  await played(callee);
  // What has happened before is no cause of it.
  await new Promise((resolve) => setImmediate(resolve));
  call.end('operator');
  await clock.runUntil(running);
  await recordings.close();
  await disk.close();
  const [name = ''] = (await readdir(dir)).filter((file) => !file.startsWith('.'));
  return readBundle(join(dir, name));
}

const SEEN = [
  'answerer.decided',
  'answerer.recording',
  'playback.started',
  'playback.finished',
  'call.ended',
];
const seenIn = (timeline: Bundle['call']['timeline']) => timeline.filter(({ type }) => SEEN.includes(type));

it('where a machine gets its message after the beep', async () => {
  const bundle = await recorded(async (callee) => {
    await clock.advance(4000);
    callee.is('machine', 'longGreeting');
    await clock.advance(3000);
    callee.records('beep');
    await clock.advance(1000);
  });
  expect(bundle.call.answerer).toMatchObject([{ by: 'machine' }, { after: 'beep' }]);
  expect(saidIn(bundle.call.timeline)).toMatchObject([{ kind: 'message', text: MESSAGE }]);
  expect(seenIn(await replayCall(bundle))).toEqual(seenIn(bundle.call.timeline));
});

it('where a person is greeted', async () => {
  const bundle = await recorded(async (callee) => {
    await clock.advance(900);
    await callee.says('Алло?', 400);
    await clock.advance(240);
    callee.is('person', 'shortGreeting');
    await clock.advance(3000);
  });
  expect(saidIn(bundle.call.timeline)).toMatchObject([{ text: GREETING }, { kind: 'goodbye' }]);
  expect(seenIn(await replayCall(bundle))).toEqual(seenIn(bundle.call.timeline));
});

it('and one of before, in which nobody listened who answers, greets at once as it did', async () => {
  const bundle = await recorded(async (callee) => {
    callee.is('person', 'shortGreeting');
    await clock.advance(3000);
  });
  const { answerer: _, ...before } = bundle.call;
  const [greeting] = saidIn(await replayCall({ ...bundle, call: { ...before, version: 5 } }));
  expect(greeting).toMatchObject({ kind: 'greeting', text: GREETING });
});
