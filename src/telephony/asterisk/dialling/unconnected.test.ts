import { describe, expect, it } from 'vitest';
import { causeText, unconnectedOf } from './unconnected.ts';

describe('a call that did not come about', () => {
  it.each([
    [17, 486, 'busy'],
    [19, 480, 'noAnswer'],
    [18, 408, 'noAnswer'],
    [1, 404, 'unreachable'],
    [28, 484, 'unreachable'],
    [20, undefined, 'unreachable'],
    [21, 603, 'refused'],
    [21, 403, 'refused'],
    [34, 503, 'failed'],
    [58, 488, 'failed'],
    [127, 487, 'failed'],
  ] as const)('by cause %i and SIP %s is told as %s', (cause, sipStatus, outcome) => {
    expect(unconnectedOf({ cause, sipStatus, hasRung: false })).toBe(outcome);
  });

  it('because the trunk wants another password is our own fault, and no callee has declined', () => {
    expect(unconnectedOf({ cause: 21, sipStatus: 401, hasRung: false })).toBe('failed');
  });

  it('and was given up by the network after it had rung, has not been answered', () => {
    expect(unconnectedOf({ cause: 16, sipStatus: undefined, hasRung: true })).toBe('noAnswer');
    expect(unconnectedOf({ cause: 16, sipStatus: undefined, hasRung: false })).toBe('failed');
  });

  it('is told in the words of the network', () => {
    expect(causeText({ cause: 17, sipStatus: 486 })).toBe('Q.850 17 (SIP 486)');
    expect(causeText({ cause: 17, sipStatus: undefined })).toBe('Q.850 17');
  });
});
