import { describe, expect, it } from 'vitest';
import { recordedStops } from '../bundle/recorded-stops.ts';
import type { RecordedCall } from '../bundle/recorded-call.ts';
import { recordedCallWith, utteranceOf } from '../replay/testing/recorded.ts';
import { redactedCall } from './redacted-call.ts';
import { Mask } from './redaction.ts';
import { stopsJson, stopsOf } from './stops-of.ts';

const DETECTION_MS = 200;

/** Speech from and to, each told when it can be. */
const spoke = (...spans: readonly (readonly [number, number])[]) =>
  spans.flatMap(([startedAtMs, endedAtMs]) => [
    { kind: 'speechStarted' as const, atMs: startedAtMs + 40, startedAtMs },
    { kind: 'speechStopped' as const, atMs: endedAtMs + DETECTION_MS, startedAtMs, endedAtMs },
  ]);

/** The caller stops behind "к", goes on, ends; is answered, and thanks. */
async function call(given: Partial<RecordedCall> = {}): Promise<RecordedCall> {
  return recordedCallWith(
    {
      utterances: [
        {
          ...utteranceOf(
            { beganAtMs: 1000, finishedAtMs: 4100, end: { kind: 'done', atMs: 4200 } },
            {
              1800: 'partial: меня зовут Иван',
              2100: 'partial: меня зовут Иван я хочу к',
              3650: 'final: меня зовут Иван я хочу к врачу.',
            },
          ),
          heardAt: 0,
        },
        {
          ...utteranceOf(
            { beganAtMs: 6000, finishedAtMs: 7000, end: { kind: 'done', atMs: 7100 } },
            { 6400: 'partial: спасибо' },
          ),
          heardAt: 4,
        },
      ],
      timeline: [
        { type: 'turn.ended', atMs: 4100, turn: 1, speechEndedAtMs: 3500 },
        { type: 'playback.started', atMs: 4800, turn: 1, kind: 'answer', index: 0, text: 'Записала.' },
        { type: 'turn.ended', atMs: 7000, turn: 2, speechEndedAtMs: 6400 },
      ],
      ...given,
    },
    { hearing: spoke([1000, 2000], [2700, 3500], [6000, 6400]) },
  );
}

describe('the stops of a call', () => {
  it('tell what the words sounded like, when that was known, and whether the caller went on', async () => {
    expect(stopsOf(await call())).toEqual([
      {
        ...{ utterance: 0, endedAtMs: 2000, wentOnAfterMs: 700 },
        told: [{ atMs: 2200, events: 2, sounds: 'open' }],
      },
      {
        ...{ utterance: 0, endedAtMs: 3500 },
        told: [{ atMs: 3700, events: 3, sounds: 'complete' }],
      },
      {
        ...{ utterance: 1, endedAtMs: 6400 },
        told: [{ atMs: 6600, events: 1, sounds: 'finished' }],
      },
    ]);
  });

  it('went on where the bot had taken the turn, and had not been heard yet', async () => {
    const cut = await call();
    const [first, second] = cut.utterances;
    if (!first || !second) throw new Error('there are two');
    const early = {
      ...cut,
      utterances: [
        { ...first, finishedAtMs: 2600 },
        { ...second, heardAt: 2 },
      ],
    };
    expect(stopsOf(early)[0]).toMatchObject({ endedAtMs: 2000, wentOnAfterMs: 700 });
    const answered = {
      type: 'playback.started',
      atMs: 2300,
      turn: 0,
      kind: 'answer',
      index: 0,
      text: 'К кому?',
    } as const;
    expect(stopsOf({ ...early, timeline: [answered, ...cut.timeline] })[0]).not.toHaveProperty(
      'wentOnAfterMs',
    );
  });

  it('are none where nobody was understood, and none while a script asks', async () => {
    expect(stopsOf(await call({ utterances: [] }))).toEqual([]);
    const steps = [{ atMs: 0, turn: 0, step: 'name', phase: 'asking' }];
    const asked = { ...(await call()), flow: { steps } } as unknown as RecordedCall;
    expect(stopsOf(asked)).toEqual([]);
  });

  it('hold no word, and of a masked call what the words sounded like before', async () => {
    const heard = await call();
    const json = stopsJson(heard);
    expect(json).not.toMatch(/[а-я]/i);
    expect(recordedStops.parse(JSON.parse(json)).stops).toEqual(stopsOf(heard));
    const dictated = { 1800: 'partial: мой номер восемь девятьсот двенадцать' };
    const spoken = await call({
      utterances: [
        {
          ...utteranceOf(
            { beganAtMs: 1000, finishedAtMs: 4100, end: { kind: 'done', atMs: 4200 } },
            dictated,
          ),
          heardAt: 0,
        },
      ],
    });
    expect(stopsOf(spoken)[0]?.told).toMatchObject([{ sounds: 'dictation' }]);
    expect(stopsOf(redactedCall(spoken, new Mask()))[0]?.told).not.toMatchObject([{ sounds: 'dictation' }]);
  });
});
