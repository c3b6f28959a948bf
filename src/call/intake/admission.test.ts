import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../base/manual-clock.ts';
import type { ShareOf } from '../../base/provider-use.ts';
import { Admission } from './admission.ts';
import type { AdmissionSettings, FleetBound } from './admission.ts';

const GENEROUS: AdmissionSettings = {
  maxCalls: 1000,
  maxLagMs: 50,
  synthesesPerSecond: 1000,
  recognitionsPerSecond: 1000,
};

function admissionWith(settings: Partial<AdmissionSettings>, fleet?: FleetBound, shareOf?: ShareOf) {
  const clock = new ManualClock();
  const process = { lagMs: 0, freeFiles: Infinity };
  const admission = new Admission({
    settings: { ...GENEROUS, ...settings },
    ...{ clock, fleet, shareOf },
    lagMs: () => process.lagMs,
    freeFiles: () => process.freeFiles,
  });
  /** How many calls get in that come at the same moment. */
  const rush = () => {
    for (let admitted = 0; ; admitted++) {
      if (admission.refusal(admitted) !== undefined) return admitted;
      admission.admitted();
    }
  };
  return { admission, clock, process, rush };
}

describe('a call is not taken', () => {
  it('beyond the greatest number of calls', () => {
    const { admission } = admissionWith({ maxCalls: 2 });
    expect(admission.refusal(1)).toBeUndefined();
    expect(admission.refusal(2)).toBe('too-many-calls');
  });

  it('beyond the greatest number of calls of all daemons together, and as before where there are no others', () => {
    let elsewhere = 8;
    const { admission } = admissionWith({ maxCalls: 5 }, { maxCalls: 10, callsElsewhere: () => elsewhere });
    expect(admission.refusal(1)).toBeUndefined();
    expect(admission.refusal(2)).toBe('too-many-calls');
    elsewhere = 0;
    expect(admission.refusal(4)).toBeUndefined();
    expect(admission.refusal(5)).toBe('too-many-calls');
  });

  it('when the live ones would run short of files and sockets', () => {
    const { process, rush } = admissionWith({});
    process.freeFiles = 32 + 3 * 4;
    expect(rush()).toBe(3);
  });

  it('while the event loop is late, and again when it is not', () => {
    const { admission, process } = admissionWith({ maxLagMs: 50 });
    process.lagMs = 51;
    expect(admission.refusal(0)).toBe('event-loop-lag');
    process.lagMs = 50;
    expect(admission.refusal(0)).toBeUndefined();
  });

  it.each([
    ['synthesis', { synthesesPerSecond: 40 }, 'synthesis-quota'],
    ['recognition', { recognitionsPerSecond: 20 }, 'recognition-quota'],
  ] as const)(
    'while the %s quota is nearly used up, and again ten seconds later',
    async (kind, quota, reason) => {
      const { admission, clock } = admissionWith(quota);
      const limit = Object.values(quota)[0] ?? 0;
      for (let used = 0; used < 0.8 * limit * 10; used++) admission[kind]();
      expect(admission.state[kind]).toEqual({
        perSecond: expect.closeTo(0.8 * limit, 0) as number,
        limitPerSecond: limit,
      });
      expect(admission.refusal(0)).toBe(reason);
      await clock.advance(10_000);
      expect(admission.refusal(0)).toBeUndefined();
    },
  );

  it('where other daemons use the quota, and as if alone when they no longer do', async () => {
    const elsewhere = { synthesis: 30, recognition: 0 };
    const { admission, clock, rush } = admissionWith(
      { synthesesPerSecond: 40 },
      undefined,
      (kind, whole) => whole - elsewhere[kind],
    );
    // 32 a second of which 30 are used elsewhere, at 0.4 a call.
    expect(rush()).toBe(5);
    expect(admission.refusal(5)).toBe('synthesis-quota');
    // What they will ask for is told to the others before they ask.
    expect(admission.use).toEqual({ synthesis: 2, recognition: 1.25 });
    elsewhere.synthesis = 0;
    expect(admission.refusal(5)).toBeUndefined();
    await clock.advance(10_000);
    expect(admission.use).toEqual({ synthesis: 0, recognition: 0 });
  });

  it('in a rush, when those before it will need the quota as soon as they speak', async () => {
    const { admission, clock, rush } = admissionWith({ synthesesPerSecond: 40 });
    const admitted = rush();
    // 40 a second, of which bursts keep a fifth, at 0.4 a call.
    expect(admitted).toBe(80);
    expect(admission.refusal(admitted)).toBe('synthesis-quota');
    // They turned out to be silent.
    await clock.advance(10_000);
    expect(admission.refusal(admitted)).toBeUndefined();
  });
});
