/** What the ear says of a call is what the phone has heard of it, and what the timeline says of it. `npm run bench -- ear` does 1,000. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { resampled } from '../audio/resample.ts';
import { decodeWav } from '../audio/wav.ts';
import { projectRoot } from '../base/project-root.ts';
import { CHARGED } from './charged-wait.ts';
import type { EarAnswer } from './ear-report.ts';
import { earCall } from './testing/ear-call.ts';

const CALLS = 12;
/** What the way through the network adds to what the phone has waited, at most, ms. */
const ON_THE_WAY_MS = 30;

const clip = (name: string) =>
  resampled(decodeWav(readFileSync(join(projectRoot(), `src/lab/simulator/callers/${name}.wav`))), 8000);

describe("the caller's ear", () => {
  it('tells each wait as the timeline does and as the phone that has waited, however the network jitters', async () => {
    const says = [clip('question1'), clip('thanks')];
    const answers: EarAnswer[] = [];
    const offThePhoneMs: number[] = [];
    for (let seed = 1; seed <= CALLS; seed++) {
      const { report, phoneWaitsMs } = await earCall({ seed, says, jitterMs: 40 });
      expect(report).toMatchObject({ from: 'line', unheardTurns: [], isPart: false, lostFrames: 0 });
      expect(report.answers).toHaveLength(says.length);
      expect(phoneWaitsMs).toHaveLength(says.length);
      expect(Math.abs((report.greetingMs ?? NaN) - (report.greetingInsideMs ?? NaN))).toBeLessThan(5);
      answers.push(...report.answers);
      offThePhoneMs.push(...report.answers.map(({ waitMs }, at) => (phoneWaitsMs[at] ?? NaN) - waitMs));
    }
    const offTheTimelineMs = answers.map(({ inside }) => Math.abs(inside?.differenceMs ?? Infinity));
    expect(
      offTheTimelineMs.toSorted((a, b) => a - b)[Math.floor(0.95 * offTheTimelineMs.length)],
    ).toBeLessThan(20);
    for (const offMs of offThePhoneMs) expect(Math.abs(offMs)).toBeLessThan(ON_THE_WAY_MS);
    for (const { charged, waitMs } of answers) {
      const sumMs = CHARGED.reduce((sum, stage) => sum + (charged?.[stage] ?? NaN), 0);
      expect(Math.abs(sumMs - waitMs)).toBeLessThan(1);
      expect(charged?.model).toBeGreaterThan(99);
      expect(charged?.endpointing).toBeGreaterThan(300);
    }
  });
});
