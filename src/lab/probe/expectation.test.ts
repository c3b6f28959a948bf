import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judge, parseExpectation } from './expectation.ts';

describe('an expectation', () => {
  it.each([
    ['p95<1.0s', { measure: 'voiceToVoice', statistic: 'p95', orEqual: false, limit: 1000 }],
    ['greeting.max<=800ms', { measure: 'greeting', statistic: 'max', orEqual: true, limit: 800 }],
    ['bargeIn.mean < 0.25 s', { measure: 'bargeIn', statistic: 'mean', orEqual: false, limit: 250 }],
    ['gap.p5<=1ms', { measure: 'gap', statistic: 'p5', orEqual: true, limit: 1 }],
    ['loss.p100<0.5%', { measure: 'loss', statistic: 'p100', orEqual: false, limit: 0.5 }],
  ])('%s', (text, expectation) => {
    expect(parseExpectation(text)).toEqual({ text, ...expectation });
  });

  it.each([
    ['p95', 'not like p95<1.0s'],
    ['p95>1s', 'not like p95<1.0s'],
    ['p101<1s', 'not like p95<1.0s'],
    ['p95<1', 'not like p95<1.0s'],
    ['p95<fast', 'not like p95<1.0s'],
    ['p95<-1s', 'not like p95<1.0s'],
    ['mood.p95<1s', 'mood is none of answer, greeting, voiceToVoice'],
    ['loss.max<1s', 'loss is told in %'],
    ['p95<1%', 'voiceToVoice is told in ms or s'],
  ])('is not %s', (text, why) => {
    expect(() => parseExpectation(text)).toThrow(why);
    expect(() => parseExpectation(text)).toThrow('DIAL_EXPECTATION_INVALID');
  });

  it('is met at the limit only if it says so', () => {
    const samples = { measured: [700, 800, 900], missing: 0 };
    expect(judge(parseExpectation('max<0.9s'), samples)).toMatchObject({ actual: 900, met: false });
    expect(judge(parseExpectation('max<=0.9s'), samples).met).toBe(true);
    expect(judge(parseExpectation('p50<801ms'), samples)).toMatchObject({ actual: 800, met: true });
    expect(judge(parseExpectation('mean<=800ms'), samples).met).toBe(true);
  });

  it('is not met where nothing was measured', () => {
    for (const text of ['p95<9s', 'max<9s', 'mean<9s'])
      expect(judge(parseExpectation(text), { measured: [], missing: 0 })).toEqual({
        expectation: text,
        actual: null,
        met: false,
      });
  });

  it('counts what is missing as later than anything', () => {
    const one = { measured: [100, 100, 100], missing: 1 };
    expect(judge(parseExpectation('p75<1s'), one).met).toBe(true);
    expect(judge(parseExpectation('p95<1s'), one)).toMatchObject({ actual: null, met: false });
    expect(judge(parseExpectation('mean<1s'), one).met).toBe(false);
  });

  it('is never met by more if it is not by less', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(3000), { minLength: 1 }),
        fc.integer({ min: 1, max: 99 }),
        (measured, n) => {
          const meets = (limit: number) =>
            judge(parseExpectation(`p${n}<=${limit}ms`), { measured, missing: 0 }).met;
          expect(meets(1000) && !meets(2000)).toBe(false);
        },
      ),
    );
  });
});
