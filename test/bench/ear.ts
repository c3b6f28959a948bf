/** How true the ear is, on the virtual clock: against the timeline, and against the phone that has waited; and what it costs. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeWav } from '../../src/audio/wav.ts';
import { resampled } from '../../src/audio/resample.ts';
import type { Pcm } from '../../src/audio/pcm.ts';
import { tone } from '../../src/audio/tone.ts';
import { projectRoot } from '../../src/base/project-root.ts';
import { CallEar } from '../../src/ear/call-ear.ts';
import { earCall } from '../../src/ear/testing/ear-call.ts';
import { repetitions } from './bench.ts';
import type { Bench, Measurement } from './bench.ts';

const CALLS = 1000;
const SAID = ['question1', 'question2', 'number', 'thanks', 'interruption'];
const TELEPHONE_HZ = 8000;
/** Of a home's wireless network on a bad day. */
const JITTER_MS = 40;
/** What a difference may be at the 95th percentile, ms. */
const TRUE_TO_MS = 20;
const FRAME_MS = 20;
const FRAMES = 200_000;

export const ear: Bench = {
  name: 'ear',
  minutes: 5,
  fixedMinutes: 0.1,
  bearsLoad: true,
  explanation:
    'On the virtual clock, over a network with up to 40 ms of jitter, with delays by chance: the wait that the ear has heard, less the one of the timeline, and less the one of the phone that has waited (which has the way through the network in it).',
  async run(scale) {
    const clips = SAID.map(callerSays);
    const [inside, phone]: [number[], number[]] = [[], []];
    let unmatched = 0;
    for (let seed = 1; seed <= repetitions(CALLS, scale); seed++) {
      const says = [clips[seed % clips.length], clips[(seed + 2) % clips.length]].filter(
        (one) => one !== undefined,
      );
      const { report, phoneWaitsMs } = await earCall({ seed, says, jitterMs: JITTER_MS });
      for (const [at, answer] of report.answers.entries()) {
        if (answer.inside) inside.push(Math.abs(answer.inside.differenceMs));
        const waitMs = phoneWaitsMs[at];
        if (waitMs !== undefined) phone.push(Math.abs(waitMs - answer.waitMs));
      }
      unmatched += Math.abs(says.length - report.answers.filter((answer) => answer.inside).length);
    }
    return [
      { what: 'timeline − ear', unit: 'ms', samples: inside, targetP95: TRUE_TO_MS },
      { what: 'phone − ear', unit: 'ms', samples: phone },
      { what: 'answers that only one of them knows', unit: '', samples: [unmatched] },
      ...[8000, 16_000].map(costAt),
    ];
  },
};

function callerSays(name: string): Pcm {
  const file = join(projectRoot(), 'src/lab/simulator/callers', `${name}.wav`);
  return resampled(decodeWav(readFileSync(file)), TELEPHONE_HZ);
}

/** Of a frame of one side, in the processor's time: what others do on the machine is not in it. */
function costAt(rateHz: number): Measurement {
  const measured = new CallEar({ callerRateHz: rateHz, botRateHz: rateHz, from: 'line' });
  const frame = tone(440, FRAME_MS, rateHz).data;
  const samples: number[] = [];
  for (let round = 0; round < 10; round++) {
    const began = process.cpuUsage();
    for (let at = 0; at < FRAMES / 10; at++) measured.caller(frame, (round * (FRAMES / 10) + at) * FRAME_MS);
    samples.push(process.cpuUsage(began).user / (FRAMES / 10));
  }
  return { what: `a frame of 20 ms at ${rateHz / 1000} kHz`, unit: 'µs', samples };
}
