import { expect, it } from 'vitest';
import type { Outcome } from '../bench/apart.ts';
import { machineOf } from '../bench/bench.ts';
import type { Bench } from '../bench/bench.ts';
import { jsonOf } from '../bench/report.ts';
import { runAll } from '../bench/run.ts';
import type { Run } from '../bench/run.ts';

const MINUTE_MS = 60_000;

function bench(name: string, minutes = 2): Bench {
  return { name, minutes, explanation: `what ${name} is`, run: async () => undefined };
}

const measured: Outcome = {
  is: 'done',
  measurements: [{ what: 'answer', unit: 'ms', samples: [10, 20, NaN] }],
  built: [],
};

function failed(why: string): Outcome {
  return { is: 'failed', why, measurements: [] };
}

/** Benches of which each takes so many minutes by a clock of its own, unless it is ended before, and comes to that. */
async function ran(
  of: Readonly<Record<string, { readonly minutes?: number; readonly outcome?: Outcome }>>,
  more: Partial<Run> = {},
) {
  let nowMs = 0;
  const begun: string[] = [];
  const said: string[] = [];
  const report = await runAll({
    benches: Object.keys(of).map((name) => bench(name)),
    scale: 1,
    signal: new AbortController().signal,
    say: (text) => void said.push(text),
    nowMs: () => nowMs,
    async runOne({ name }, { withinMs }) {
      const { minutes = 2, outcome = measured } = of[name] ?? {};
      begun.push(name);
      nowMs += Math.min(minutes * MINUTE_MS, withinMs);
      return minutes * MINUTE_MS > withinMs ? { is: 'endless', measurements: [] } : outcome;
    },
    ...more,
  });
  return { ...report, begun, said: said.join(''), minutes: nowMs / MINUTE_MS };
}

it('a bench that fails keeps no other from being measured', async () => {
  const { results, failed: bad } = await ran({ one: { outcome: failed('no Asterisk') }, two: {} });
  expect(bad).toEqual([{ bench: 'one', why: 'no Asterisk' }]);
  expect(results.map((result) => result.bench)).toEqual(['two']);
});

it('what a bench has told before it failed, hung or was interrupted is told, and judged, beside the failure', async () => {
  const { measurements } = measured;
  const {
    results,
    failed: bad,
    said,
  } = await ran({
    one: { outcome: { ...failed('LINE_ENDED'), measurements } },
    two: { outcome: { is: 'endless', measurements } },
    three: {},
  });
  expect(results.map(({ bench, isWhole }) => [bench, isWhole])).toEqual([
    ['one', false],
    ['two', false],
    ['three', true],
  ]);
  expect(results[0]?.measurements).toMatchObject([{ what: 'answer', samples: [10, 20, NaN] }]);
  expect(bad.map((each) => each.bench)).toEqual(['one', 'two']);
  expect(said.match(/│ answer /g)).toHaveLength(3);
  expect(said.match(/did not come to its end/g)).toHaveLength(2);
});

it('a bench that hangs is ended after three times its estimate and two minutes, and the next one measured', async () => {
  const { results, failed, minutes } = await ran({ one: { minutes: 1000 }, two: {} });
  expect(failed).toEqual([{ bench: 'one', why: 'had not ended after 8.0 minutes' }]);
  expect(results.map((result) => result.bench)).toEqual(['two']);
  expect(minutes).toBe(10);
});

it('a run that is to end in time does, whatever its benches take', async () => {
  const slow = { one: { minutes: 7.9 }, two: { minutes: 7.9 }, three: {}, four: {} };
  const { results, leftOut, minutes } = await ran(slow, { withinMinutes: 16 });
  expect(results.map((result) => result.bench)).toEqual(['one', 'two']);
  expect(leftOut).toEqual(['three', 'four']);
  expect(minutes).toBeLessThanOrEqual(16);
});

it('a bench that would still run when the time is over is ended, and said to have had none', async () => {
  const { results, failed, leftOut, minutes } = await ran(
    { one: {}, two: { minutes: 7 } },
    { withinMinutes: 5 },
  );
  expect(results.map((result) => result.bench)).toEqual(['one']);
  expect([failed, leftOut]).toEqual([[], ['two']]);
  expect(minutes).toBe(5);
});

it('one that hung does not make the machine slow for those behind it', async () => {
  const { leftOut, results } = await ran(
    { one: { minutes: 100 }, two: {}, three: {} },
    { withinMinutes: 12.5 },
  );
  expect(leftOut).toEqual([]);
  expect(results).toHaveLength(2);
});

it('no further bench begins once it is interrupted, and what was measured is there', async () => {
  const interrupted = new AbortController();
  const { begun, results, isInterrupted } = await ran(
    { one: {}, two: { outcome: { is: 'interrupted', measurements: [] } }, three: {} },
    { signal: interrupted.signal, say: (text) => text.includes('two:') && interrupted.abort() },
  );
  expect(begun).toEqual(['one', 'two']);
  expect(results.map((result) => result.bench)).toEqual(['one']);
  expect(isInterrupted).toBe(true);
});

it('what was measured is JSON, also where there was nothing, or nothing that is a number', async () => {
  const none: Outcome = {
    is: 'done',
    measurements: [{ what: 'none', unit: 'ms', samples: [] }],
    built: [],
  };
  const report = await ran({
    one: {},
    two: { outcome: none },
    three: { outcome: failed('"') },
  });
  const json = JSON.parse(jsonOf(report, { scale: 1 })) as object;
  expect(json).toMatchObject({
    scale: 1,
    results: [
      { bench: 'one', measurements: [{ count: 3, samples: [10, 20, null] }] },
      { bench: 'two', measurements: [{ count: 0, p95: null }] },
    ],
    failed: [{ bench: 'three', why: '"' }],
    leftOut: [],
    isInterrupted: false,
  });
});

it('a bench that takes all of the machine itself was measured on one that had time, unless others worked too', () => {
  const shares = (others: number) => ({
    byOwner: new Map([['other work', others] as const]),
    saturated: 0.4,
  });
  const itself = { ...bench('one'), takesAll: true } as const;
  expect(machineOf(bench('one'), shares(0.01))).toBe('saturated');
  expect(machineOf(itself, shares(0.01))).toBe('had time');
  expect(machineOf(itself, shares(0.3))).toBe('saturated');
});
