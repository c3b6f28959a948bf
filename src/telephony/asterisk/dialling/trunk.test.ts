import { describe, expect, it } from 'vitest';
import { endpointOf, shownAs } from './trunk.ts';

const TRUNK = { template: 'PJSIP/{number}@trunk', callerId: undefined };

describe('a number', () => {
  it('goes into the template of a trunk', () => {
    expect(endpointOf(TRUNK, '+79161234512')).toBe('PJSIP/+79161234512@trunk');
    expect(endpointOf(TRUNK, '201')).toBe('PJSIP/201@trunk');
  });

  it.each([
    '+7916@other',
    '201&PJSIP/900',
    '201/x',
    '201,30',
    '',
    '+',
    '1',
    'sip:a',
    '+7 916',
    '2'.repeat(16),
  ])('that means something else to a dial string is not dialled: %s', (number) => {
    expect(endpointOf(TRUNK, number)).toBeUndefined();
  });
});

describe('what the callee sees', () => {
  it('is the number, and a name if there is one', () => {
    expect(shownAs('+74951234567')).toEqual({ 'CONNECTEDLINE(num,i)': '+74951234567' });
    expect(shownAs('Daisy <+74951234567>')).toEqual({
      'CONNECTEDLINE(num,i)': '+74951234567',
      'CONNECTEDLINE(name,i)': 'Daisy',
    });
    expect(shownAs(undefined)).toEqual({});
  });
});
