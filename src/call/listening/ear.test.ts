import { beforeEach, describe, expect, it } from 'vitest';
import { AsyncQueue } from '../../base/async.ts';
import { ManualClock } from '../../base/manual-clock.ts';
import { adaptive } from '../../endpointing/adaptive.ts';
import type { SlotSpec } from '../../languages/slots/slot.ts';
import type { RecognitionEvent } from '../../speech/recognition/recognizer.ts';
import type { Capture, Hearing } from '../../telephony/line.ts';
import { Ear } from './ear.ts';
import type { Utterance, WordsSoFar } from './ear.ts';
import { Timeline } from '../../timeline/timeline.ts';

const DETECTION_MS = 160;
let clock: ManualClock;
let captures: { preRollMs: number; state: 'open' | 'finished' | 'discarded' }[];
let ear: Ear;
let timeline: Timeline;
/** What the recognizer tells of the present utterance. */
let told: AsyncQueue<RecognitionEvent>;
let words: WordsSoFar[];
/** By how much the caller's audio is late, ms. */
let lateMs: number;
/** What the caller was asked for. */
let expecting: SlotSpec | undefined;

beforeEach(() => {
  clock = new ManualClock();
  timeline = new Timeline(clock);
  captures = [];
  words = [];
  lateMs = 0;
  expecting = undefined;
  const hearing: Hearing = {
    detectionSilenceMs: DETECTION_MS,
    get heardUntilMs() {
      return clock.nowMs() - lateMs;
    },
    listen: () => undefined,
    capture(preRollMs): Capture {
      const capture = { preRollMs, state: 'open' as 'open' | 'finished' | 'discarded' };
      captures.push(capture);
      return {
        sampleRateHz: 8000,
        fromMs: clock.nowMs() - preRollMs,
        audio: nothing(),
        finish: () => (capture.state = 'finished'),
        discard: () => (capture.state = 'discarded'),
      };
    },
  };
  ear = new Ear({
    clock,
    timeline,
    hearing,
    endOfTurn: adaptive(600),
    language: () => 'ru-RU',
    expecting: () => expecting,
    recognize: () => (told = new AsyncQueue()),
    onWords: (soFar) => words.push(soFar),
    onEnded: () => undefined,
  });
});

/** What has been heard by now. */
async function heard(): Promise<readonly Utterance[]> {
  const utterances = ear.heardWithin(0, new AbortController().signal);
  await clock.advance(0);
  return utterances;
}

async function* nothing(): AsyncGenerator<Uint8Array> {
  // Nobody speaks in these tests; the ear only times.
}

/** The recognizer says something. */
async function tell(...events: readonly RecognitionEvent[]): Promise<void> {
  for (const event of events) told.push(event);
  await clock.advance(0);
}

async function speak(forMs: number): Promise<void> {
  const startedAtMs = clock.nowMs();
  ear.speechStarted(startedAtMs);
  await clock.advance(forMs + DETECTION_MS);
  ear.speechStopped(startedAtMs, clock.nowMs() - DETECTION_MS);
}

