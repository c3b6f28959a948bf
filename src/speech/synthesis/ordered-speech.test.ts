import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deferred } from '../../base/async.ts';
import { ParleyError } from '../../base/errors.ts';
import { ManualClock } from '../../base/manual-clock.ts';
import { speakInOrder } from './ordered-speech.ts';
import type { SpokenChunk } from './ordered-speech.ts';
import { ScriptedSynthesizer } from './testing/scripted-synthesizer.ts';

const request = { language: 'ru-RU', voice: { name: 'alena', speed: 1 }, sampleRateHz: 8000 };

async function* chunksOf(count: number): AsyncGenerator<{ index: number; text: string }> {
  for (let index = 0; index < count; index++) yield { index, text: `chunk ${index}` };
}

describe('speakInOrder', () => {
  it('keeps the order whichever synthesis is quickest', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(2000), { minLength: 1, maxLength: 10 }), async (delaysMs) => {
        const clock = new ManualClock();
        const synthesizer = new ScriptedSynthesizer('scripted', clock);
        synthesizer.script = ({ text }) => ({ firstAudioMs: delaysMs[Number(text.split(' ')[1])] ?? 0 });
        const heard: number[] = [];
        const listening = (async () => {
          const options = { synthesizer, request, window: 3 };
          for await (const spoken of speakInOrder(
            chunksOf(delaysMs.length),
            options,
            new AbortController().signal,
          )) {
            await spoken.whole;
            heard.push(spoken.chunk.index);
            spoken.release();
          }
        })();
        await clock.advance(2000 * delaysMs.length + 1000);
        await listening;
        expect(heard).toEqual(delaysMs.map((_, index) => index));
      }),
      { numRuns: 30 },
    );
  });

  it('synthesizes as many chunks at once as the window allows, and the next when one was heard', async () => {
    const clock = new ManualClock();
    const synthesizer = new ScriptedSynthesizer('scripted', clock, { firstAudioMs: 300 });
    const speech = speakInOrder(
      chunksOf(8),
      { synthesizer, request, window: 3 },
      new AbortController().signal,
    );
    const [first] = await taken(speech, 1);
    await clock.advance(0);
    expect(synthesizer.attempts).toHaveLength(4);
    await clock.advance(300);
    expect(synthesizer.attempts).toHaveLength(4);
    if (!first) throw new Error('nothing was begun');
    first.release();
    first.release();
    await clock.advance(0);
    expect(synthesizer.attempts).toHaveLength(5);
  });

  it('ends every synthesis under way when the caller interrupts', async () => {
    const clock = new ManualClock();
    const synthesizer = new ScriptedSynthesizer('scripted', clock, { firstAudioMs: 300 });
    const turn = new AbortController();
    const speech = speakInOrder(chunksOf(8), { synthesizer, request, window: 3 }, turn.signal);
    await taken(speech, 1);
    await clock.advance(10);
    turn.abort(new Error('interrupted'));
    await clock.advance(10);
    expect(synthesizer.attempts.map(({ outcome }) => outcome)).toEqual(Array(4).fill('cancelled'));
    expect(clock.pending).toBe(0);
  });

  it('begins although nobody reads yet, and with the first chunk alone until it may go on', async () => {
    const clock = new ManualClock();
    const synthesizer = new ScriptedSynthesizer('scripted', clock, { firstAudioMs: 300 });
    const { promise: goOn, resolve } = deferred();
    const begun: number[] = [];
    const onBegun = ({ chunk }: SpokenChunk<{ index: number; text: string }>) => begun.push(chunk.index);
    const options = { synthesizer, request, window: 3, goOn, onBegun };
    const speech = speakInOrder(chunksOf(4), options, new AbortController().signal);
    await clock.advance(1000);
    expect(begun).toEqual([0]);
    resolve();
    await clock.advance(0);
    expect(begun).toEqual([0, 1, 2, 3]);
    expect((await taken(speech, 4)).map(({ chunk }) => chunk.index)).toEqual(begun);
  });

  it('lets one chunk fail without the others', async () => {
    const clock = new ManualClock();
    const synthesizer = new ScriptedSynthesizer('scripted', clock);
    const error = new ParleyError('TTS_UNAVAILABLE', 'down');
    synthesizer.script = ({ text }) => (text === 'chunk 1' ? { fault: { afterPieces: 0, error } } : {});
    const outcomes: string[] = [];
    for await (const spoken of speakInOrder(
      chunksOf(3),
      { synthesizer, request, window: 3 },
      new AbortController().signal,
    )) {
      outcomes.push(
        await spoken.whole.then(
          () => 'spoken',
          () => 'failed',
        ),
      );
      spoken.release();
    }
    expect(outcomes).toEqual(['spoken', 'failed', 'spoken']);
  });
});

async function taken<Item>(items: AsyncIterable<Item>, count: number): Promise<Item[]> {
  const first: Item[] = [];
  for await (const item of items) {
    first.push(item);
    if (first.length === count) break;
  }
  return first;
}
