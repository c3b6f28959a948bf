import { describe, expect, it } from 'vitest';
import { concatBytes, silence, slice } from '../../src/audio/pcm.ts';
import type { Pcm } from '../../src/audio/pcm.ts';
import { tone } from '../../src/audio/tone.ts';
import { tonesHeard } from '../../src/lab/phone/tones.ts';
import { tonesSoFar } from './tones-so-far.ts';

const RATE_HZ = 8000;
const LOOK_EVERY_MS = 50;

const joined = (...pieces: readonly Pcm[]): Pcm => ({
  sampleRateHz: RATE_HZ,
  data: concatBytes(pieces.map(({ data }) => data)),
});

/** A call that is heard as far as `untilMs` of `whole`, which may still change. */
function callOf(whole: Pcm) {
  return {
    whole,
    untilMs: 0,
    heard() {
      return { startedAtMs: 1000, pcm: slice(this.whole, 0, this.untilMs) };
    },
  };
}

const told = (tones: readonly { readonly hz: number; readonly startedAtMs: number }[]) =>
  tones.map(({ hz, startedAtMs }) => [Math.round(hz / 10) * 10, Math.round(startedAtMs / 20) * 20]);

describe('whoever listens along with a call', () => {
  it('has heard at its end what it holds', () => {
    const pieces = [silence(300, RATE_HZ), tone(600, 900, RATE_HZ), tone(900, 1200, RATE_HZ)];
    const whole = joined(...pieces, silence(700, RATE_HZ), tone(1500, 500, RATE_HZ), silence(800, RATE_HZ));
    const call = callOf(whole);
    for (; call.untilMs < 4400; call.untilMs += LOOK_EVERY_MS) tonesSoFar(call);
    expect(told(tonesSoFar(call))).toEqual([
      [600, 1300],
      [900, 2200],
      [1500, 4100],
    ]);
    expect(told(tonesSoFar(call))).toEqual(told(tonesHeard(call.heard())));
  });

  it('hears anew what has changed since the last look: a packet that came late', () => {
    const around = (middle: Pcm) => joined(tone(600, 300, RATE_HZ), middle, silence(100, RATE_HZ));
    const call = callOf(around(tone(600, 200, RATE_HZ)));
    call.untilMs = 600;
    expect(told(tonesSoFar(call))).toEqual([[600, 1000]]);
    call.whole = around(tone(900, 200, RATE_HZ));
    expect(told(tonesSoFar(call))).toEqual([
      [600, 1000],
      [900, 1300],
    ]);
  });
});