describe('Ear', () => {
  it('does not end an utterance before the audio of its silence has come', async () => {
    await speak(1000);
    lateMs = 200;
    await clock.advance(440 + 40);
    expect(captures[0]?.state).toBe('open');
    // What was late has come, and it was speech.
    lateMs = 0;
    ear.speechStarted(clock.nowMs() - 150);
    await clock.advance(1000);
    expect(captures.map(({ state }) => state)).toEqual(['open']);
  });

  it('ends it as soon as that audio has come, and it was silence', async () => {
    await speak(1000);
    lateMs = 200;
    await clock.advance(440 + 200);
    expect(await heard()).toHaveLength(1);
  });

  it('ends the turn a silence after the last loud frame, however late it was told of it', async () => {
    await speak(1000);
    await clock.advance(600 - DETECTION_MS - 1);
    expect(captures).toEqual([{ preRollMs: 300, state: 'open' }]);
    await clock.advance(1);
    expect(await heard()).toMatchObject([{ startedAtMs: 0, endedAtMs: 1000, speechMs: 1000 }]);
    expect(captures).toEqual([{ preRollMs: 300, state: 'finished' }]);
  });

  it('notes of what was typed that nobody has listened', async () => {
    const typing = speak(300);
    await tell({ kind: 'final', text: 'Какой адрес?', typed: true }, { kind: 'endOfUtterance' });
    await typing;
    await clock.advance(600);
    await speak(300);
    expect(timeline.entries.filter(({ type }) => type === 'speech.stopped')).toEqual([
      expect.objectContaining({ speechMs: 300, typed: true }),
      expect.not.objectContaining({ typed: true }),
    ]);
  });

  it('ends what was typed at once, also where a speaker would be waited for', async () => {
    ear.speechStarted(clock.nowMs());
    await tell({ kind: 'final', text: 'Мне два и', typed: true }, { kind: 'endOfUtterance' });
    ear.speechStopped(clock.nowMs() - 300, clock.nowMs());
    await clock.advance(1);
    expect(captures[0]?.state).toBe('finished');
  });

  it('keeps an utterance with pauses for breath in one piece', async () => {
    await speak(500);
    await clock.advance(200);
    await speak(700);
    await clock.advance(1000);
    expect(await heard()).toMatchObject([{ startedAtMs: 0, speechMs: 1200 }]);
    expect(captures).toHaveLength(1);
  });

  it('does not send a click to recognition, and forgets its recording', async () => {
    await speak(100);
    await clock.advance(1000);
    const [click] = await heard();
    expect(click?.speechMs).toBe(100);
    expect(await click?.text).toBe('');
    expect(captures).toEqual([{ preRollMs: 300, state: 'discarded' }]);
  });

  it('does not add up coughs that are seconds apart', async () => {
    for (let cough = 0; cough < 4; cough++) {
      await speak(150);
      await clock.advance(2000);
    }
    expect((await heard()).every((sound) => sound.speechMs === 150)).toBe(true);
  });

  it('answers a radio that never pauses, in the end', async () => {
    ear.speechStarted(0);
    await clock.advance(121_000);
    expect(await heard()).toHaveLength(1);
    expect(clock.pending).toBe(0);
  });

  it('waits for a caller who is still speaking when the silence would be over', async () => {
    const waiting = ear.heardWithin(500, new AbortController().signal);
    await speak(2000);
    await clock.advance(1000);
    expect(await waiting).toMatchObject([{ speechMs: 2000 }]);
    expect(clock.pending).toBe(0);
  });

  it('tells of silence, and of the end of the call', async () => {
    const waiting = ear.heardWithin(500, new AbortController().signal);
    await clock.advance(500);
    expect(await waiting).toEqual([]);
    const over = new AbortController();
    const interrupted = ear.heardWithin(500, over.signal);
    over.abort(new Error('hung up'));
    await expect(interrupted).rejects.toThrow('hung up');
    expect(clock.pending).toBe(0);
  });

  it('asks nobody who is on hold, and leaves all the time to who comes back', async () => {
    let isOver = false;
    const waiting = ear.heardWithin(5000, new AbortController().signal).finally(() => (isOver = true));
    await clock.advance(3000);
    ear.held();
    await clock.advance(25_000);
    expect(isOver).toBe(false);
    ear.unheld();
    await clock.advance(4900);
    expect(isOver).toBe(false);
    await clock.advance(100);
    expect(await waiting).toEqual([]);
    expect(clock.pending).toBe(0);
  });

  it('leaves no timer and no recording when the call ends in mid-sentence', async () => {
    ear.speechStarted(0);
    await clock.advance(300);
    ear.close();
    expect(clock.pending).toBe(0);
    expect(captures).toEqual([{ preRollMs: 300, state: 'discarded' }]);
  });

  it('waits less after a whole sentence, and has its text at once when the recognizer has settled', async () => {
    await speak(1000);
    await tell({ kind: 'partial', text: 'Какой у вас адрес?' });
    await clock.advance(299 - DETECTION_MS);
    expect(captures[0]?.state).toBe('open');
    await tell({ kind: 'final', text: 'Какой у вас адрес?' });
    await clock.advance(1);
    const [utterance] = await heard();
    expect(await utterance?.text).toBe('Какой у вас адрес?');
    expect(words.at(-1)).toEqual({ text: 'Какой у вас адрес?', isSettled: true, likelyAllAtMs: 1100 });
  });

  it('waits more after a conjunction, counted from the last loud frame', async () => {
    await speak(1000);
    await clock.advance(200);
    await tell({ kind: 'partial', text: 'я хочу пиццу и' });
    await clock.advance(1500 - 200 - DETECTION_MS - 1);
    expect(captures[0]?.state).toBe('open');
    expect(words.at(-1)).toMatchObject({ likelyAllAtMs: 1000 + 1500 - 200 });
    await clock.advance(1);
    expect(captures[0]?.state).toBe('finished');
  });

  it('takes no words for all while the last one can still be on its way', async () => {
    const startedAtMs = clock.nowMs();
    ear.speechStarted(startedAtMs);
    await clock.advance(1000);
    await tell({ kind: 'partial', text: 'спасибо' });
    await clock.advance(DETECTION_MS);
    ear.speechStopped(startedAtMs, 1000);
    expect(words.at(-1)).toMatchObject({ likelyAllAtMs: 1300 });
    await clock.advance(100);
    await tell({ kind: 'partial', text: 'спасибо большое' });
    expect(words.at(-1)).toMatchObject({ likelyAllAtMs: 1100 });
    ear.speechStarted(clock.nowMs());
    await tell({ kind: 'partial', text: 'спасибо большое за' });
    expect(words.at(-1)).toMatchObject({ likelyAllAtMs: undefined });
  });

  it('waits no longer for a last word once the recognizer was found to have it at once, and again when it is late', async () => {
    const likelyAllAfterMs = async (lagMs: number) => {
      const startedAtMs = clock.nowMs();
      ear.speechStarted(startedAtMs);
      await clock.advance(1000);
      const endedAtMs = clock.nowMs();
      await tell({ kind: 'partial', text: lagMs > DETECTION_MS ? 'да' : 'да спасибо' });
      await clock.advance(DETECTION_MS);
      ear.speechStopped(startedAtMs, endedAtMs);
      const afterMs = (words.at(-1)?.likelyAllAtMs ?? NaN) - endedAtMs;
      await clock.advance(Math.max(0, lagMs - DETECTION_MS));
      await tell({ kind: 'final', text: 'Да, спасибо.' });
      told.end();
      await clock.advance(2000);
      await heard();
      return afterMs;
    };
    const asked = [];
    for (const lagMs of [0, 0, 0, 290, 0]) asked.push(await likelyAllAfterMs(lagMs));
    expect(asked).toEqual([300, 300, 100, 100, 290]);
  });

  it('takes a telephone number that is dictated digit by digit with pauses of a second for one turn', async () => {
    let said = 'мой номер';
    await speak(800);
    await tell({ kind: 'final', text: said });
    for (const digit of ['восемь', 'девять', 'один', 'два', 'три']) {
      await speak(300);
      await tell({ kind: 'final', text: digit });
      said += ` ${digit}`;
      await clock.advance(1000 - DETECTION_MS);
    }
    expect(captures).toEqual([{ preRollMs: 300, state: 'open' }]);
    await clock.advance(5000);
    const [number] = await heard();
    expect(await number?.text).toBe(said);
  });

  it('takes an address that was asked for, and is spelled with pauses of a second, for one turn', async () => {
    expecting = { type: 'email' };
    const parts = ['иван точка', 'петров', 'собака', 'яндекс', 'точка ру'];
    for (const part of parts) {
      await speak(300);
      await tell({ kind: 'final', text: part });
      await clock.advance(1000 - DETECTION_MS);
    }
    await clock.advance(1000);
    const utterances = await heard();
    expect(utterances).toHaveLength(1);
    expect(await utterances[0]?.text).toBe(parts.join(' '));
  });

  it('waits for the last words where the recognizer is still at work', async () => {
    await speak(1000);
    await tell({ kind: 'partial', text: 'какой' });
    await clock.advance(1000);
    const [utterance] = await heard();
    await tell({ kind: 'final', text: 'какой адрес' });
    told.end();
    expect(await utterance?.text).toBe('какой адрес');
  });

  it('answers a short word that was understood, however short it was', async () => {
    await speak(180);
    await tell({ kind: 'final', text: 'Нет.' });
    await clock.advance(1000);
    const [utterance] = await heard();
    expect(await utterance?.text).toBe('Нет.');
  });
});
