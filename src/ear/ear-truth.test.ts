/** What the ear says of a call is what the phone has heard of it, and what the timeline says of it. `npm run bench -- ear` does 1,000. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { resampled } from '../audio/resample.ts';
import { decodeWav } from '../audio/wav.ts';
import { projectRoot } from '../base/project-root.ts';
import { CHARGED } from './charged-wait.ts';
import { levelOfSide } from './ear-report.ts';
import type { EarAnswer } from './ear-report.ts';
import { earCall } from './testing/ear-call.ts';
import { tone } from '../audio/tone.ts';
import { fromSamples, silence, toSamples } from '../audio/pcm.ts';

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
      expect(sumMs).toBeCloseTo(waitMs, 6);
      expect(charged?.model).toBeGreaterThan(99);
      expect(charged?.endpointing).toBeGreaterThan(300);
    }
  });

  const question = clip('question1');
  const smooth = { seed: 5, jitterMs: 20 };

  it('tells waits as the phone does, however much the network loses', async () => {
    const thanks = clip('thanks');
    const says = [question, thanks, question, thanks, question];
    const { report, phoneWaitsMs } = await earCall({ ...smooth, says, lostShare: 0.02 });
    expect(report.answers).toHaveLength(says.length);
    for (const [at, { waitMs }] of report.answers.entries())
      expect(Math.abs((phoneWaitsMs[at] ?? NaN) - waitMs)).toBeLessThan(60);
  });

  it('counts what the network has lost, also in a short call', async () => {
    const { report, phone } = await earCall({ ...smooth, says: [question], lostShare: 0.05 });
    expect(phone.lostFrames).toBeGreaterThan(20);
    expect(Math.abs((report.lostFrames ?? NaN) - phone.lostFrames)).toBeLessThanOrEqual(4);
  });

  it('does not claim to know what was lost of a phone that sends nothing while it is silent, or may be such', async () => {
    const talked = await earCall({ ...smooth, says: [question, question], suppressesSilence: true });
    expect(talked.report.answers).toHaveLength(2);
    expect(talked.report.lostFrames).toBeNull();
    const silentSince = await earCall({ ...smooth, says: [question], suppressesSilence: true });
    expect(silentSince.report.lostFrames).toBeNull();
    const unheard = await earCall({ ...smooth, suppressesSilence: true });
    expect(unheard.report.lostFrames).toBeNull();
  });

  it('takes a hold for no loss and for no dead air, and charges nobody with it', async () => {
    const { report } = await earCall({
      ...smooth,
      acts: {
        7000: (phone) => phone.say(question),
        10_500: (phone) => phone.hold(),
        20_000: (phone) => phone.unhold(),
      },
      lastsMs: 28_000,
      modelMs: 3000,
    });
    expect(report.lostFrames).toBe(0);
    expect(report.deadAir.longestMs).toBeLessThan(500);
    expect(report.answers).toHaveLength(1);
    expect(report.answers[0]?.charged?.other).toBeGreaterThan(9000);
    expect(report.answers[0]?.charged?.playout).toBeLessThan(50);
  });

  it('owes no first word where a conversation was moved here between two turns', async () => {
    const resumed = { messages: [], turn: 3, elapsedMs: 60_000, isSeamless: true };
    const { report, phoneWaitsMs } = await earCall({ ...smooth, resumed, says: [question], modelMs: 500 });
    expect(report).toMatchObject({ greetingMs: null, greetingInsideMs: null, unheardTurns: [] });
    expect(report.answers.map(({ inside }) => inside?.turn)).toEqual([4]);
    expect(report.deadAir.longestMs).toBeLessThan((phoneWaitsMs[0] ?? NaN) + 50);
  });

  it('says which answer was nothing but silence', async () => {
    const { report } = await earCall({ ...smooth, says: [question], answer: silence(900, 8000) });
    expect(report).toMatchObject({ answers: [], unheardTurns: [1] });
  });

  it('says of no answer that it was not heard which the caller has spoken over', async () => {
    const { report } = await earCall({
      ...smooth,
      acts: {
        7000: (phone) => phone.say(question),
        // Into the wait, and on over the answer.
        11_700: (phone) => phone.say(tone(900, 100, 8000)),
      },
      modelMs: 400,
      lastsMs: 17_000,
    });
    expect(report.unheardTurns).toEqual([]);
  });

  it('owes an answer behind its small talk as well', async () => {
    const { report } = await earCall({
      ...smooth,
      says: [question],
      modelMs: 3500,
      profile: { fillers: { enabled: true } },
    });
    const [filler, hold] = report.answers;
    expect(hold).toBeUndefined();
    expect(filler?.waitMs).toBeLessThan(1500);
    expect(report.deadAir.longestMs).toBeGreaterThan(1200);
    expect(report.gaps.count).toBe(0);
  });

  it('takes it for no answer that the bot goes on after a cough', async () => {
    const { report, timeline } = await earCall({
      ...smooth,
      acts: {
        7000: (phone) => phone.say(question),
        13_000: (phone) => phone.say(tone(500, 120, 8000)),
      },
      modelMs: 500,
      answer: tone(440, 4000, 8000),
      lastsMs: 20_000,
    });
    expect(timeline.map(({ type }) => type)).toContain('bargeIn.resumed');
    expect(report.answers).toHaveLength(1);
    expect(report.answers[0]?.inside?.turn).toBe(1);
  });

  it('says how faint a caller is of whom it hears no word', async () => {
    const faint = fromSamples(
      toSamples(question).map((sample) => Math.round(sample / 100)),
      8000,
    );
    const { report } = await earCall({ ...smooth, says: [faint, faint] });
    expect(report.caller.levelDbfs).toBeNull();
    expect(report.caller.faintDbfs).toBeGreaterThan(-66);
    expect(report.caller.faintDbfs).toBeLessThan(-45);
    expect(levelOfSide(report.caller)).toBe(report.caller.faintDbfs);
    const { report: usual } = await earCall({ ...smooth, says: [question] });
    expect(levelOfSide(usual.caller)).toBe(usual.caller.levelDbfs);
  });

  it('takes the noise of a line for no word of the caller, from the first moment on', async () => {
    for (const noiseDbfs of [-50, -40, -32]) {
      const { report } = await earCall({ ...smooth, noiseDbfs, lastsMs: 6000 });
      expect(report.caller.soundMs).toBe(0);
      expect(report.talkOver.count).toBe(0);
    }
  });
});
