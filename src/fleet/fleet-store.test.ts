/** Records of live calls on the disk and in the fleet's memory: whichever is away, the other one has them. */
import { beforeEach, expect, it } from 'vitest';
import { ManualClock } from '../base/manual-clock.ts';
import type { CallRecord } from '../survival/survival-store.ts';
import type { Session } from './fleet-memory.ts';
import { FleetStore } from './fleet-store.ts';
import { STATE, recordOf } from './testing/a-call.ts';
import { LocalMemory } from './testing/local-memory.ts';

let memory: LocalMemory;
let a: Session;
let session: Session | undefined;
let files: Map<string, CallRecord>;
let isDiskFull: boolean;
let store: FleetStore;

beforeEach(async () => {
  memory = new LocalMemory(new ManualClock());
  a = await memory.join('a', STATE);
  session = a;
  files = new Map();
  isDiskFull = false;
  const disk = {
    calls: async () => [...files.keys()],
    read: async (call: string) => {
      const record = files.get(call);
      if (!record) throw new Error('there is no such record');
      return record;
    },
    write: async (record: CallRecord) => {
      if (isDiskFull) throw new Error('the disk is full');
      files.set(record.call, record);
    },
    delete: async (call: string) => void files.delete(call),
  };
  store = new FleetStore({ disk, memory, daemon: 'a', session: () => session });
});

it('writes and deletes in both places', async () => {
  await store.write(recordOf('1'));
  expect([[...files.keys()], [...(await memory.own(a)).keys()]]).toEqual([['1'], ['leg-1']]);
  await store.delete('1');
  expect([files.size, (await memory.own(a)).size, store.live]).toEqual([0, 0, []]);
});

it('writes on the disk alone while the memory is away, or it is in no fleet', async () => {
  memory.isAway = true;
  await store.write(recordOf('1'));
  memory.isAway = false;
  session = undefined;
  await store.write(recordOf('2'));
  expect([[...files.keys()], (await memory.own(a)).size]).toEqual([['1', '2'], 0]);
});

it('writes into the memory alone where the disk is full, and fails where neither has it', async () => {
  isDiskFull = true;
  await store.write(recordOf('1'));
  expect((await memory.own(a)).size).toBe(1);
  memory.isAway = true;
  await expect(store.write(recordOf('2'))).rejects.toThrow('the disk is full');
});

it('knows after its start what lies here and what is in the memory, without what another daemon has', async () => {
  files.set('here', recordOf('here'));
  files.set('taken', recordOf('taken'));
  await memory.keep(a, recordOf('remembered'));
  await memory.keep(await memory.join('b', STATE), recordOf('goes on', 'leg-taken'));
  expect([...(await store.calls())].sort()).toEqual(['here', 'remembered']);
  expect(await store.read('remembered')).toEqual(recordOf('remembered'));
  expect([...files.keys()]).toEqual(['here']);
});

it('knows what lies here while the memory is away', async () => {
  files.set('here', recordOf('here'));
  memory.isAway = true;
  expect(await store.calls()).toEqual(['here']);
});

it('writes what is live into a memory that was emptied, and tells what another daemon has', async () => {
  await store.write(recordOf('1'));
  await store.write(recordOf('2'));
  memory.empty();
  const b = await memory.join('b', STATE);
  await memory.keep(b, recordOf('2'));
  await memory.beat(a, STATE);
  expect(await store.writeAnew(a)).toEqual([recordOf('2')]);
  expect([...(await memory.own(a)).keys()]).toEqual(['leg-1']);
});

it('leaves in the memory what another daemon has got from here', async () => {
  await store.write(recordOf('1'));
  const b = await memory.join('b', STATE);
  await memory.give(a, 'leg-1', 'b');
  await store.letGo('1');
  expect([files.size, store.live, (await memory.own(b)).size]).toEqual([0, [], 1]);
});
