/** `parley tune`: which settings recorded calls would have gone better with. */
import { readFile } from 'node:fs/promises';
import { Command, InvalidArgumentError } from 'commander';
import type { CommanderError } from 'commander';
import { ParleyError } from '../base/errors.ts';
import { systemCode } from '../base/system-code.ts';
import type { Choice, TuneProgress, Tuning } from '../recordings/tuning/tune.ts';
import type { Group } from '../recordings/tuning/search-space.ts';
import { EXIT_FAULT, EXIT_OK, EXIT_USAGE } from './exit.ts';
import { ProgressLine } from './progress-line.ts';
import { wholeNumber } from './whole-number.ts';
import { mustBeWritable, replaceFile } from './replaced-file.ts';
import { tableManner } from './table-manner.ts';

const MOST_COMBINED = 100;

/** Held by the compiler to what the search knows. */
const PARTS = ['endpointing', 'earlyAnswer', 'bargeIn', 'fillers'] as const satisfies readonly Group[];
type Part = (typeof PARTS)[number];

interface Options {
  readonly bot?: string;
  readonly only: readonly Part[];
  readonly combinations: number;
  readonly write?: string;
  readonly row?: number;
  readonly json?: true;
}

export function tuneCommand(end: (status: number) => void): Command {
  return (
    new Command('tune')
      .description(
        "search a bot's settings over its recorded calls, offline, and show what would have been better",
      )
      .argument('<calls...>', 'recorded calls, or directories of them')
      .option('--bot <name>', 'whose calls; the bot that most of them are of if not given')
      .option(`--only <part>`, `vary only ${PARTS.join(', ')}; may be repeated`, parts, [])
      .option('--combinations <n>', 'try so many together at most', wholeNumber(0, 10_000), MOST_COMBINED)
      .option(
        '--write <file>',
        'set what is best in this profile; made of the recorded one if it is not there',
      )
      .option('--row <n>', 'write that row of the table instead of the best', wholeNumber(0, 10_000))
      .option('--json', 'print one JSON object')
      // Whoever runs it by a program must be able to tell that nothing is better (1) from a bad command line.
      .exitOverride(({ exitCode }: CommanderError) => end(exitCode === 0 ? EXIT_OK : EXIT_USAGE))
      .action(async (paths: readonly string[], options: Options) => end(await runTune(paths, options)))
  );
}

async function runTune(paths: readonly string[], options: Options): Promise<number> {
  const { row, write: file } = options;
  if (row !== undefined && file === undefined)
    return refused(`--row ${row} is a row to be written: name the profile with --write FILE.`);
  // Loaded only here: the other commands replay nothing.
  const [{ tune }, { leftOutLines, rowsOf, tuningTable }, { callsAt }] = await Promise.all([
    import('../recordings/tuning/tune.ts'),
    import('../recordings/tuning/tuning-table.ts'),
    import('../recordings/figures/calls-at.ts'),
  ]);
  // A search takes minutes: nobody wants to hear after it that it was for nothing.
  if (file !== undefined) await Promise.all([profileThere(file), mustBeWritable(file)]);
  const { bundles, leftOut: unreadable } = await callsAt(paths);
  const progress = new ProgressLine();
  const tuned = await tune(bundles, {
    ...(options.bot !== undefined && { bot: options.bot }),
    ...(options.only.length > 0 && { groups: options.only }),
    mostCombined: options.combinations,
    onProgress: (at) => progress.tell(told(at)),
  });
  progress.end();
  const tuning = { ...tuned, leftOut: [...unreadable, ...tuned.leftOut] };
  if (!('front' in tuning)) {
    if (options.json) console.log(JSON.stringify(tuning, undefined, 2));
    else console.log([...leftOutLines(tuning.leftOut), 'There is no call to tune by.'].join('\n'));
    return EXIT_FAULT;
  }
  const { profile: _profile, ...figures } = tuning;
  if (options.json) console.log(JSON.stringify(figures, undefined, 2));
  else console.log(tuningTable(tuning, tableManner()));
  if (file === undefined) return EXIT_OK;
  const rows = rowsOf(tuning);
  if (row !== undefined && row >= rows.length)
    return refused(`There is no row ${row} in the table, but 0 to ${rows.length - 1}; nothing was written.`);
  const choice = row === undefined ? tuning.best : rows[row];
  if (choice) await write(file, choice, tuning);
  if (!options.json) console.log(choice ? `Written: ${file}` : 'Nothing was written.');
  return choice ? EXIT_OK : EXIT_FAULT;
}

function refused(why: string): number {
  process.stderr.write(`parley: ${why}\n`);
  return EXIT_USAGE;
}

/** Undefined if the file is not there. Throws FILE_UNREADABLE or BOT_PROFILE_INVALID. */
async function profileThere(file: string): Promise<string | undefined> {
  const { mustBeProfile } = await import('../recordings/tuning/tuned-profile.ts');
  const before = await readFile(file, 'utf8').catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw new ParleyError('FILE_UNREADABLE', `${file} cannot be read.`, { cause: error });
  });
  if (before !== undefined) mustBeProfile(before);
  return before;
}

/** Into the profile as it is now: somebody may have edited it while the search took its minutes. */
async function write(file: string, { candidate }: Choice, { profile }: Tuning): Promise<void> {
  const { changesIn, tunedProfile } = await import('../recordings/tuning/tuned-profile.ts');
  const before = await profileThere(file);
  const changes = before === undefined ? changesIn(candidate, profile) : candidate;
  await replaceFile(file, tunedProfile(changes, profile, before));
}

function told({ done, of, what }: TuneProgress) {
  // What is combined takes about as long as what is tried alone; reading is a replay each.
  const [fromShare, share] = { reading: [0, 0.04], trying: [0.04, 0.4], combining: [0.44, 0.56] }[what] as [
    number,
    number,
  ];
  return {
    share: fromShare + share * (of === 0 ? 1 : done / of),
    line: `${what}, call ${Math.min(done + 1, of)} of ${of}`,
    isEnd: what === 'combining' && done === of,
  };
}

function parts(value: string, before: readonly Part[]): readonly Part[] {
  const found = PARTS.find((part) => part === value);
  if (found === undefined) throw new InvalidArgumentError(`expected ${PARTS.join(', ')}`);
  return [...before, found];
}
