import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeG711, encodeG711, type G711Law } from '../../audio/g711.ts';
import { concatBytes, silence, type Pcm } from '../../audio/pcm.ts';
import { tone } from '../../audio/tone.ts';
import { toneHz, tonesHeard } from './tones.ts';
import type { Track } from './phone.ts';

const RATE = 8_000;

function track(law: G711Law, ...pieces: Pcm[]): Track {
  const pcm = { sampleRateHz: RATE, data: concatBytes(pieces.map(({ data }) => data)) };
  return { startedAtMs: 5_000, pcm: decodeG711(encodeG711(pcm, law), law) };
}

/** 25 tones, 120 Hz apart. */
const someTone = fc.record({
  hz: fc.integer({ min: 3, max: 27 }).map((n) => n * 120),
  forMs: fc.integer({ min: 60, max: 400 }),
  amplitude: fc.constantFrom(1600, 9800, 29_500),
  pauseMs: fc.constantFrom(0, 0, 80, 300),
});

describe('tones heard through G.711', () => {
  it('are the tones that were played, in their order, with edges within 20 ms', () => {
    fc.assert(
      fc.property(
        fc.array(someTone, { maxLength: 12 }),
        fc.constantFrom<G711Law>('PCMU', 'PCMA'),
        (played, law) => {
          const distinct = played.filter(({ hz }, i) => hz !== played[i - 1]?.hz);
          const pieces = distinct.flatMap(({ hz, forMs, amplitude, pauseMs }) => [
            silence(pauseMs, RATE),
            tone(hz, forMs, RATE, amplitude),
          ]);
          const heard = tonesHeard(track(law, ...pieces));
          expect(heard.map(({ hz }) => Math.round(hz / 120) * 120)).toEqual(distinct.map(({ hz }) => hz));
          let atMs = 0;
          for (const [i, { forMs, pauseMs }] of distinct.entries()) {
            atMs += pauseMs;
            expect(Math.abs((heard[i]?.startMs ?? Infinity) - atMs)).toBeLessThanOrEqual(20);
            atMs += forMs;
            expect(Math.abs((heard[i]?.endMs ?? Infinity) - atMs)).toBeLessThanOrEqual(20);
          }
        },
      ),
      { numRuns: 100 },
    );
  });

  it('are told apart when they differ by 30 Hz and follow each other directly', () => {
    const heard = tonesHeard(track('PCMU', tone(600, 200, RATE), tone(630, 200, RATE), tone(600, 200, RATE)));
    expect(heard.map(({ hz }) => Math.round(hz / 10) * 10)).toEqual([600, 630, 600]);
  });

  it('stay one tone over a lost packet, and are two after a real pause', () => {
    const pieces = (pauseMs: number) => [tone(700, 200, RATE), silence(pauseMs, RATE), tone(700, 200, RATE)];
    expect(tonesHeard(track('PCMU', ...pieces(20)))).toHaveLength(1);
    expect(tonesHeard(track('PCMU', ...pieces(100)))).toHaveLength(2);
  });

  it('carry the time at which they were heard', () => {
    const [heard] = tonesHeard(track('PCMA', silence(500, RATE), tone(700, 200, RATE)));
    expect(heard?.startedAtMs).toBeCloseTo(5_500, -1);
    expect(heard?.endedAtMs).toBeCloseTo(5_700, -1);
  });
});

describe('the tone of a piece of sound', () => {
  it('is exact and pure for a tone', () => {
    const heard = toneHz(track('PCMU', tone(1_004.5, 300, RATE)).pcm);
    expect(heard?.hz).toBeCloseTo(1_004.5, 0);
    expect(heard?.purity).toBeGreaterThan(0.99);
  });

  it('is not pure for two tones at once', () => {
    const both = Int16Array.from(
      { length: 2_400 },
      (_, i) => 8_000 * (Math.sin(i * 0.4) + Math.sin(i * 1.1)),
    );
    const heard = toneHz({ sampleRateHz: RATE, data: new Uint8Array(both.buffer) });
    expect(heard?.purity).toBeLessThan(0.6);
  });

  it('is nothing in silence', () => {
    expect(toneHz(silence(300, RATE))).toBeUndefined();
  });
});
