import { getEventListeners } from 'node:events';
import { expect, it } from 'vitest';
import type { SpeechPiece } from '../../speech/synthesis/synthesizer.ts';
import { WordsAhead } from './words-ahead.ts';

const call = () => new AbortController();
const piece: SpeechPiece = { pcm: Uint8Array.of(1, 2), words: [], provider: 'one' };

async function* spoken() {
  yield await Promise.resolve(piece);
}

it('keeps nothing with the call once the words are made', async () => {
  const { signal } = call();
  const words = new WordsAhead('Recording is on.', spoken, signal);
  expect(getEventListeners(signal, 'abort')).toHaveLength(1);
  const heard: Uint8Array[] = [];
  for await (const pcm of words.audio) heard.push(pcm);
  expect(heard).toEqual([piece.pcm]);
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});

it('ends the synthesis of words that are dropped, and of those whose call is over', () => {
  const { signal: live } = call();
  const over = call();
  const given: AbortSignal[] = [];
  const speak = (signal: AbortSignal) => {
    given.push(signal);
    return spoken();
  };
  new WordsAhead('Recording is on.', speak, live).drop();
  new WordsAhead('Recording is on.', speak, over.signal);
  over.abort(new Error('the caller has hung up'));
  expect(given.map(({ aborted }) => aborted)).toEqual([true, true]);
  expect(getEventListeners(live, 'abort')).toEqual([]);
});
