/** A recognizer that sent 60,000 dots once stood the whole service still for 7.6 s: every call waits while one text is read. */
import { describe, expect, it } from 'vitest';
import { endingOf } from '../../endpointing/ending.ts';
import { isBackchannel } from '../../languages/backchannel.ts';
import { isOwnEcho } from '../../languages/own-echo.ts';
import { isSameText } from '../../languages/same-text.ts';
import { readNumbers, withDigits } from '../../languages/spoken-numbers.ts';
import { unstretched, wordsOf } from '../../languages/words.ts';
import type { RecognitionEvent } from '../../speech/recognition/recognizer.ts';
import { isUnderstood } from './interjection.ts';
import { Transcription } from './transcription.ts';

const LENGTH = 60_000;
const filled = (unit: string, end = '') => unit.repeat(Math.ceil(LENGTH / unit.length)) + end;

const HOSTILE: readonly [string, string][] = [
  ['dots', filled('.', 'x')],
  ['ellipses', filled('…', 'x')],
  ['opening brackets', filled('(')],
  ['opening square brackets', filled('[')],
  ['both', filled('([')],
  ['question marks', filled('?', 'x')],
  ['closing quotes', filled('.»)', 'x')],
  ['number words', filled('тысяча ')],
  ['small number words', filled('один ')],
  ['number words, English', filled('double five ')],
  ['digits', filled('7')],
  ['digits apart', filled('7 ')],
  ['spaces and a capital', filled(' ', 'А')],
  ['one letter', filled('а')],
  ['apostrophes', filled("а'")],
  ['commas', filled(',', 'x')],
  ['combining marks', filled('\u0301')],
];

/** Each takes a few milliseconds where it reads a text once; read from every place to its end, seconds and minutes. */
const WITHIN_MS = 3_000;

const READERS: readonly [string, (text: string) => unknown][] = [
  ['understood', isUnderstood],
  ['its ending', (text) => ['ru-RU', 'en-US', 'he-IL'].map((language) => endingOf(text, language))],
  ['a backchannel', (text) => isBackchannel(text, 'ru-RU')],
  ['the same', (text) => isSameText(text, `${text} x`, 'auto')],
  ['words', (text) => wordsOf(text).map(unstretched)],
  ['numbers', (text) => ['ru', 'en', 'he'].map((known) => readNumbers(wordsOf(text), known as 'ru'))],
  ['digits', (text) => withDigits(wordsOf(text), 'ru')],
];

describe.each(HOSTILE)('a text of %s', (_what, text) => {
  it.each(READERS)('is read for %s in one go', (_reader, read) => {
    const startedMs = performance.now();
    read(text);
    expect(performance.now() - startedMs).toBeLessThan(WITHIN_MS);
  });

  it('as it reaches a call is no echo that takes long to tell', async () => {
    const startedMs = performance.now();
    const heard = await transcribed([{ kind: 'final', text }]);
    isOwnEcho(heard, 'Мы открыты с девяти до девяти, без выходных. '.repeat(10), 'ru-RU');
    expect(performance.now() - startedMs).toBeLessThan(WITHIN_MS);
  });
});

describe('what a recognizer sends', () => {
  it('is taken up to 2,000 characters a piece, and 10,000 in all', async () => {
    expect(await transcribed([{ kind: 'final', text: filled('а') }])).toHaveLength(2_000);
    const many = Array.from({ length: 3_000 }, () => ({ kind: 'final', text: 'слово' }) as const);
    expect(await transcribed(many)).toHaveLength(1_000 * 6 - 1);
    const long = Array.from({ length: 50 }, () => ({ kind: 'final', text: filled('а') }) as const);
    expect(await transcribed(long)).toHaveLength(10_000);
  });

  it('refines only what it has said', async () => {
    const refined = (index: number) => ({ kind: 'refined', index, text: 'нет' }) as const;
    const events = [
      { kind: 'final', text: 'да' } as const,
      refined(4_000_000_000),
      refined(-1),
      refined(NaN),
    ];
    expect(await transcribed(events)).toBe('да');
  });
});

async function transcribed(events: readonly RecognitionEvent[]): Promise<string> {
  return new Transcription(given(events), () => undefined).done;
}

async function* given(events: readonly RecognitionEvent[]): AsyncIterable<RecognitionEvent> {
  yield* events;
}
