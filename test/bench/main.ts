/** `npm run bench [name…]`: measures on a real Asterisk, and prints what it has measured. */
import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Command } from 'commander';
import { isSaturated, whileWatched } from '../support/machine-watch.ts';
import { runApart } from './apart.ts';
import { BENCHES } from './benches.ts';
import { sharesOfProfiles } from './cost.ts';
import { chosen, readCheckout, readCount, readScale, requireWritable } from './options.ts';
import { comparePaired } from './paired.ts';
import { takePictures } from './pictures.ts';
import { ALL_WITHIN_MINUTES, estimatedMinutes, scaleToFit } from './plan.ts';
import { jsonOf } from './report.ts';
import { runAll } from './run.ts';
import type { Ran, Run } from './run.ts';
import { endStands } from './stand.ts';
import { machine, pairedTableOf, sharesTold } from './table.ts';

/** What a run ends with: something that was asked for was not measured; the machine had too little left, or no time for all; interrupted. */
const FAILED_STATUS = 1;
const SATURATED_STATUS = 3;
const INTERRUPTED_STATUS = 130;

interface Options {
  readonly json?: true;
  readonly out?: string;
  readonly scale?: string;
  readonly turns?: string;
  readonly before?: string;
}

const onlyByName = BENCHES.filter((bench) => bench.onlyByName).map(({ name }) => name);

const program = new Command('bench')
  .argument(
    '[name...]',
    `which of ${BENCHES.map(({ name }) => name).join(', ')}; all but ${onlyByName.join(', ')} if none is named`,
  )
  .option('--json', 'print JSON instead of tables')
  .option('--out <file>', 'write the JSON to a file as well')
  .option(
    '--scale <share>',
    'repeat less often: 0.2 for a fifth of the time; all if none is named, what half an hour allows',
  )
  .option('--turns <dir>', 'speech-turns: files of turns, DIR/NAME-ru.txt')
  .option('--before <dir>', 'speech-turns: another checkout, whose end of turn is compared')
  .action(run);
program
  .command('paired')
  .description('this tree and another checkout, by turns in one run')
  .requiredOption('--against <dir>', 'the other checkout, with its packages installed')
  .option('--rounds <count>', 'of each', '5')
  .option('--calls <count>', 'at once', '20')
  .action(runPaired);
program
  .command('cost-of')
  .description("whose code a service's processor was in: Parley's, Node's, each package's")
  .argument('<file...>', 'what node --cpu-prof has left')
  .action(async (files: readonly string[]) => {
    for (const { what, samples } of await sharesOfProfiles(files))
      console.log(`${what.padEnd(40)} ${samples[0]?.toFixed(1)} %`);
  });
program
  .command('pictures')
  .description('of the dashboard, at 1280 and 390 px, light and dark')
  .argument('<dir>', 'where they go')
  .action(async (dir: string) => console.log((await takePictures(resolve(dir))).join('\n')));
try {
  await program.parseAsync();
} catch (error) {
  refuse(error);
}

/** Whoever reads JSON reads that as well. */
function refuse(error: unknown): void {
  const why = error instanceof Error ? error.message : String(error);
  console.error(`bench: ${why}`);
  if (program.opts<Options>().json) console.log(JSON.stringify({ error: why }));
  process.exitCode = FAILED_STATUS;
}

async function runPaired(options: {
  readonly against: string;
  readonly rounds: string;
  readonly calls: string;
}): Promise<void> {
  const against = await readCheckout('--against', options.against);
  const [rounds, calls] = [readCount('--rounds', options.rounds), readCount('--calls', options.calls)];
  console.log(machine());
  endStandsWhenInterrupted();
  const { result: pairs, shares } = await whileWatched(() => comparePaired({ against, rounds, calls }));
  console.log(pairedTableOf(pairs, isSaturated(shares) ? 'saturated' : 'product'));
  console.log(sharesTold(shares));
  console.log(machine());
  if (pairs.length === 0) throw new Error('no round was measured');
  if (isSaturated(shares)) process.exitCode = SATURATED_STATUS;
}

async function run(names: readonly string[], { json, out, scale: wanted, ...more }: Options): Promise<void> {
  const benches = chosen(BENCHES, names);
  // Who names neither benches nor a scale wants all of them within reason.
  const isFitted = names.length === 0 && wanted === undefined;
  const scale = isFitted ? scaleToFit(benches) : readScale(wanted ?? '1');
  if (out !== undefined) await requireWritable(out);
  const say = (text: string) => void (json ? process.stderr : process.stdout).write(text);
  const machineBefore = machine();
  const minutes = benches.reduce((sum, bench) => sum + estimatedMinutes(bench, scale), 0).toFixed(1);
  say(
    `${machineBefore}\n${benches.length} of them, ${minutes} min by estimate at a scale of ${scale.toFixed(2)}\n`,
  );
  let built: readonly string[] = [];
  const runOne: Run['runOne'] = async (bench, bounds) => {
    const outcome = await runApart({ name: bench.name, scale, built, ...more }, bounds);
    if (outcome.is === 'done') built = outcome.built;
    return outcome;
  };
  const ran = await interruptible((signal) =>
    runAll({
      ...{ benches, scale, signal, say, runOne, nowMs: () => performance.now() },
      withinMinutes: isFitted ? ALL_WITHIN_MINUTES : undefined,
    }),
  );
  const machineAfter = machine();
  say(`${machineAfter}\n`);
  const report = jsonOf(ran, { scale, machineBefore, machineAfter });
  if (json) console.log(report);
  process.exitCode = statusOf(ran);
  if (out !== undefined) await writeFile(out, `${report}\n`);
}

/** Ctrl-C ends what is being measured; what was measured before is told. Whoever presses it twice does not want that either. */
async function interruptible<Result>(work: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
  const interrupted = new AbortController();
  const interrupt = () => interrupted.abort();
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.once(signal, interrupt);
  try {
    return await work(interrupted.signal);
  } finally {
    for (const signal of signals) process.off(signal, interrupt);
  }
}

/** For what is measured in this process. */
function endStandsWhenInterrupted(): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.once(signal, () => void endStands().finally(() => process.exit(INTERRUPTED_STATUS)));
}

/** Says what is missing from the figures. */
function statusOf({ results, failed, leftOut, isInterrupted }: Ran): number {
  const saturated = results
    .filter(({ measurements }) => !measurements.every(({ isProducts }) => isProducts))
    .map(({ bench }) => bench);
  for (const { bench, why } of failed) {
    const isInPart = results.some((result) => result.bench === bench);
    console.error(`${bench} was ${isInPart ? 'measured in part only' : 'not measured'}: ${why}`);
  }
  if (leftOut.length > 0)
    console.error(`No time was left for ${leftOut.join(', ')}: a busy machine takes longer.`);
  if (saturated.length > 0)
    console.error(
      `The machine had nothing left, and what is in brackets is not the product's: ${saturated.join(', ')}.`,
    );
  if (isInterrupted) {
    console.error('It was interrupted: the figures are of what had been measured by then.');
    return INTERRUPTED_STATUS;
  }
  if (failed.length > 0) return FAILED_STATUS;
  return saturated.length > 0 || leftOut.length > 0 ? SATURATED_STATUS : 0;
}
