/** The journal of tools in a fleet: the disk decides, and the memory keeps nobody waiting. */
import { beforeEach, expect, it } from 'vitest';
import { silentLog } from '../base/log.ts';
import { ManualClock } from '../base/manual-clock.ts';
import { FleetJournal } from './fleet-journal.ts';
import { LocalMemory } from './testing/local-memory.ts';

const USE = { call: 'c1', tool: 'book', key: 'k1' };

let clock: ManualClock;
let memory: LocalMemory;
let disk: string[];
let isDiskFull: boolean;

beforeEach(() => {
  clock = new ManualClock();
  memory = new LocalMemory(clock);
  disk = [];
  isDiskFull = false;
});

function journal(note = (call: string, line: string) => memory.note(call, line)): FleetJournal {
  return new FleetJournal({
    disk: {
      begun: async ({ key }) => {
        if (isDiskFull) throw new Error('the disk is full');
        disk.push(`begun ${key}`);
      },
      ended: async ({ key }, how) => void disk.push(`ended ${key} ${how}`),
    },
    ...{ memory: { note, notes: (call) => memory.notes(call) }, clock, epochMs: () => 0, log: silentLog },
  });
}

it('tells another daemon what was begun in a conversation, and how it ended', async () => {
  await journal().begun(USE);
  expect(await journal().of('c1')).toMatchObject([{ ...USE, how: 'unknown', hasEnd: false }]);
  await journal().ended(USE, 'done');
  expect(await journal().of('c1')).toMatchObject([{ ...USE, how: 'done', hasEnd: true }]);
  expect(disk).toEqual(['begun k1', 'ended k1 done']);
});

it('does nothing that the disk does not know of', async () => {
  isDiskFull = true;
  await expect(journal().begun(USE)).rejects.toThrow('the disk is full');
});

it('goes on without the memory', async () => {
  memory.isAway = true;
  await journal().begun(USE);
  expect(disk).toEqual(['begun k1']);
  expect(await journal().of('c1')).toEqual([]);
});

it('keeps no caller waiting for a memory that does not answer', async () => {
  const begun = journal(() => new Promise(() => undefined)).begun(USE);
  await clock.runUntil(begun);
  expect([disk, clock.nowMs()]).toEqual([['begun k1'], 100]);
});
