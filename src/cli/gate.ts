/** `parley gate`: recorded calls with the old and the new, for whoever is about to put the new to work. */
import { join } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import type { CommanderError } from 'commander';
import type { Environment } from '../config/settings.ts';
import { ALLOWED } from '../recordings/gate/verdict.ts';
import type { Allowed, Bound } from '../recordings/gate/verdict.ts';
import type { Gated } from '../recordings/gate/gate.ts';
import { ParleyError } from '../base/errors.ts';
import { EXIT_FAULT, EXIT_OK, EXIT_USAGE, complaint } from './exit.ts';
import { ProgressLine } from './progress-line.ts';
import { wholeNumber } from './whole-number.ts';
import { tableManner } from './table-manner.ts';
import { untilInterrupted } from './until-interrupted.ts';

/** Nothing is known of the new: no call was compared, or one of the two cannot be had. */
const EXIT_UNKNOWN = 2;

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
  return (
    new Command('gate')
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
      // Whoever runs it by a program must be able to tell what is worse (1) from a bad command line.
      .exitOverride(({ exitCode }: CommanderError) => end(exitCode === 0 ? EXIT_OK : EXIT_USAGE))
      .action(async (calls: readonly string[], options: Options) =>
        end(await gateStatus(env, calls, options)),
      )
  );
}

async function gateStatus(env: Environment, given: readonly string[], options: Options): Promise<number> {
  try {
    return await untilInterrupted(new ParleyError('GATE_INTERRUPTED', 'The gate was given up.'), (signal) =>
      runGate(env, given, { ...options, signal }),
    );
  } catch (error) {
    process.stderr.write(`${complaint(error)}\n`);
    return EXIT_UNKNOWN;
  }
}

async function runGate(
  env: Environment,
  given: readonly string[],
  { signal, ...options }: Options & { readonly signal: AbortSignal },
): Promise<number> {
  // Loaded only here: the other commands replay nothing.
  const [{ gate }, { gateTable }, { callsAt }, { AS_RECORDED, sideOf }, { Checkouts }] = await Promise.all([
    import('../recordings/gate/gate.ts'),
    import('../recordings/gate/gate-table.ts'),
    import('../recordings/figures/calls-at.ts'),
    import('./gate/sides.ts'),
    import('./gate/checkouts.ts'),
  ]);
  const isOfLate = given.length === 0;
  const { bundles, leftOut } = await callsAt(isOfLate ? [await callsOfService(env)] : given);
  const days = options.days ?? (isOfLate ? DAYS : undefined);
  const checkouts = new Checkouts(signal);
  const progress = new ProgressLine();
  try {
    const old = options.old === undefined ? AS_RECORDED : await sideOf(options.old, checkouts);
    const against = await sideOf(options.against, checkouts);
    if (old.bot !== undefined && against.bot !== undefined && old.bot !== against.bot) {
      process.stderr.write(
        `parley: --old is a profile of the bot ${old.bot}, --against one of ${against.bot}: name two of one bot. A profile is of the bot that its file is named after.\n`,
      );
      return EXIT_USAGE;
    }
    const gated = await gate(bundles, {
      ...{ old, new: against },
      allowed: { ...ALLOWED, ...options.allow },
      sinceEpochMs: days === undefined ? -Infinity : Date.now() - days * DAY_MS,
      signal,
      onProgress: (done, of) =>
        progress.tell({ share: done / Math.max(1, of), line: `${done} of ${of} calls`, isEnd: done === of }),
    });
    progress.end();
    const all = { ...gated, leftOut: [...leftOut, ...gated.leftOut] };
    if (options.json) console.log(JSON.stringify(all, undefined, 2));
    else console.log(gateTable(all, tableManner()));
    return statusOf(all);
  } finally {
    await checkouts.close();
  }
}

function statusOf({ broken, calls, isGood }: Gated): number {
  if (isGood) return EXIT_OK;
  return calls.length === 0 && broken.length === 0 ? EXIT_UNKNOWN : EXIT_FAULT;
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
