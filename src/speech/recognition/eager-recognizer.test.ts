import { describe, expect, it } from 'vitest';
import { AsyncQueue, deferred } from '../../base/async.ts';
import { EagerRecognizer } from './eager-recognizer.ts';
import type { RecognitionEvent, Recognizer } from './recognizer.ts';

const request = { language: 'ru-RU', sampleRateHz: 8000 };

/** Hears as many bytes as it is given, once it is let go; remembers every attempt. */
class CountingRecognizer implements Recognizer {
  readonly name = 'counting';
  readonly attempts: { bytes: number; signal: AbortSignal }[] = [];
  readonly go = deferred();

  async *recognize(
    audio: AsyncIterable<Uint8Array>,
    _request: unknown,
    signal: AbortSignal,
  ): AsyncGenerator<RecognitionEvent> {
    let bytes = 0;
    for await (const piece of audio) bytes += piece.byteLength;
    this.attempts.push({ bytes, signal });
    await this.go.promise;
    signal.throwIfAborted();
    yield { kind: 'final', text: `${bytes} bytes` };
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

describe('EagerRecognizer', () => {
  it('recognises while the call still waits for the end of the turn', async () => {
    const inner = new CountingRecognizer();
    const audio = new AsyncQueue<Uint8Array>();
    const texts = collect(new EagerRecognizer(inner).recognize(audio, request, new AbortController().signal));
    audio.push(new Uint8Array(100));
    await turns();
    expect(inner.attempts.map((attempt) => attempt.bytes)).toEqual([100]);
    inner.go.resolve();
    audio.end();
    expect(await texts).toEqual(['100 bytes']);
    expect(inner.attempts).toHaveLength(1);
  });

  it('recognises the whole utterance when the caller goes on after a pause, and drops the first attempt', async () => {
    const inner = new CountingRecognizer();
    const audio = new AsyncQueue<Uint8Array>();
    const texts = collect(new EagerRecognizer(inner).recognize(audio, request, new AbortController().signal));
    audio.push(new Uint8Array(100));
    await turns();
    audio.push(new Uint8Array(50));
    await turns();
    expect(inner.attempts.map(({ bytes, signal }) => [bytes, signal.aborted])).toEqual([
      [100, true],
      [150, false],
    ]);
    inner.go.resolve();
    audio.end();
    expect(await texts).toEqual(['150 bytes']);
  });

  it('tells what it has understood while the call still waits, and nothing of a dropped attempt', async () => {
    const inner = new CountingRecognizer();
    const audio = new AsyncQueue<Uint8Array>();
    const recognizer = new EagerRecognizer(inner);
    const told: RecognitionEvent[] = [];
    const reading = (async () => {
      const events = recognizer.recognize(audio, request, new AbortController().signal);
      for await (const event of events) told.push(event);
    })();
    audio.push(new Uint8Array(100));
    await turns();
    audio.push(new Uint8Array(50));
    inner.go.resolve();
    await turns();
    expect(told).toEqual([{ kind: 'partial', text: '150 bytes' }]);
    audio.end();
    await reading;
    expect(told.at(-1)).toEqual({ kind: 'final', text: '150 bytes' });
  });

  it('ends the attempt when nobody wants the utterance', async () => {
    const inner = new CountingRecognizer();
    const audio = new AsyncQueue<Uint8Array>();
    const unwanted = new AbortController();
    const texts = collect(new EagerRecognizer(inner).recognize(audio, request, unwanted.signal));
    audio.push(new Uint8Array(100));
    await turns();
    unwanted.abort(new Error('hung up'));
    audio.end();
    inner.go.resolve();
    await expect(texts).rejects.toThrow('hung up');
    expect(inner.attempts[0]?.signal.aborted).toBe(true);
  });

  it('hears nothing in silence', async () => {
    const audio = new AsyncQueue<Uint8Array>();
    audio.end();
    const inner = new CountingRecognizer();
    expect(
      await collect(new EagerRecognizer(inner).recognize(audio, request, new AbortController().signal)),
    ).toEqual([]);
    expect(inner.attempts).toEqual([]);
  });
});

async function collect(events: AsyncIterable<RecognitionEvent>): Promise<string[]> {
  const texts: string[] = [];
  for await (const event of events) if (event.kind === 'final') texts.push(event.text);
  return texts;
}

function turns(): Promise<void> {
  return new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
}
