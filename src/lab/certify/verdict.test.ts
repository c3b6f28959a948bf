import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { concatBytes, silence, slice } from '../../audio/pcm.ts';
import type { Pcm } from '../../audio/pcm.ts';
import { resampled } from '../../audio/resample.ts';
import { tone } from '../../audio/tone.ts';
import { decodeWav } from '../../audio/wav.ts';
import { projectRoot } from '../../base/project-root.ts';
import { heardIn, orderOf } from './heard.ts';
import { complaintsAbout, figuresOf } from './verdict.ts';
import type { SaidInCall } from './verdict.ts';

const RATE_HZ = 8000;
/** A bot's, in a voice. */
const ANSWER = join(projectRoot(), 'src/lab/simulator/bot/hours-1.wav');
const LIMITS = { voiceToVoiceMs: 1500, bargeInMs: 1000, deadAirMs: 5000 };

/** Sound of a side at these times, in a call of so many ms. */
function track(lastsMs: number, ...sounds: readonly [fromMs: number, toMs: number, hz?: number][]) {
  const parts: Uint8Array[] = [];
  let atMs = 0;
  for (const [fromMs, toMs, hz = 440] of sounds) {
    parts.push(silence(fromMs - atMs, RATE_HZ).data, tone(hz, toMs - fromMs, RATE_HZ).data);
    atMs = toMs;
  }
  parts.push(silence(lastsMs - atMs, RATE_HZ).data);
  const pcm: Pcm = { sampleRateHz: RATE_HZ, data: concatBytes(parts) };
  return { startedAtMs: 0, pcm };
}

function judged(
  bot: ReturnType<typeof track>,
  caller: ReturnType<typeof track>,
  said: readonly SaidInCall[],
  more: { readonly wholeAnswerMs?: number; readonly recovers?: boolean } = {},
) {
  const heard = heardIn({ said: () => caller, heard: () => bot });
  const { wholeAnswerMs, recovers = false } = more;
  return figuresOf({ said, heard, wholeAnswerMs, tonesHz: [], recovers });
}

const ASKED: SaidInCall = { kind: 'speech', fromMs: 2000, toMs: 3000 };
const caller = track(12_000, [2000, 3000]);

