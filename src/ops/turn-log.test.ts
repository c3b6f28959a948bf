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
