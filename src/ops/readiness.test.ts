import { describe, expect, it } from 'vitest';
import { whyNotReady } from './readiness.ts';

const WELL = { isFailing: false, isRefused: false };
const FAILS = { isFailing: true, isRefused: false };
const REFUSES = { isFailing: true, isRefused: true };

const ALL_WELL = {
  telephones: [{ connected: true, trouble: undefined }],
  refusal: undefined,
  synthesizers: [
    { isResting: false, isRefused: false },
    { isResting: false, isRefused: false },
  ],
  recognizers: [WELL, WELL],
  chat: WELL,
};

describe('readiness', () => {
  it('is yes while everything is well, and while one of two providers is', () => {
    expect(whyNotReady(ALL_WELL)).toEqual([]);
    const [first] = ALL_WELL.synthesizers;
    expect(
      whyNotReady({
        ...ALL_WELL,
        synthesizers: [...(first ? [first] : []), { isResting: true, isRefused: false }],
        recognizers: [WELL, REFUSES],
      }),
    ).toEqual([]);
  });

  it('says that the model fails, and that it refuses the key', () => {
    expect(whyNotReady({ ...ALL_WELL, chat: FAILS })).toEqual(['the model fails']);
    expect(whyNotReady({ ...ALL_WELL, chat: REFUSES })).toEqual(['the model refuses the key']);
  });

  it('is no where every provider answers, but with a refusal of the credentials', () => {
    expect(
      whyNotReady({
        ...ALL_WELL,
        synthesizers: [
          { isResting: false, isRefused: true },
          { isResting: true, isRefused: false },
        ],
        recognizers: [REFUSES, REFUSES],
      }),
    ).toEqual(['every synthesizer fails', 'every recognizer refuses the credentials']);
  });
});
