import { expect, it } from 'vitest';
import type { LogFields } from '../base/log.ts';
import { silentLog } from '../base/log.ts';
import { ManualClock } from '../base/manual-clock.ts';
import { Timeline } from '../timeline/timeline.ts';
import { logTurns } from './turn-log.ts';

it('the line of a turn says in which language it was', () => {
  const lines: LogFields[] = [];
  const timeline = new Timeline(new ManualClock());
  const log = { ...silentLog, info: (fields: LogFields) => void lines.push(fields) };
  logTurns({ timeline, language: 'ru-RU' }, log, {} as Parameters<typeof logTurns>[2]);
  for (const to of [undefined, 'en-US', undefined, 'ru-RU']) {
    timeline.turn++;
    if (to !== undefined) timeline.mark('language.switched', { from: '', to });
    timeline.mark('turn.over', { outcome: 'spoken' });
  }
  expect(lines.map(({ turn, language }) => [turn, language])).toEqual([
    [1, 'ru-RU'],
    [2, 'en-US'],
    [3, 'en-US'],
    [4, 'ru-RU'],
  ]);
});

it('the line of a turn says how long what was known and what was done took, beside the answer', async () => {
  const lines: LogFields[] = [];
  const clock = new ManualClock();
  const timeline = new Timeline(clock);
  const log = { ...silentLog, info: (fields: LogFields) => void lines.push(fields) };
  logTurns({ timeline, language: 'ru-RU' }, log, {} as Parameters<typeof logTurns>[2]);
  timeline.turn = 1;
  const ready = { startedAtMs: 0, late: false, found: 3 };
  timeline.mark('context.ready', { ...ready, source: 'knowledge', tookMs: 40 });
  timeline.mark('context.ready', { ...ready, source: 'caller', tookMs: 800, late: true });
  await clock.advance(1500);
  for (const [name, tookMs] of [
    ['stock', 700],
    ['price', 1200],
  ] as const)
    timeline.mark('tool.done', { name, status: 'done', tookMs });
  timeline.mark('turn.over', { outcome: 'spoken' });
  timeline.turn = 2;
  timeline.mark('turn.over', { outcome: 'spoken' });
  expect(lines[0]).toMatchObject({
    contextSeconds: 0.8,
    contexts: 2,
    lateContexts: 1,
    toolSeconds: 1.2,
    tools: 2,
  });
  expect(lines[1]).toMatchObject({ toolSeconds: undefined, contexts: undefined });
});
