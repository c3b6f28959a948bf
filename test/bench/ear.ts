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
const LOSSY_CALLS = 200;
const LOST_SHARE = 0.02;
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
  async run(scale, tell) {
    const whole = await heardBy(repetitions(CALLS, scale), 0);
    tell([
      { what: 'timeline − ear', unit: 'ms', samples: whole.inside, targetP95: TRUE_TO_MS },
      { what: 'phone − ear', unit: 'ms', samples: whole.phone },
      { what: 'answers that only one of them knows', unit: '', samples: [whole.unmatched] },
    ]);
    const lossy = await heardBy(repetitions(LOSSY_CALLS, scale), LOST_SHARE);
    tell([
      { what: 'timeline − ear, 2 % of packets lost', unit: 'ms', samples: lossy.inside },
      { what: 'phone − ear, 2 % of packets lost', unit: 'ms', samples: lossy.phone },
      { what: 'lost frames of a call, phone − ear', unit: '', samples: lossy.lostFrames },
    ]);
    tell([8000, 16_000].map(costAt));
  },
};

/** What the witnesses differ by, an answer each. */
async function heardBy(calls: number, lostShare: number) {
  const clips = SAID.map(callerSays);
  const [inside, phone, lostFrames]: [number[], number[], number[]] = [[], [], []];
  let unmatched = 0;
  for (let seed = 1; seed <= calls; seed++) {
    const says = [clips[seed % clips.length], clips[(seed + 2) % clips.length]].filter(
      (one) => one !== undefined,
    );
    const { report, ...heard } = await earCall({ seed, says, jitterMs: JITTER_MS, lostShare });
    for (const [at, answer] of report.answers.entries()) {
      if (answer.inside) inside.push(Math.abs(answer.inside.differenceMs));
      const waitMs = heard.phoneWaitsMs[at];
      if (waitMs !== undefined) phone.push(Math.abs(waitMs - answer.waitMs));
    }
    lostFrames.push(Math.abs(heard.phone.lostFrames - (report.lostFrames ?? Infinity)));
    unmatched += Math.abs(says.length - report.answers.filter((answer) => answer.inside).length);
  }
  return { inside, phone, lostFrames, unmatched };
}

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
