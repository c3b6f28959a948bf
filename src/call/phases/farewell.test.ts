import { beforeEach, expect, it } from 'vitest';
import { silence } from '../../audio/pcm.ts';
import { silentLog } from '../../base/log.ts';
import type { LogFields } from '../../base/log.ts';
import { ManualClock } from '../../base/manual-clock.ts';
import { profileSchemaFor } from '../../config/bot-profile.ts';
import type { Line } from '../../telephony/line.ts';
import { Timeline } from '../../timeline/timeline.ts';
import { seeOff } from './farewell.ts';
import { Mouth } from '../speaking/mouth.ts';
import { PhraseBook } from '../speaking/phrase-book.ts';
import { ScriptedPlayer } from '../speaking/testing/scripted-player.ts';

const FALLBACK = { kind: 'dialplan', context: 'gone', extension: 's', priority: 1 } as const;

let clock: ManualClock;
let timeline: Timeline;
let logged: string[];
beforeEach(() => {
  clock = new ManualClock();
  timeline = new Timeline(clock);
  logged = [];
});

it.each([
  ['is handed over to a place that there is', true, { sentOn: 1, said: [] }],
  [
    'hears goodbye where there is no such place, and the operator is told',
    false,
    { sentOn: 0, said: ['Всего доброго!'] },
  ],
])('a caller %s', async (_, hasPlace, expected) => {
  let sentOn = 0;
  const profile = {
    name: 'default',
    ...profileSchemaFor({}).parse({ prompt: 'Ты бот.', silence: { goodbye: 'Всего доброго!' } }),
  };
  const speak = async () => silence(200, 8000);
  const book = new PhraseBook({ profile, speak, shipped: () => [], sampleRateHz: 8000, log: silentLog });
  await book.prepare(new AbortController().signal);
  const line = {
    ended: new AbortController().signal,
    hasPlace: async () => hasPlace,
    transfer: async () => void sentOn++,
  } as unknown as Line;
  const mouth = new Mouth({ player: new ScriptedPlayer(clock), clock, timeline, language: () => 'ru-RU' });
  const log = { ...silentLog, error: ({ event }: LogFields) => void logged.push(String(event)) };
  await clock.runUntil(seeOff({ line, mouth, book, log }, { place: FALLBACK, goodbye: 'Всего доброго!' }));
  const said = timeline.entries.flatMap((entry) => (entry.type === 'playback.started' ? [entry.text] : []));
  expect({ sentOn, said }).toEqual(expected);
  expect(logged).toEqual(hasPlace ? [] : ['call.placeMissing']);
});
