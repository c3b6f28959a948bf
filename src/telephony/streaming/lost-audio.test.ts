import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../base/seeded.ts';
import { LostAudio } from './lost-audio.ts';

const FRAME_MS = 20;

/** Frames of a far end whose clock is `slowness` slower than ours, each lost or late by chance. */
function sent(
  lost: LostAudio,
  {
    forMs,
    share = 0,
    jitterMs = 0,
    slowness = 0,
    fromMs = 0,
  }: Readonly<Record<string, number>> & { forMs: number },
): number {
  const random = seededRandom(7);
  let count = 0;
  let arrivesMs = 0;
  for (let atMs = FRAME_MS; atMs <= forMs; atMs += FRAME_MS) {
    const isLost = random() < share && atMs > FRAME_MS;
    arrivesMs = Math.max(arrivesMs, (fromMs + atMs) * (1 + slowness) + random() * jitterMs);
    if (isLost) count++;
    else lost.arrived(FRAME_MS, arrivesMs);
  }
  return count * FRAME_MS;
}

describe('what a far end has sent and what never came', () => {
  it.each([
    ['in a short call', { forMs: 4000, share: 0.1 }],
    ['in a long one', { forMs: 120_000, share: 0.02 }],
    ['over a network that jitters', { forMs: 30_000, share: 0.05, jitterMs: 40 }],
  ])('is told of %s', (_, options) => {
    const lost = new LostAudio();
    const lostMs = sent(lost, options);
    expect(lostMs).toBeGreaterThan(200);
    // What was lost in the last second may have been late.
    expect(Math.abs(lost.lostMs - lostMs)).toBeLessThanOrEqual(120);
  });

  it('is nothing where it only jitters, or where a clock is slower than ours', () => {
    for (const options of [{ jitterMs: 60 }, { slowness: 0.0001 }, { slowness: -0.0001 }]) {
      const lost = new LostAudio();
      sent(lost, { forMs: 300_000, ...options });
      expect(lost.lostMs).toBeLessThan(10);
    }
  });

  it('is nothing where the network has stalled and all of it comes at once', () => {
    const lost = new LostAudio();
    sent(lost, { forMs: 2000 });
    lost.nothing(700);
    expect(lost.lostMs).toBe(700);
    for (let n = 0; n < 40; n++) lost.arrived(FRAME_MS, 2800);
    expect(lost.lostMs).toBe(0);
  });

  it('is nothing of what a caller on hold does not send', () => {
    const lost = new LostAudio();
    sent(lost, { forMs: 2000 });
    lost.pause();
    lost.nothing(700);
    sent(lost, { forMs: 2000, fromMs: 30_000 });
    expect(lost.lostMs).toBe(0);
    lost.nothing(100);
    lost.pause();
    expect(lost.lostMs).toBe(100);
  });
});
