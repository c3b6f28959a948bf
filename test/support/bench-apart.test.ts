import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { runApart } from '../bench/apart.ts';
import { until } from './until.ts';

const ORDER = { name: 'x', scale: 1, built: [] };
/** Longer than any test waits, ms: what ends before has been ended. */
const LONG_MS = 600_000;

let dir: string;
beforeEach(async () => void (dir = await mkdtemp(join(tmpdir(), 'parley-apart-'))));
afterEach(() => rm(dir, { recursive: true }));

/** Runs a program of these lines, which may write down the ids of processes that it starts in `pids`. */
async function run(
  lines: readonly string[],
  { withinMs = LONG_MS, endsWithinMs = LONG_MS, signal = new AbortController().signal } = {},
) {
  const program = join(dir, 'program.mts');
  await writeFile(program, [`const pids = ${JSON.stringify(pidsFile())};`, ...lines].join('\n'));
  let text = '';
  const bounds = { withinMs, signal, onText: (piece: string) => void (text += piece) };
  const outcome = await runApart(ORDER, bounds, { program, endsWithinMs });
  return { outcome, text };
}

const pidsFile = () => join(dir, 'pids');

/** Starts another process that would live for long, and writes its id down. */
const STARTS_ANOTHER = [
  `import { spawn } from 'node:child_process';`,
  `import { writeFileSync } from 'node:fs';`,
  `const other = spawn('sleep', ['600'], { stdio: 'inherit' });`,
  `writeFileSync(pids, String(other.pid));`,
];

/** Whether the process that was started lives. One that has ended, and was not asked after by anybody, does not. */
function othersLive(): boolean {
  const stat = `/proc/${readFileSync(pidsFile(), 'utf8')}/stat`;
  return existsSync(stat) && !/\) Z /.test(readFileSync(stat, 'utf8'));
}

/** Tells a figure. */
const tells = (sample: number) =>
  `process.send({ is: 'measured', measurements: [{ what: 'a', unit: '', samples: [${sample}] }] });`;

it('what it has measured arrives as it is, and what it prints as well', async () => {
  const { outcome, text } = await run([
    `process.stdout.write('half a line');`,
    ...[NaN, 1, Infinity].map(tells),
    `process.send({ is: 'done', built: [] }, () => process.exit());`,
  ]);
  expect(outcome).toMatchObject({ is: 'done', built: [] });
  expect(outcome.measurements.map(({ samples: [sample] }) => sample)).toEqual([NaN, 1, Infinity]);
  expect(text).toBe('half a line');
});

it.each([
  { name: 'fails', then: `process.send({ is: 'failed', why: 'oh' }, () => process.exit());` },
  { name: 'is killed', then: `setTimeout(() => process.kill(process.pid, 'SIGKILL'), 500);` },
])('one that $name has told what it had measured before', async ({ then }) => {
  const { outcome } = await run([tells(7), then]);
  expect(outcome).toMatchObject({ is: 'failed', measurements: [{ what: 'a', samples: [7] }] });
});

it.each([
  { name: 'ends at once', lines: ['process.exit(7);'], why: 'status 7' },
  { name: 'ends well, but tells nothing', lines: [''], why: 'status 0' },
  { name: 'is killed', lines: [`process.kill(process.pid, 'SIGKILL');`], why: 'SIGKILL' },
  {
    name: 'forgets a promise',
    lines: [`void Promise.reject(new Error('oh'));`, 'setInterval(() => 0, 1e6);'],
    why: 'status 1',
  },
])('one that $name has failed', async ({ lines, why }) => {
  const { outcome } = await run(lines);
  expect(outcome).toEqual({ is: 'failed', why: `its process ended with ${why}`, measurements: [] });
});

it('one that waits for ever is asked to end, with what it has started', async () => {
  const { outcome } = await run([...STARTS_ANOTHER, `process.once('SIGTERM', () => process.exit());`], {
    withinMs: 3000,
  });
  expect(outcome).toMatchObject({ is: 'endless' });
  await until('nobody lives', () => !othersLive());
});

it('one that keeps its core busy for ever is killed, with what it has started', async () => {
  const busy = [...STARTS_ANOTHER, `process.on('SIGTERM', () => undefined);`, 'for (;;);'];
  const { outcome } = await run(busy, { withinMs: 3000, endsWithinMs: 500 });
  expect(outcome).toMatchObject({ is: 'endless' });
  await until('nobody lives', () => !othersLive());
});

it('one that is interrupted ends, also when it has not begun', async () => {
  const interrupted = new AbortController();
  const running = run([tells(7), ...STARTS_ANOTHER], { signal: interrupted.signal });
  await until('it runs', () => existsSync(pidsFile()) && readFileSync(pidsFile(), 'utf8') !== '');
  interrupted.abort();
  expect((await running).outcome).toMatchObject({ is: 'interrupted', measurements: [{ samples: [7] }] });
  await until('nobody lives', () => !othersLive());
  expect((await run([''], { signal: interrupted.signal })).outcome).toMatchObject({ is: 'interrupted' });
});

it('what it leaves behind when it has told all is ended', async () => {
  const { outcome } = await run([
    ...STARTS_ANOTHER,
    `process.send({ is: 'done', built: [] }, () => process.exit());`,
  ]);
  expect(outcome).toMatchObject({ is: 'done' });
  expect(await readFile(pidsFile(), 'utf8')).not.toBe('');
  await until('nobody lives', () => !othersLive());
});
