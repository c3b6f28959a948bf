import { describe, expect, it } from 'vitest';
import { parseRecordPolicy } from './record-policy.ts';

describe('which calls are recorded', () => {
  it.each([
    ['off', { kind: 'off' }],
    ['all', { kind: 'share', share: 1 }],
    ['alerts', { kind: 'alerts' }],
    ['10%', { kind: 'share', share: 0.1 }],
    ['2.5 %', { kind: 'share', share: 0.025 }],
  ])('is said by %s', (text, policy) => {
    expect(parseRecordPolicy(text)).toEqual(policy);
  });

  it.each(['', 'some', '110%', '-1%', '10'])('is not said by «%s»', (text) => {
    expect(parseRecordPolicy(text)).toBeUndefined();
  });
});
