import { expect, it } from 'vitest';
import type { RecognitionEvent, Recognizer } from './recognizer.ts';
import { TypedRecognizer } from './typed.ts';

it('what is typed is understood to the letter, and nobody else is asked; what is spoken is', async () => {
  const waiting = ['When are you open?'];
  let asked = 0;
  const inner: Recognizer = {
    name: 'inner',
    async *recognize() {
      asked++;
      yield { kind: 'final', text: 'spoken' };
    },
    close: async () => undefined,
  };
  const recognizer = new TypedRecognizer(inner, () => waiting.shift());
  const recognise = async () => {
    const events: RecognitionEvent[] = [];
    const request = { language: 'en-US', sampleRateHz: 16_000 };
    for await (const event of recognizer.recognize(nothing(), request, new AbortController().signal))
      events.push(event);
    return events;
  };
  expect(await recognise()).toEqual([
    { kind: 'final', text: 'When are you open?', typed: true },
    { kind: 'endOfUtterance' },
  ]);
  expect(asked).toBe(0);
  expect(await recognise()).toEqual([{ kind: 'final', text: 'spoken' }]);
});

async function* nothing(): AsyncGenerator<Uint8Array> {
  yield new Uint8Array(0);
}
