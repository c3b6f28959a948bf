import { beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '../base/manual-clock.ts';
import { ALARMING_SHARES, THRESHOLDS } from '../timeline/thresholds.ts';
import type { AlertEvent } from './alert.ts';
import { Alerts } from './alerts.ts';

const { warningMs, criticalMs } = THRESHOLDS.answer;
const WINDOW_MS = 60_000;
const CALM_MS = 10_000;

let clock: ManualClock;
let alerts: Alerts;
let events: AlertEvent[];

beforeEach(() => {
  clock = new ManualClock();
  alerts = new Alerts({
    clock,
    epochMs: () => 1_000_000 + clock.nowMs(),
    pace: { windowMs: WINDOW_MS, minSamples: 10, calmMs: CALM_MS },
  });
  events = [];
  alerts.subscribe((event) => events.push(event));
});

const told = () => events.map(({ kind, alert }) => `${kind} ${alert.name} ${alert.severity}`);

/** An answer every second. */
async function answers(count: number, lateMs: number): Promise<void> {
  for (let n = 0; n < count; n++) {
    alerts.note('late_answers', lateMs);
    await clock.advance(1000);
  }
}

describe('alerts', () => {
  it('are raised once for one cause, with the figures, however long it lasts', async () => {
    await answers(9, 200);
    await answers(40, warningMs + 1);
    expect(told()).toEqual(['raised late_answers warning']);
    const [alert] = alerts.active;
    expect(alert).toMatchObject({ name: 'late_answers', severity: 'warning', samples: 49 });
    expect(alert?.share).toBeCloseTo(40 / 49);
    expect(alert?.summary).toMatch(/^82 % of 49 answers began more than 1.5 s after/);
    expect(alert?.sinceEpochMs).toBe(events[0]?.alert.sinceEpochMs);
  });

  it('are not raised by what is just within the limit', async () => {
    await answers(30, warningMs);
    expect(told()).toEqual([]);
  });

  it('are not raised by one accident, nor by few samples', async () => {
    await answers(9, criticalMs * 2);
    expect(told()).toEqual([]);
    await clock.advance(WINDOW_MS);
    await answers(9, 200);
    await answers(1, criticalMs * 2);
    await answers(20, 200);
    expect(told()).toEqual([]);
  });

  it('forget what is older than their window', async () => {
    await answers(9, criticalMs + 1);
    await clock.advance(WINDOW_MS);
    await answers(10, 200);
    expect(told()).toEqual([]);
  });

  it('get worse, and milder, as the same alert', async () => {
    await answers(20, warningMs + 1);
    await answers(10, criticalMs + 1);
    expect(told()).toEqual(['raised late_answers warning', 'changed late_answers critical']);
    await answers(WINDOW_MS / 1000 + CALM_MS / 1000, warningMs + 1);
    expect(told().slice(2)).toEqual(['changed late_answers warning']);
    expect(alerts.active[0]?.sinceEpochMs).toBe(events[0]?.alert.sinceEpochMs);
  });

  it('stay while the share only hovers below the limit', async () => {
    await answers(20, warningMs + 1);
    expect(told()).toHaveLength(1);
    // One in fourteen: less than what raises, more than half of it.
    const between = ALARMING_SHARES.late * 0.7;
    for (let n = 0; n < 10; n++) {
      await answers(1, warningMs + 1);
      await answers(Math.round(1 / between) - 1, 200);
    }
    expect(told()).toEqual(['raised late_answers warning']);
  });

  it('are cleared once, only when all has been well for a while', async () => {
    await answers(20, warningMs + 1);
    await answers((WINDOW_MS - 2000) / 1000, 200);
    expect(told()).toHaveLength(1);
    await answers(CALM_MS / 1000 + 4, 200);
    expect(told()).toEqual(['raised late_answers warning', 'cleared late_answers warning']);
    expect(alerts.active).toEqual([]);
    await answers(100, 200);
    expect(told()).toHaveLength(2);
  });

  it('do not come and go with a cause that does', async () => {
    await answers(20, warningMs + 1);
    for (let n = 0; n < 5; n++) {
      await clock.advance(WINDOW_MS + CALM_MS / 2);
      await answers(2, warningMs + 1);
    }
    expect(told()).toEqual(['raised late_answers warning']);
  });

  it('end when nobody calls any more', async () => {
    await answers(20, warningMs + 1);
    await clock.advance(WINDOW_MS + CALM_MS + 2000);
    expect(told().at(-1)).toBe('cleared late_answers warning');
  });

  it('speak of fallbacks as a share of the requests', async () => {
    for (let n = 0; n < 100; n++) {
      alerts.begun('synthesis_fallbacks');
      if (n % 10 === 0) alerts.breach('synthesis_fallbacks');
    }
    await clock.advance(2000);
    expect(told()).toEqual([]);
    alerts.breach('synthesis_fallbacks');
    await clock.advance(2000);
    expect(told()).toEqual(['raised synthesis_fallbacks error']);
  });

  it('are raised by the first refusal of credentials, and let go once it has been well for a while', async () => {
    alerts.note('model_refuses', 1);
    await clock.advance(1000);
    expect(told()).toEqual(['raised model_refuses critical']);
    expect(alerts.active[0]?.summary).toBe('1 × the credentials were refused (model)');
    for (let n = 0; n < 10; n++) {
      await clock.advance(CALM_MS - 1000);
      alerts.note('model_refuses', 1);
    }
    expect(told()).toHaveLength(1);
    await clock.advance(2 * CALM_MS + 2000);
    expect(told()).toEqual(['raised model_refuses critical', 'cleared model_refuses critical']);
  });

  it('of two causes are two', async () => {
    for (let n = 0; n < 10; n++) {
      alerts.note('failed_fillers', 1);
      alerts.note('dead_air', THRESHOLDS.deadAir.warningMs + 1);
    }
    await clock.advance(1000);
    expect(told().sort()).toEqual(['raised dead_air critical', 'raised failed_fillers warning']);
  });

  it('leave no timer and no listener behind', async () => {
    alerts.close();
    expect(clock.pending).toBe(0);
  });
});
