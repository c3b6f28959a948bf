import { describe, expect, it } from 'vitest';
import type { RecordedStop } from '../bundle/recorded-stops.ts';
import { LEAST_STOPS, learntPauses } from './learnt-pauses.ts';
import { pauseFigures, turnIsOver } from './pause-policy.ts';

type Sound = RecordedStop['told'][number]['sounds'];

const AS_FOR_ALL = { mode: 'adaptive', silenceMs: 600 } as const;
const TOLD_AFTER_MS = 100;

/** Known when the stop is told of; the caller goes on, or it is the end. */
const stop = (sounds: Sound, wentOnAfterMs?: number): RecordedStop => ({
  ...{ utterance: 0, endedAtMs: 5000, told: [{ atMs: 5000 + TOLD_AFTER_MS, events: 1, sounds }] },
  ...(wentOnAfterMs !== undefined && { wentOnAfterMs }),
});
const times = (count: number, one: RecordedStop) => Array.from({ length: count }, () => one);

/** Callers who say a word and breathe for 1100 ms, and have finished whenever they have said a sentence. */
const HALF = [
  ...times(60, stop('likely')),
  ...times(30, stop('begun', 1100)),
  ...times(10, stop('begun')),
  ...times(5, stop('open', 2000)),
];

describe('what a stop comes to', () => {
  it('is what the bot waits by the words that were known by then', () => {
    const late: RecordedStop = {
      ...stop('open'),
      told: [
        { atMs: 5100, events: 1, sounds: 'open' },
        { atMs: 5400, events: 2, sounds: 'complete' },
      ],
    };
    const overMs = turnIsOver(AS_FOR_ALL);
    expect([overMs(stop('open')), overMs(stop('complete')), overMs(late)]).toEqual([1500, 300, 400]);
    expect(turnIsOver({ mode: 'fixed', silenceMs: 700 })(late)).toBe(700);
    expect(turnIsOver({ ...AS_FOR_ALL, shares: { open: 2 } })(stop('open'))).toBe(1200);
  });

  it('is a cut where the turn was over before the caller went on', () => {
    const stops = [stop('begun', 899), stop('begun', 901), stop('complete')];
    expect(pauseFigures(stops, turnIsOver(AS_FOR_ALL))).toEqual({ stops: 3, waitMs: 300, cuts: 1 });
  });
});

describe('what is learnt of the pauses of a bot', () => {
  it('waits less at the ends and cuts no more, in both halves', () => {
    const pauses = learntPauses({ chosen: HALF, heldOut: HALF }, AS_FOR_ALL);
    if (pauses.kind !== 'learnt') throw new Error(pauses.kind);
    expect(pauses).toMatchObject({
      stops: 2 * HALF.length,
      asItWas: { heldOut: { cuts: 35, waitMs: (60 * 360 + 10 * 900) / 70 } },
    });
    expect(pauses.learnt.heldOut.waitMs).toBeLessThan(300);
    expect(pauses.learnt.heldOut.cuts).toBeLessThanOrEqual(35);
    // Of what nobody has said often enough nothing is learnt: 1500 ms, as before.
    expect(pauses.candidate).toEqual(
      expect.arrayContaining(['endpointing.silenceMs=600', 'endpointing.shares.open=2.5']),
    );
  });

  it('cuts nobody to be quicker', () => {
    const careful = [...times(40, stop('begun')), ...times(120, stop('begun', 650))];
    const pauses = learntPauses({ chosen: careful, heldOut: careful }, AS_FOR_ALL);
    if (pauses.kind !== 'learnt') throw new Error(pauses.kind);
    expect(pauses.learnt.chosen).toMatchObject({ waitMs: 702, cuts: 0 });
  });

  it('is nothing of too few stops, and nothing that the other half does not bear out', () => {
    expect(learntPauses({ chosen: HALF.slice(0, 90), heldOut: HALF }, AS_FOR_ALL).kind).toBe('tooFew');
    const others = times(LEAST_STOPS, stop('likely', 300));
    expect(learntPauses({ chosen: HALF, heldOut: others }, AS_FOR_ALL).kind).toBe('noneBetter');
  });
});
