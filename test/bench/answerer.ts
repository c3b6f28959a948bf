/** Who answers, on real recordings: short ones stand for people, long ones for machines; all through G.711 with noise. */
import Table from 'cli-table3';
import { decodeG711, encodeG711 } from '../../src/audio/g711.ts';
import { durationMs, fromSamples, toSamples, type Pcm } from '../../src/audio/pcm.ts';
import { seededRandom } from '../../src/base/seeded.ts';
import { AnswererDetector } from '../../src/outbound/answerer/answerer-detector.ts';
import { debianRecordings } from '../support/speech-turns/debian-recordings.ts';
import { median } from '../support/percentile.ts';
import { add, atDbfs, inRow, RATE_HZ, samplesIn, whiteNoise } from '../support/vad/waveforms.ts';

/** "Hello", a name, a short sentence. */
const PERSON_MS = { from: 250, to: 1600 };
const MACHINE_MS = 4500;
const NOISE_DBFS = [-66, -45, -38];
/** Spread evenly over all speakers. */
const MOST_OF_A_KIND = 200;

interface Decision {
  readonly by: string;
  readonly atMs: number;
}

/** Every second clip is for tuning; the report is of the others. */
export function benchAnswerer(): void {
  const recordings = debianRecordings().map(({ pcm }) => pcm);
  const clips = recordings.filter((_, at) => at % 2 === 1);
  const people = clips.filter(
    (clip) => durationMs(clip) >= PERSON_MS.from && durationMs(clip) <= PERSON_MS.to,
  );
  const machines = clips.filter((clip) => durationMs(clip) >= MACHINE_MS);
  const table = new Table({
    head: ['answers', 'noise', 'calls', 'person', 'machine', 'silence', 'fax', 'decided p50'],
    style: { head: [] },
  });
  for (const [kind, all] of Object.entries({ person: people, machine: machines })) {
    const allDecisions: Decision[] = [];
    for (const noiseDbfs of NOISE_DBFS) {
      const step = Math.max(1, Math.ceil(all.length / MOST_OF_A_KIND));
      const chosen = all.filter((_, at) => at % step === 0);
      const decisions = chosen.map((clip, at) => decisionOn(clip, noiseDbfs, at));
      allDecisions.push(...decisions);
      table.push(rowOf(kind, `${noiseDbfs} dBFS`, decisions));
    }
    table.push(rowOf(kind, 'all', allDecisions));
  }
  console.log(table.toString());
}

function rowOf(kind: string, noise: string, decisions: readonly Decision[]): (string | number)[] {
  const count = (by: string) => decisions.filter((each) => each.by === by).length;
  const p50 = median(decisions.map(({ atMs }) => atMs));
  const counts = ['person', 'machine', 'silence', 'fax'].map(count);
  return [kind, noise, decisions.length, ...counts, `${p50} ms`];
}

function decisionOn(clip: Pcm, noiseDbfs: number, seed: number): Decision {
  const random = seededRandom(seed);
  const spoken = Float64Array.from(toSamples(clip), (sample) => sample / 32_768);
  const before = new Float64Array(samplesIn(100 + 300 * random()));
  const whole = inRow([before, atDbfs(spoken, -30 + 12 * random()), new Float64Array(samplesIn(6000))]);
  add(whole, atDbfs(whiteNoise((whole.length / RATE_HZ) * 1000, random), noiseDbfs), 0);
  const samples = Int16Array.from(whole, (sample) =>
    Math.max(-32_768, Math.min(32_767, Math.round(sample * 32_768))),
  );
  const detector = new AnswererDetector({ sampleRateHz: RATE_HZ, answeredAtMs: 0 });
  const heard = decodeG711(encodeG711(fromSamples(samples, RATE_HZ), 'PCMA'), 'PCMA').data;
  const decided = detector.hear(heard).find((event) => event.kind === 'decided');
  detector.close();
  return decided ?? { by: 'undecided', atMs: Infinity };
}
