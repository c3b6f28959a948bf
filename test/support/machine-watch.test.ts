import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { isSaturated, readStat, sharesIn, whileWatched } from './machine-watch.ts';
import type { ProcessLook } from './machine-watch.ts';

const ROOT = 10;

function processAt(pid: number, cpuMs: number, more: Partial<ProcessLook> = {}): ProcessLook {
  return { pid, parent: ROOT, command: ['node'], cpuMs, ...more };
}

/** Of a machine with two cores, `seconds` after the first look, of which so many core seconds were used. */
function lookAt(seconds: number, usedSeconds: number, processes: readonly ProcessLook[] = []) {
  return { machine: { allMs: seconds * 2000, usedMs: usedSeconds * 1000 }, processes };
}

describe('the shares of a machine', () => {
  it('are told apart by who works: Parley, Asterisk, what was started to measure, and everybody else', () => {
    const at = (ms: number) => [
      processAt(ROOT, 100 + ms / 10, { parent: 1 }),
      processAt(11, ms, { command: ['node', 'dist/src/cli/parley.js', 'serve'] }),
      processAt(12, ms / 2, {
        command: ['lib/ld-linux-x86-64.so.2', '--library-path', 'lib', 'usr/sbin/asterisk', '-f'],
        parent: 13,
      }),
      processAt(13, 0, { command: ['setpriv', '--pdeathsig', 'KILL'] }),
      processAt(14, ms / 4, { command: ['node', '.built/bench/test/bench/speech-server.js', '300'] }),
      // Somebody else's Parley.
      processAt(99, ms, { parent: 1, command: ['node', 'parley.js', 'serve'] }),
    ];
    const { byOwner } = sharesIn([lookAt(0, 0, at(0)), lookAt(10, 10, at(4000))], ROOT);
    expect(Object.fromEntries(byOwner)).toEqual({
      ...{ Parley: 0.25, Asterisk: 0.1, 'bench, phones, stand-ins': 0.02 },
      'other work': expect.closeTo(0.13) as number,
      idle: 0.5,
    });
  });

  it('count a process that has begun meanwhile from its beginning', () => {
    const { byOwner } = sharesIn([lookAt(0, 0), lookAt(1, 1, [processAt(ROOT, 500)])], ROOT);
    expect(byOwner.get('bench, phones, stand-ins')).toBe(0.25);
  });

  it('count a process once that could not be looked at in between', () => {
    const looks = [lookAt(0, 0, [processAt(ROOT, 0)]), lookAt(1, 1, [processAt(ROOT, 1000)])];
    const { byOwner } = sharesIn([...looks, lookAt(2, 2), lookAt(4, 4, [processAt(ROOT, 2000)])], ROOT);
    expect(byOwner.get('bench, phones, stand-ins')).toBe(0.25);
  });

  it.each([
    { name: 'had a third left all the time', used: Array<number>(40).fill(1.3), is: false },
    { name: 'had nothing left once in forty seconds', used: [...Array<number>(39).fill(1), 2], is: false },
    {
      name: 'had nothing left in three of forty',
      used: [...Array<number>(37).fill(0.2), 2, 1.9, 2],
      is: true,
    },
  ])('say whether the machine was saturated: one that $name', ({ used, is }) => {
    let sum = 0;
    const looks = [0, ...used].map((seconds, at) => lookAt(at, (sum += seconds)));
    expect(isSaturated(sharesIn(looks, ROOT))).toBe(is);
  });

  it('are of this machine', async () => {
    const { shares } = await whileWatched(async () => {
      await setImmediate();
      for (const until = performance.now() + 100; performance.now() < until;);
    });
    const { byOwner } = shares;
    expect(byOwner.get('bench, phones, stand-ins')).toBeGreaterThan(0);
    expect([...byOwner.values()].every((share) => share >= 0 && share <= 1)).toBe(true);
  });
});

it('a process may be called anything', () => {
  const stat = `42 (a ) b (c) S 7 42 42 0 -1 4194304 1 2 3 4 150 50 0 0 20 0 1 0 1 1 1`;
  expect(readStat(stat)).toEqual({ pid: 42, parent: 7, cpuMs: 2000 });
});
