import { expect, it } from 'vitest';
import { ManualClock } from '../../base/manual-clock.ts';
import { CallTape } from './call-tape.ts';

it('a call chooses by the very number that its bundle keeps, which never is 1', () => {
  const tape = new CallTape(new ManualClock());
  expect([0.9996, 0.33349, 0].map((drawn) => tape.draw(drawn))).toEqual([0.999, 0.333, 0]);
  expect(tape.draws).toEqual([0.999, 0.333, 0]);
});