describe('what a certificate says of a bot', () => {
  it('is when it greets and answers, by its sound', () => {
    const figures = judged(track(12_000, [500, 1500], [4000, 7000]), caller, [ASKED]);
    expect(figures.greetingMs).toBeCloseTo(500, -1);
    expect(figures.voiceToVoiceMs[0]).toBeCloseTo(1000, -1);
    expect(complaintsAbout(figures, LIMITS, false)).toEqual([]);
  });

  it('takes no echo for a greeting that a late phone seems to have heard before it spoke', () => {
    const late: SaidInCall = { ...ASKED, fromMs: ASKED.fromMs + 200 };
    const echo = judged(track(12_000, [2050, 3050]), caller, [late]);
    expect(echo).toMatchObject({ isEcho: true, greetingMs: null });
    const greets = judged(track(12_000, [500, 1200], [2050, 3050]), caller, [late]);
    expect(greets.greetingMs).toBeCloseTo(500, -1);
  });

  it('is that it is slow, or silent', () => {
    const slow = judged(track(12_000, [500, 1500], [5200, 7000]), caller, [ASKED]);
    expect(complaintsAbout(slow, LIMITS, false)).toEqual(['it answers after 2.2 s']);
    const silent = judged(track(12_000, [500, 1500]), caller, [ASKED]);
    expect(complaintsAbout(silent, LIMITS, false)).toEqual([
      'it does not answer',
      'it leaves the caller in silence for 9.0 s',
    ]);
    const mute = judged(track(4000), track(4000), []);
    expect(complaintsAbout(mute, LIMITS, false)).toEqual(['it greets nobody']);
  });

  it('is that it speaks on when it is interrupted', () => {
    const into: SaidInCall = { kind: 'into', fromMs: 5000, toMs: 6500 };
    const interrupts = track(12_000, [2000, 3000], [5000, 6500]);
    const gives = judged(track(12_000, [500, 1500], [4000, 5300], [7500, 9000]), interrupts, [ASKED, into]);
    expect(gives.bargeInMs).toBeCloseTo(300, -1);
    expect(complaintsAbout(gives, LIMITS, false)).toEqual([]);
    const goesOn = judged(track(12_000, [500, 1500], [4000, 6800], [7500, 9000]), interrupts, [ASKED, into]);
    expect(complaintsAbout(goesOn, LIMITS, false)).toEqual(['it speaks on for 1.8 s when it is interrupted']);
  });

  it('is that it stops for a cough, and not that it has ended by then', () => {
    const cough: SaidInCall = { kind: 'sound', fromMs: 4700, toMs: 5100 };
    const coughs = track(12_000, [2000, 3000], [4700, 5100]);
    const stopped = judged(track(12_000, [500, 1500], [4000, 4900]), coughs, [ASKED, cough], {
      wholeAnswerMs: 4000,
    });
    expect(complaintsAbout(stopped, LIMITS, false)).toContain('it stops for a sound that is no word');
    const wentOn = judged(track(12_000, [500, 1500], [4000, 4900], [5500, 8400]), coughs, [ASKED, cough], {
      wholeAnswerMs: 4000,
    });
    expect(wentOn.falseStops).toBe(0);
    // So short an answer would have ended then anyway.
    const short = judged(track(12_000, [500, 1500], [4000, 4900]), coughs, [ASKED, cough], {
      wholeAnswerMs: 900,
    });
    expect(short.falseStops).toBeNull();
  });

  it('is that it answers a number whose second half is still to come', () => {
    const dictates = track(12_000, [2000, 2600], [3100, 3700]);
    const dictated: SaidInCall = { kind: 'speech', fromMs: 2000, toMs: 3700 };
    const waits = judged(track(12_000, [500, 1500], [4300, 7000]), dictates, [dictated]);
    expect(complaintsAbout(waits, LIMITS, false)).toEqual([]);
    const cuts = judged(track(12_000, [500, 1500], [3750, 7000]), dictates, [dictated]);
    expect(complaintsAbout(cuts, LIMITS, false)).toEqual(['it speaks before the caller has finished']);
  });

  it.each(['sound', 'into'] as const)('is that it begins again when it is spoken into: %s', async (kind) => {
    const answer = resampled(decodeWav(await readFile(ANSWER)), RATE_HZ);
    const said: SaidInCall = { kind, fromMs: 4700, toMs: 5100 };
    const spoken = (nextFromMs: number) => {
      const next = slice(answer, nextFromMs);
      const parts = [silence(4000, RATE_HZ), slice(answer, 0, 1200), silence(700, RATE_HZ), next];
      const data = concatBytes([...parts, silence(1000, RATE_HZ)].map((part) => part.data));
      return { startedAtMs: 0, pcm: { sampleRateHz: RATE_HZ, data } };
    };
    const into = track(12_000, [2000, 3000], [4700, 5100]);
    expect(judged(spoken(0), into, [ASKED, said]).beginsAgain).toBe(true);
    expect(complaintsAbout(judged(spoken(0), into, [ASKED, said]), LIMITS, false)).toContain(
      'it begins again with what was spoken into',
    );
    expect(judged(spoken(1200), into, [ASKED, said]).beginsAgain).toBe(false);
  });

  it('forgives a late answer while a provider fails, but not that it stays lost', () => {
    const again: SaidInCall = { kind: 'speech', fromMs: 9000, toMs: 9500 };
    const asks = track(12_000, [2000, 3000], [9000, 9500]);
    const back = judged(track(12_000, [500, 1500], [5500, 7000], [10_200, 11_000]), asks, [ASKED, again], {
      recovers: true,
    });
    expect(back.recoveryMs).toBeCloseTo(700, -1);
    expect(complaintsAbout(back, LIMITS, true)).toEqual([]);
    const lost = judged(track(12_000, [500, 1500], [5500, 7000]), asks, [ASKED, again], { recovers: true });
    expect(complaintsAbout(lost, LIMITS, true)).toEqual([
      'it does not answer any more when its provider is well again',
    ]);
  });

  it('tells the order of words by their tones', () => {
    const heard = track(3000, [200, 700, 500], [800, 1300, 600], [1400, 1900, 700]);
    expect(orderOf(heard, [500, 600, 700])).toBe('kept');
    expect(orderOf(heard, [600, 500, 700])).toBe('broken');
    expect(orderOf(heard, [1200])).toBeNull();
  });

  it('lets an answer begin anew when the caller has spoken again, and in no other case', () => {
    const twice = track(9000, [500, 900, 500], [1000, 1400, 600], [5000, 5400, 500], [5500, 5900, 600]);
    expect(orderOf(twice, [500, 600])).toBe('broken');
    expect(orderOf(twice, [500, 600], [0, 4000])).toBe('kept');
    const confused = track(9000, [500, 900, 500], [5000, 5400, 600], [5500, 5900, 500]);
    expect(orderOf(confused, [500, 600], [0, 4000])).toBe('broken');
  });

  it('does not say of a bot that speaks on when it is interrupted that its words are in another order', () => {
    const into: SaidInCall = { kind: 'into', fromMs: 5000, toMs: 6500 };
    const interrupts = track(16_000, [2000, 3000], [5000, 6500]);
    const bot = track(16_000, [500, 1500, 1200], [4000, 7000, 500], [7400, 9000, 600], [9100, 11_000, 500]);
    const heard = heardIn({ said: () => interrupts, heard: () => bot });
    const figures = figuresOf({
      ...{ said: [ASKED, into], heard, wholeAnswerMs: undefined, tonesHz: [500, 600], recovers: false },
    });
    expect(figures.order).toBe('kept');
  });
});
