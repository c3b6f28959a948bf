/** When a socket counts as silent. */
import { expect, it } from 'vitest';
import type { Clock } from '../../../base/clock.ts';
import { Heartbeat } from './heartbeat.ts';

const BEAT_MS = 500;

/** A clock whose timers fire by hand, as late as one likes. */
function beating(unanswered = 1) {
  let [nowMs, pings, silences] = [0, 0, 0];
  let fire: () => void = () => undefined;
  const clock: Clock = {
    nowMs: () => nowMs,
    after: (_delayMs, callback) => ((fire = callback), () => undefined),
  };
  const heartbeat = new Heartbeat(
    clock,
    () => pings++,
    () => silences++,
    { everyMs: BEAT_MS, unanswered },
  );
  const beat = (lateMs = 0) => {
    nowMs += BEAT_MS + lateMs;
    fire();
    return { pings, silences };
  };
  return { heartbeat, beat };
}

it('is silent when nothing was heard from one ping to the next', () => {
  const { beat, heartbeat } = beating();
  expect(beat()).toEqual({ pings: 1, silences: 0 });
  heartbeat.heard();
  expect(beat()).toEqual({ pings: 2, silences: 0 });
  expect(beat()).toEqual({ pings: 2, silences: 1 });
});

it('is not silent because of one answer that is late, where several may be', () => {
  const { beat, heartbeat } = beating(3);
  beat();
  beat();
  expect(beat()).toEqual({ pings: 3, silences: 0 });
  heartbeat.heard();
  for (let pings = 4; pings <= 6; pings++) expect(beat()).toEqual({ pings, silences: 0 });
  expect(beat()).toEqual({ pings: 6, silences: 1 });
});

it('is not silent because the process that listens stood still: the answer may lie there unread', () => {
  const { beat } = beating();
  beat();
  expect(beat(1_500)).toEqual({ pings: 2, silences: 0 });
  expect(beat()).toEqual({ pings: 2, silences: 1 });
});
