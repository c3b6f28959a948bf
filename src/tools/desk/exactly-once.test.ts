import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../base/manual-clock.ts';
import { seeded } from '../../base/seeded.ts';
import { ShopLife } from '../testing/shop-life.ts';
import type { Happened } from '../testing/shop-life.ts';

/** Of each the model asks about four times, each time with a course of its own: early, repeated, interrupted, late, lost, killed. */
const LIVES = 25_000;
const ASKED = 100_000;

/** In one world at a time: they share its clock, so that one step of it moves many of them. */
const TOGETHER = 100;

/** Each must have happened in so many of them, or nothing was shown. */
const OFTEN = LIVES / 500;

/** Ten seconds of one core; a machine that is busy takes several times as long. */
const PATIENCE_MS = 240_000;

describe('a tool with effects', { timeout: PATIENCE_MS }, () => {
  it(`is done exactly once, or told of as uncertain, whatever comes between, in ${ASKED} uses that were asked for`, async () => {
    const happened = new Map<Happened, number>();
    const broken: unknown[] = [];
    for (let first = 0; first < LIVES; first += TOGETHER) {
      const clock = new ManualClock();
      const lives = Array.from({ length: TOGETHER }, (_, index) => {
        const seed = first + index;
        const life = new ShopLife(clock, seeded(seed), {
          count: (what) => happened.set(what, (happened.get(what) ?? 0) + 1),
          broken: (law, seen) => broken.push({ law, seed, seen }),
        });
        return life.run();
      });
      await clock.runUntil(Promise.all(lives));
    }
    expect(broken.slice(0, 3)).toEqual([]);
    expect(happened.get('asked')).toBeGreaterThan(ASKED);
    const all: readonly Happened[] = [
      'early',
      'interrupted',
      'hungUp',
      'killed',
      'resumed',
      'repeated',
      'another',
      'done',
      'refused',
      'lost answer',
      'same key again',
      'cancelled',
      'disk full',
      'told late',
      'asked first',
    ];
    for (const what of all) expect(happened.get(what) ?? 0, what).toBeGreaterThan(OFTEN);
  });
});
