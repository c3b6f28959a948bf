/** `parley gate`: recorded calls with the old and the new, for whoever is about to put the new to work. */
import { join } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import type { Environment } from '../config/settings.ts';
import { ALLOWED } from '../recordings/gate/verdict.ts';
import type { Allowed, Bound } from '../recordings/gate/verdict.ts';
import { EXIT_FAULT, EXIT_OK } from './exit.ts';
import { ProgressLine } from './progress-line.ts';
import { wholeNumber } from './whole-number.ts';
import { tableManner } from './table-manner.ts';

/** What is looked at where nobody names calls. */
const DAYS = 7;
const DAY_MS = 86_400_000;
const MOST_DAYS = 3650;

interface Options {
  readonly against: string;
  readonly old?: string;
  readonly days?: number;
  readonly allow: Partial<Allowed>;
  readonly json?: true;
}

export function gateCommand(env: Environment, end: (status: number) => void): Command {
  return new Command('gate')
    .description(
      'run recorded calls with the old and the new, and tell what differs; status 1 if the new is worse',
    )
    .argument(
      '[calls...]',
      'recorded calls, or directories of them; those of DATA_DIR of the last week if not given',
    )
    .requiredOption('--against <new>', 'a profile, a directory with another Parley, or a commit or branch')
    .option('--old <old>', 'likewise; this Parley with the profiles that were recorded if not given')
    .option('--days <n>', 'only calls of the last days', wholeNumber(1, MOST_DAYS))
    .option(`--allow <name=value>`, `how much worse it may be; may be repeated: ${defaults()}`, bound, {})
    .option('--json', 'print one JSON object')
    .action(async (calls: readonly string[], options: Options) => end(await runGate(env, calls, options)));
}

async function runGate(env: Environment, given: readonly string[], options: Options): Promise<number> {
  // Loaded only here: the other commands replay nothing.
  const [{ gate }, { gateTable }, { callsAt }, { AS_RECORDED, sideOf }] = await Promise.all([
    import('../recordings/gate/gate.ts'),
    import('../recordings/gate/gate-table.ts'),
    import('../recordings/figures/calls-at.ts'),
    import('./gate/sides.ts'),
  ]);
  const isOfLate = given.length === 0;
  const { bundles, leftOut } = await callsAt(isOfLate ? [await callsOfService(env)] : given);
  const days = options.days ?? (isOfLate ? DAYS : undefined);
  const old = options.old === undefined ? AS_RECORDED : await sideOf(options.old);
  try {
    const other = await sideOf(options.against);
    const progress = new ProgressLine();
    const gated = await gate(bundles, {
      ...{ old, new: other, allowed: { ...ALLOWED, ...options.allow } },
      sinceEpochMs: days === undefined ? -Infinity : Date.now() - days * DAY_MS,
      onProgress: (done, of) =>
        progress.tell({ share: done / Math.max(1, of), line: `${done} of ${of} calls`, isEnd: done === of }),
    }).finally(() => other.close());
    progress.end();
    const all = { ...gated, leftOut: [...leftOut, ...gated.leftOut] };
    if (options.json) console.log(JSON.stringify(all, undefined, 2));
    else console.log(gateTable(all, tableManner()));
    return all.isGood ? EXIT_OK : EXIT_FAULT;
  } finally {
    await old.close();
  }
}

async function callsOfService(env: Environment): Promise<string> {
  const { readBotSettings } = await import('../config/settings.ts');
  return join(readBotSettings(env).dataDir, 'calls');
}

function defaults(): string {
  return Object.entries(ALLOWED)
    .map(([name, value]) => `${name}=${value}`)
    .join(', ');
}

function bound(given: string, before: Partial<Allowed>): Partial<Allowed> {
  const [name = '', value = '', ...more] = given.split('=');
  const isNumber = /^\d{1,9}(\.\d{1,3})?$/.test(value);
  if (!isBound(name) || !isNumber || more.length > 0)
    throw new InvalidArgumentError(`expected one of ${defaults()}`);
  return { ...before, [name]: Number(value) };
}

function isBound(name: string): name is Bound {
  return Object.hasOwn(ALLOWED, name);
}
