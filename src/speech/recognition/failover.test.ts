import { beforeEach, describe, expect, it } from 'vitest';
import { concatBytes } from '../../audio/pcm.ts';
import { AsyncQueue } from '../../base/async.ts';
import { ParleyError } from '../../base/errors.ts';
import { ManualClock } from '../../base/manual-clock.ts';
import { FailoverRecognizer, type RecognitionFallback } from './failover.ts';
import type { RecognitionEvent, RecognitionRequest, Recognizer } from './recognizer.ts';

type Script = (audio: AsyncIterable<Uint8Array>, signal: AbortSignal) => AsyncIterable<RecognitionEvent>;

class ScriptedRecognizer implements Recognizer {
  readonly name: string;
  readonly #script: Script;
  signal: AbortSignal | undefined;
  isClosed = false;

  constructor(name: string, script: Script) {
    this.name = name;
    this.#script = script;
  }

  recognize(audio: AsyncIterable<Uint8Array>, _request: RecognitionRequest, signal: AbortSignal) {
    this.signal = signal;
    return this.#script(audio, signal);
  }

  async close(): Promise<void> {
    this.isClosed = true;
  }
}

const final = (text: string): RecognitionEvent => ({ kind: 'final', text });
const unavailable = () => new ParleyError('ASR_UNAVAILABLE', 'Scripted.');

/** Reads to the end, then tells how much it heard, as finals of `bytesEach`. */
function hearsWhole(bytesEach = Infinity): Script {
  return async function* (audio) {
    const pieces: Uint8Array[] = [];
    for await (const piece of audio) pieces.push(piece);
    const heard = concatBytes(pieces);
    for (let at = 0; at < heard.byteLength; at += bytesEach)
      yield final([...heard.subarray(at, at + bytesEach)].join(''));
  };
}

/** Tells these finals, then ends like this. */
function tells(texts: readonly string[], end: () => Promise<void> | void): Script {
  return async function* () {
    yield* texts.map(final);
    await end();
  };
}

const hangs = () => new Promise<void>(() => undefined);
const fails = () => {
  throw unavailable();
};

let clock: ManualClock;
let audio: AsyncQueue<Uint8Array>;
let fallbacks: RecognitionFallback[];

beforeEach(() => {
  clock = new ManualClock();
  audio = new AsyncQueue();
  fallbacks = [];
});

function listen(first: Script, second: Script = hearsWhole()) {
  const recognizers = [
    new ScriptedRecognizer('first', first),
    new ScriptedRecognizer('second', second),
  ] as const;
  const failover = new FailoverRecognizer({
    recognizers,
    clock,
    onFallback: (fallback) => fallbacks.push(fallback),
  });
  const unwanted = new AbortController();
  const events: RecognitionEvent[] = [];
  const ended = (async () => {
    for await (const event of failover.recognize(
      audio,
      { language: 'ru-RU', sampleRateHz: 8000 },
      unwanted.signal,
    ))
      events.push(event);
  })();
  ended.catch(() => undefined);
  return { recognizers, failover, unwanted, events, ended };
}

function say(...values: number[]): Promise<void> {
  for (const value of values) audio.push(Uint8Array.of(value));
  return clock.advance(0);
}

/** What a reader makes of the events. */
function textOf(events: readonly RecognitionEvent[]): string {
  const finals: string[] = [];
  for (const event of events) {
    if (event.kind === 'final') finals.push(event.text);
    if (event.kind === 'refined') finals[event.index] = event.text;
  }
  return finals.join(' ').trim();
}

describe('FailoverRecognizer', () => {
  it('leaves a healthy recognizer alone', async () => {
    const { events, ended, recognizers } = listen(hearsWhole());
    await say(1, 2);
    audio.end();
    await ended;
    expect(events).toEqual([final('12')]);
    expect([fallbacks, recognizers[1].signal, clock.pending]).toEqual([[], undefined, 0]);
  });

  it('lets the next one hear the whole utterance when the first fails before its end', async () => {
    const { events, ended } = listen(tells([], fails));
    await say(1, 2);
    expect(fallbacks).toMatchObject([{ from: 'first', to: 'second', error: { code: 'ASR_UNAVAILABLE' } }]);
    await say(3);
    audio.end();
    await ended;
    expect(events).toEqual([final('123')]);
  });

  it('loses patience when there is no result in time after the end of the audio, and not before', async () => {
    const { events, ended, recognizers } = listen(tells([], hangs));
    await say(1, 2);
    await clock.advance(60_000);
    expect(fallbacks).toEqual([]);
    audio.end();
    await clock.advance(999);
    expect(fallbacks).toEqual([]);
    await clock.advance(1);
    await ended;
    expect(events).toEqual([final('12')]);
    expect(fallbacks).toMatchObject([{ error: { code: 'ASR_TIMEOUT' } }]);
    expect(recognizers[0].signal?.aborted).toBe(true);
    expect(clock.pending).toBe(0);
  });

  it.each([
    [Infinity, 1],
    [2, 2],
    [1, 4],
  ])('takes what the first had told out of the text (next: finals of %d)', async (bytesEach, count) => {
    const { events, ended } = listen(tells(['one', 'two'], fails), hearsWhole(bytesEach));
    await say(1, 2, 3, 4);
    audio.end();
    await ended;
    expect(textOf(events).replaceAll(' ', '')).toBe('1234');
    expect(events.filter(({ kind }) => kind === 'final')).toHaveLength(Math.max(2, count));
  });

  it('throws what the last one says when all fail', async () => {
    const { ended } = listen(tells([], fails), () => {
      throw new ParleyError('ASR_REJECTED', 'Scripted.');
    });
    await expect(ended).rejects.toMatchObject({ code: 'ASR_REJECTED' });
    expect(fallbacks).toHaveLength(1);
  });

  it('asks nobody else when nobody wants the text', async () => {
    const { ended, unwanted, recognizers } = listen(tells([], hangs));
    await say(1);
    unwanted.abort(new Error('hung up'));
    await expect(ended).rejects.toThrow('hung up');
    expect([fallbacks, recognizers[1].signal, clock.pending]).toEqual([[], undefined, 0]);
  });

  it('closes all', async () => {
    const { failover, recognizers } = listen(hearsWhole());
    await failover.close();
    expect(recognizers.map(({ isClosed }) => isClosed)).toEqual([true, true]);
    audio.end();
  });
});
