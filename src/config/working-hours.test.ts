import { describe, expect, it } from 'vitest';
import { readProfile } from './profile-file.ts';
import { isOpenAt } from './working-hours.ts';
import type { WorkingHours } from './working-hours.ts';

const MOSCOW = 'Europe/Moscow';

function isOpen(hours: Partial<WorkingHours>, when: string, timeZone = MOSCOW): boolean {
  return isOpenAt({ week: {}, holidays: [], ...hours }, timeZone, Date.parse(when));
}

describe('working hours', () => {
  // 2026-11-27 is a Friday; Moscow is three hours ahead of UTC all year.
  const week = { friday: ['09:00-13:00', '14:00-18:00'], saturday: '22:00-02:00' } as const;

  it.each([
    ['2026-11-27T05:59:59Z', false],
    ['2026-11-27T06:00:00Z', true],
    ['2026-11-27T09:59:59Z', true],
    ['2026-11-27T10:30:00Z', false],
    ['2026-11-27T11:00:00Z', true],
    ['2026-11-27T15:00:00Z', false],
    ['2026-11-26T06:00:00Z', false],
  ])('with a break at noon: at %s it is %s that somebody is there', (when, expected) => {
    expect(isOpen({ week }, when)).toBe(expected);
  });

  it.each([
    ['2026-11-28T18:59:00Z', false],
    ['2026-11-28T19:00:00Z', true],
    ['2026-11-28T22:30:00Z', true],
    ['2026-11-28T23:00:00Z', false],
    ['2026-11-27T22:30:00Z', false],
  ])('past midnight: at %s it is %s', (when, expected) => {
    expect(isOpen({ week }, when)).toBe(expected);
  });

  it('of Sunday night go on into Monday', () => {
    expect(isOpen({ week: { sunday: '20:00-04:00' } }, '2026-11-30T00:30:00Z')).toBe(true);
    expect(isOpen({ week: { sunday: '20:00-04:00' } }, '2026-11-30T01:00:00Z')).toBe(false);
  });

  it('know days off: of one year, of every year, and not the night before them', () => {
    const always = { friday: '00:00-24:00', saturday: '00:00-24:00' };
    expect(isOpen({ week: always, holidays: ['2026-11-27'] }, '2026-11-27T10:00:00Z')).toBe(false);
    expect(isOpen({ week: always, holidays: ['2025-11-27'] }, '2026-11-27T10:00:00Z')).toBe(true);
    expect(isOpen({ week: always, holidays: ['11-27'] }, '2026-11-27T10:00:00Z')).toBe(false);
    // The night that began on Saturday is Saturday's, although Sunday is a day off.
    expect(isOpen({ week, holidays: ['2026-11-29'] }, '2026-11-28T22:30:00Z')).toBe(true);
    expect(isOpen({ week, holidays: ['2026-11-28'] }, '2026-11-28T22:30:00Z')).toBe(false);
  });

  it.each([
    // Clocks in Berlin go from 01:59 to 03:00 on 29 March 2026, a Sunday: nine o'clock is at 07:00 UTC, and the day before at 08:00.
    ['2026-03-28T07:30:00Z', false],
    ['2026-03-28T08:00:00Z', true],
    ['2026-03-29T06:59:00Z', false],
    ['2026-03-29T07:00:00Z', true],
    // And back on 25 October: 02:30 comes twice.
    ['2026-10-25T08:00:00Z', true],
    ['2026-10-25T07:30:00Z', false],
  ])('follow the clocks when they are changed: at %s it is %s', (when, expected) => {
    const hours = { week: { saturday: '09:00-17:00', sunday: '09:00-17:00' } };
    expect(isOpen(hours, when, 'Europe/Berlin')).toBe(expected);
  });

  it('of a night in which the clocks are changed end when the clocks say so', () => {
    const hours = { week: { saturday: '22:00-04:00' } };
    expect(isOpen(hours, '2026-03-29T01:59:00Z', 'Europe/Berlin')).toBe(true);
    expect(isOpen(hours, '2026-03-29T02:00:00Z', 'Europe/Berlin')).toBe(false);
    expect(isOpen(hours, '2026-10-25T02:59:00Z', 'Europe/Berlin')).toBe(true);
    expect(isOpen(hours, '2026-10-25T03:00:00Z', 'Europe/Berlin')).toBe(false);
  });
});

describe('faults in what a profile says of hours and calls', () => {
  const outside = '  outside: { greeting: We are closed. }';
  it.each([
    [
      'a time zone that is none',
      ['timeZone: Europe/Moskow'],
      'timeZone: "Europe/Moskow" is no time zone; did you mean Europe/Moscow?',
    ],
    [
      'a day that is none',
      ['hours:', '  week: { monday: 09:00-18:00, fryday: 09:00-18:00 }', outside],
      'hours.week.fryday: is no key of a profile; did you mean friday?',
    ],
    [
      'hours that are none',
      ['hours:', '  week: { monday: 09:00-25:00 }', outside],
      'hours.week.monday: expected hours such as 09:00-18:00',
    ],
    [
      'hours without an end',
      ['hours:', '  week: { monday: [09:00-09:00] }', outside],
      'expected hours such as 09:00-18:00',
    ],
    [
      'no hours at all',
      ['hours:', '  week: {}', outside],
      'hours.week: expected the hours of at least one day',
    ],
    [
      'hours that overlap',
      ['hours:', '  week: { monday: [09:00-13:00, 12:00-18:00] }', outside],
      'hours.week.monday: 12:00-18:00 overlaps 09:00-13:00 of monday',
    ],
    [
      'a night that overlaps the morning',
      ['hours:', '  week: { sunday: 22:00-09:00, monday: 08:00-18:00 }', outside],
      'hours.week.monday: 08:00-18:00 overlaps 22:00-09:00 of sunday',
    ],
    [
      'a day off that the calendar does not have',
      ['hours:', '  week: { monday: 09:00-18:00 }', '  holidays: [2026-02-30]', outside],
      'hours.holidays.0: expected a day of the calendar',
    ],
    [
      'nothing to do outside them',
      ['hours:', '  week: { monday: 09:00-18:00 }', '  outside: {}'],
      'hours.outside: expected a greeting',
    ],
    [
      'two things to do outside them',
      ['hours:', '  week: { monday: 09:00-18:00 }', '  outside: { greeting: Bye., fallback: true }'],
      'hours.outside: expected a greeting',
    ],
    ['something that no call has', ['greeting: Hello {{caler.number}}'], 'did you mean {{caller.number}}?'],
  ] as const)('%s is told with its line', (_, lines, expected) => {
    const read = readProfile('shop', ['prompt: x', ...lines].join('\n'));
    expect('faults' in read ? read.faults.join('\n') : 'no fault').toContain(expected);
    expect('faults' in read ? read.faults.length : 0).toBe(1);
    expect('faults' in read && read.faults[0]).toMatch(/^:[2-5]: /);
  });

  it('there are none in hours as people write them', () => {
    const yaml = [
      'prompt: It is {{now}}; {{ caller.number }} calls {{call.dialled}}.',
      'timeZone: Europe/Moscow',
      'hours:',
      '  week: { monday: 9:00-18:00, friday: [09:00-13:00, 13:00-18:00], sunday: 22:00 - 06:00 }',
      '  holidays: [2026-12-31, 01-01, 02-29]',
      '  outside: { fallback: true }',
    ];
    expect(readProfile('shop', yaml.join('\n'))).not.toHaveProperty('faults');
  });
});
