import { describe, expect, it } from 'vitest';
import type { Bench, Measurement } from '../bench/bench.ts';
import { pairedTableOf, tableOf } from '../bench/table.ts';

const turns: Bench = { name: 'turns', minutes: 1, explanation: 'what turns are', run: async () => undefined };
const late: Measurement = { what: 'late', unit: 'ms', samples: [90, 120], targetP95: 100 };
const quick: Measurement = { what: 'quick', unit: 'ms', samples: [10], targetP95: 100 };
const rate: Measurement = { what: 'rate', unit: '/s', samples: [77] };
const lost: Measurement = { what: 'lost', unit: '', samples: [2], targetP95: 0 };
const none: Measurement = { what: 'none', unit: '', samples: [0], targetP95: 0 };
const cpu: Measurement = { what: 'cpu', unit: '%', samples: [0.254], targetP95: 0.25 };

/** The rows by what they are of: all that stands in them. */
function rows(table: string): ReadonlyMap<string, readonly string[]> {
  const cells = table.split('\n').map((line) =>
    line
      .split('│')
      .map((cell) => cell.trim())
      .slice(1, -1),
  );
  return new Map(cells.map(([what = '', ...others]) => [what, others]));
}

describe('what a machine with time to spare has measured', () => {
  it('is told, and held to its target', () => {
    const told = rows(tableOf(turns, [late, quick, cpu], 'had time'));
    expect(told.get('late')).toEqual(['2', '90 ms', '120 ms', '120 ms', '≤ 100 ms', 'MISSED']);
    expect(told.get('quick')?.at(-1)).toBe('met');
    // To the digit by which it is missed.
    expect(told.get('cpu')).toEqual(['1', '0.254 %', '0.254 %', '0.254 %', '≤ 0.25 %', 'MISSED']);
  });
});

describe('what a saturated machine has measured', () => {
  it('is in brackets, and held to no target, whether it is met or missed', () => {
    const told = rows(tableOf(turns, [late, quick, rate], 'saturated'));
    expect(told.get('late')).toEqual(['2', '(90 ms)', '(120 ms)', '(120 ms)', '≤ 100 ms', 'not told']);
    expect(told.get('quick')).toEqual(['1', '(10 ms)', '(10 ms)', '(10 ms)', '≤ 100 ms', 'not told']);
    expect(told.get('rate')).toEqual(['1', '(77.0 /s)', '(77.0 /s)', '(77.0 /s)', '', '']);
  });

  it("is told where it was counted, but no count that misses its target is the product's fault", () => {
    const told = rows(tableOf(turns, [lost, none], 'saturated'));
    expect([told.get('lost')?.[1], told.get('lost')?.at(-1)]).toEqual(['2.0', 'not told']);
    expect([told.get('none')?.[1], told.get('none')?.at(-1)]).toEqual(['0.0', 'met']);
  });

  it('is told where load does not move it, but not what is by the clock even there', () => {
    const simulation: Bench = { ...turns, bearsLoad: true };
    const told = rows(tableOf(simulation, [cpu, { ...quick, byTheClock: true }], 'saturated'));
    expect([told.get('cpu')?.[1], told.get('cpu')?.at(-1)]).toEqual(['0.254 %', 'MISSED']);
    expect([told.get('quick')?.[1], told.get('quick')?.at(-1)]).toEqual(['(10 ms)', 'not told']);
  });

  it('is in brackets beside another checkout as well, and the ratio of the two is told', () => {
    const pairs = [{ what: 'late', unit: 'ms', ours: [90], theirs: [100] }] as const;
    const told = rows(pairedTableOf(pairs, 'saturated'));
    expect(told.get('late')).toEqual(['1', '(90.0 ms)', '(100.0 ms)', '0.90', '0.90']);
  });
});

describe('where there is nothing to tell', () => {
  it('nothing is missed by either checkout: that is no ratio, and no other round loses its own by it', () => {
    const pair = (ours: readonly number[], theirs: readonly number[]) =>
      rows(pairedTableOf([{ what: 'missed', unit: '%', ours, theirs }])).get('missed');
    expect(pair([0], [0])).toEqual(['1', '0.0 %', '0.0 %', '–', '–']);
    expect(pair([0, 10, 0], [0, 5, 0])?.slice(3)).toEqual(['2.00', '– 2.00 –']);
  });

  it('of no samples there is no figure', () => {
    const told = rows(tableOf(turns, [{ ...late, samples: [] }], 'had time'));
    expect(told.get('late')).toEqual(['0', '– ms', '– ms', '– ms', '≤ 100 ms', 'MISSED']);
  });
});
