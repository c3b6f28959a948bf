/** `npm run bench [name…]`: measures on a real Asterisk, and prints what it has measured. */
import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Command } from 'commander';
import { benchAnswerer } from './answerer.ts';
import { bargeIn } from './barge-in.ts';
import type { Bench, Measurement } from './bench.ts';
import { campaign } from './campaign.ts';
import { ear } from './ear.ts';
import { earCost } from './ear-cost.ts';
import { cost, sharesOfProfiles } from './cost.ts';
import { filler } from './filler.ts';
import { fleet } from './fleet.ts';
import { fleetFaults } from './fleet-faults.ts';
import { fleetSimulation } from './fleet-simulation.ts';
import { greeted } from './greeted.ts';
import { knowledge } from './knowledge.ts';
import { load } from './load.ts';
import { mediaFormats } from './media-formats.ts';
import { percentilesOf } from '../../src/lab/probe/percentiles.ts';
import { recording } from './recording.ts';
import { replay } from './replay.ts';
import { replayAll } from './replay-all.ts';
import { soak } from './soak.ts';
import { speech, speechThroughput } from './speech.ts';
import { speechHostile } from './speech-hostile.ts';
import { benchSpeechTurns } from './speech-turns.ts';
import { streamBargeIn } from './stream-barge-in.ts';
import { streamGaps } from './stream-gaps.ts';
import { streamLoad, streamTurns } from './stream-turns.ts';
import { tools } from './tools.ts';
import { synthesis } from './synthesis.ts';
import { tenants } from './tenants.ts';
import { comparePaired } from './paired.ts';
import { takePictures } from './pictures.ts';
import { ALL_WITHIN_MINUTES, endsInTime, estimatedMinutes, scaleToFit } from './plan.ts';
import { isSaturated, whileWatched } from '../support/machine-watch.ts';
import { machine, pairedTableOf, sharesTold, tableOf } from './table.ts';
import { turns as fileTurns } from './turns.ts';
import { twilio } from './twilio.ts';
import { benchVoiceActivity } from './vad.ts';

const BENCHES: readonly Bench[] = [
  fileTurns,
  bargeIn,
  filler,
  synthesis,
  load,
  streamTurns,
  streamLoad,
  streamBargeIn,
  streamGaps,
  twilio,
  greeted,
  recording,
  mediaFormats,
  replay,
  replayAll,
  knowledge,
  ear,
  earCost,
  tools,
  campaign,
  fleet,
  fleetFaults,
  fleetSimulation,
  tenants,
  speechHostile,
  soak,
  speech,
  speechThroughput,
  cost,
];

/** Needs no Asterisk, and prints a report by condition instead of percentiles. */
const VOICE_ACTIVITY = 'vad';
/** Likewise. */
const ANSWERER = 'answerer';
const SPEECH_TURNS = 'speech-turns';
/** It knows no scale. */
const VOICE_ACTIVITY_MINUTES = 1;

const MS_OF_MINUTE = 60_000;

/** Not what a bench that fails ends with. */
const SATURATED_STATUS = 3;

const NAMES = [...BENCHES.map(({ name }) => name), VOICE_ACTIVITY, ANSWERER, SPEECH_TURNS];

interface Options {
  readonly json?: true;
  readonly out?: string;
  readonly scale?: string;
  readonly turns?: string;
  readonly before?: string;
}

const program = new Command('bench')
  .argument('[name...]', `which of ${NAMES.join(', ')}; all if none is named`)
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
await program.parseAsync();

async function runPaired(options: {
  readonly against: string;
  readonly rounds: string;
  readonly calls: string;
}): Promise<void> {
  console.log(machine());
  const [rounds, calls] = [Number(options.rounds), Number(options.calls)];
  console.log(pairedTableOf(await comparePaired({ against: resolve(options.against), rounds, calls })));
  console.log(machine());
}

async function run(names: readonly string[], { json, out, scale, turns, before }: Options): Promise<void> {
  const say = (text: string) => json || console.log(text);
  const machineBefore = machine();
  const benches = chosen(names);
  const share = scale === undefined ? fitting(names, benches) : Number(scale);
  say(machineBefore);
  say(
    `${benches.length} of them, ${minutesOf(benches, share)} min by estimate at a scale of ${share.toFixed(2)}`,
  );
  const startedMs = performance.now();
  const results = [];
  const saturated: string[] = [];
  const leftOut: string[] = [];
  let estimatedSoFar = 0;
  for (const bench of benches) {
    const estimate = estimatedMinutes(bench, share);
    say(`\n${bench.name}: ${estimate.toFixed(1)} min by estimate`);
    const beganMs = performance.now();
    const passedMinutes = (beganMs - startedMs) / MS_OF_MINUTE;
    if (names.length === 0 && !endsInTime(estimate, { passedMinutes, estimatedMinutes: estimatedSoFar })) {
      leftOut.push(bench.name);
      continue;
    }
    estimatedSoFar += estimate;
    const { result: measurements, shares } = await whileWatched(() => bench.run(share));
    const isMachines = isSaturated(shares) && bench.bearsLoad !== true;
    say(`\n${tableOf(bench, measurements, isMachines ? 'saturated' : 'product')}${sharesTold(shares)}`);
    say(`It took ${((performance.now() - beganMs) / MS_OF_MINUTE).toFixed(1)} min.`);
    if (isMachines) saturated.push(bench.name);
    const of = { machine: Object.fromEntries(shares.byOwner), saturated: shares.saturated };
    results.push({
      bench: bench.name,
      isProducts: !isMachines,
      ...of,
      measurements: measurements.map(summary),
    });
  }
  if (!json && (names.length === 0 || names.includes(VOICE_ACTIVITY))) benchVoiceActivity();
  // Only by name: they fetch recordings through apt.
  if (!json && names.includes(ANSWERER)) benchAnswerer();
  if (!json && names.includes(SPEECH_TURNS)) await benchSpeechTurns({ turns, before });
  const machineAfter = machine();
  say(machineAfter);
  const report = JSON.stringify({ machineBefore, machineAfter, results }, undefined, 2);
  if (json) console.log(report);
  if (out !== undefined) await writeFile(out, `${report}\n`);
  if (leftOut.length > 0)
    console.error(`No time was left for ${leftOut.join(', ')}: a busy machine takes longer.`);
  if (saturated.length === 0) return;
  console.error(
    `The machine had nothing left, and what is in brackets is not the product's: ${saturated.join(', ')}.`,
  );
  process.exitCode = SATURATED_STATUS;
}

/** Who names none wants all of them within reason. */
function fitting(names: readonly string[], benches: readonly Bench[]): number {
  return names.length === 0 ? scaleToFit(benches, ALL_WITHIN_MINUTES - VOICE_ACTIVITY_MINUTES) : 1;
}

function minutesOf(benches: readonly Bench[], scale: number): string {
  return benches.reduce((sum, bench) => sum + estimatedMinutes(bench, scale), 0).toFixed(1);
}

function chosen(names: readonly string[]): readonly Bench[] {
  const unknown = names.filter((name) => !NAMES.includes(name));
  if (unknown.length > 0) throw new Error(`no such bench: ${unknown.join(', ')}`);
  return names.length === 0 ? BENCHES : BENCHES.filter(({ name }) => names.includes(name));
}

function summary({ samples, ...measurement }: Measurement) {
  return {
    ...measurement,
    ...percentilesOf(samples),
    samples: samples.map((value) => Number(value.toFixed(2))),
  };
}
