import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { concatBytes, silence } from '../../../audio/pcm.ts';
import { AsyncQueue } from '../../../base/async.ts';
import { sleep, systemClock } from '../../../base/clock.ts';
import { ManualClock } from '../../../base/manual-clock.ts';
import type { Fault } from '../../../lab/simulator/speechkit/faults.ts';
import {
  startSpeechKitSimulator,
  type SpeechKitSimulator,
} from '../../../lab/simulator/speechkit/speechkit.ts';
import { apiKeyCredentials } from '../credentials.ts';
import type { RecognitionEvent, RecognitionRequest } from '../../recognition/recognizer.ts';
import { SESSION_LIMITS } from './session-limits.ts';
import { StreamingRecognizer, type StreamingRecognizerOptions } from './streaming-recognizer.ts';

const RATE = 8000;
const FRAME_BYTES = 320;
const request: RecognitionRequest = { language: 'ru-RU', sampleRateHz: RATE };
const NUMBERS = 'раз два три четыре пять шесть семь восемь девять десять'.split(' ');

let simulator: SpeechKitSimulator;
let recognizer: StreamingRecognizer;

beforeEach(async () => {
  simulator = await startSpeechKitSimulator();
  recognizer = build();
});

afterEach(async () => {
  await recognizer.close();
  await simulator.stop();
});

function build(options: Partial<StreamingRecognizerOptions> = {}): StreamingRecognizer {
  return new StreamingRecognizer({
    url: simulator.sttGrpcUrl,
    credentials: apiKeyCredentials('secret'),
    clock: systemClock,
    ...options,
  });
}

function rebuild(options: Partial<StreamingRecognizerOptions>): Promise<void> {
  const former = recognizer;
  recognizer = build(options);
  return former.close();
}

/** Each text as its tone, with a pause behind it. */
function spoken(texts: readonly string[], pauseMs: number): Uint8Array {
  const quiet = silence(pauseMs, RATE).data;
  return concatBytes(texts.flatMap((text) => [simulator.callerTone(text).data, quiet]));
}

function* inPieces(audio: Uint8Array, pieceBytes = FRAME_BYTES): Generator<Uint8Array> {
  for (let at = 0; at < audio.byteLength; at += pieceBytes) yield audio.subarray(at, at + pieceBytes);
}

async function* streamed(audio: Uint8Array, pieceBytes?: number): AsyncGenerator<Uint8Array> {
  yield* inPieces(audio, pieceBytes);
}

class Hearing {
  readonly events: RecognitionEvent[] = [];
  error: unknown;
  readonly ended: Promise<void>;
  readonly #controller = new AbortController();

  constructor(audio: AsyncIterable<Uint8Array>, change: Partial<typeof request> = {}) {
    this.ended = this.#listen(audio, { ...request, ...change }).catch((error: unknown) => {
      this.error = error;
    });
  }

  async #listen(audio: AsyncIterable<Uint8Array>, what: typeof request): Promise<void> {
    for await (const event of recognizer.recognize(audio, what, this.#controller.signal))
      this.events.push(event);
  }

  abort(reason: Error): void {
    this.#controller.abort(reason);
  }

  get finals(): string[] {
    return this.events.flatMap((event) => (event.kind === 'final' ? [event.text] : []));
  }

  /** What the utterance's text is in the end. */
  get text(): string {
    const finals: string[] = [];
    for (const event of this.events) {
      if (event.kind === 'final') finals.push(event.text);
      if (event.kind === 'refined') finals[event.index] = event.text;
    }
    return finals.join(' ');
  }
}

async function hear(audio: Uint8Array, change: Partial<typeof request> = {}): Promise<Hearing> {
  const heard = new Hearing(streamed(audio), change);
  await heard.ended;
  return heard;
}

describe('streaming recognition', () => {
  it('tells of partial texts, then the final, its refinement and the end of the utterance', async () => {
    const heard = await hear(spoken(['который час'], 900));
    expect(heard.error).toBeUndefined();
    expect(heard.events).toEqual([
      { kind: 'partial', text: 'который час' },
      { kind: 'final', text: 'который час', language: 'ru-RU' },
      { kind: 'refined', index: 0, text: 'Который час.' },
      { kind: 'endOfUtterance' },
    ]);
    expect(simulator.requests).toMatchObject([{ service: 'stt-grpc', authorization: 'Api-Key' }]);
  });

  it('tells of a partial text while the caller still speaks', async () => {
    const audio = new AsyncQueue<Uint8Array>();
    const heard = new Hearing(audio);
    for (const piece of inPieces(simulator.callerTone('перезвоните завтра').data)) audio.push(piece);
    await vi.waitFor(() =>
      expect(heard.events).toContainEqual({ kind: 'partial', text: 'перезвоните завтра' }),
    );
    expect(heard.finals).toEqual([]);
    audio.end();
    await heard.ended;
    expect(heard.finals).toEqual(['перезвоните завтра']);
  });

  it('tells of what was said last, though no pause followed it', async () => {
    expect((await hear(spoken(['раз', 'два'], 0))).text).toBe('Раз два.');
  });

  it('hears nothing in silence', async () => {
    const heard = await hear(silence(1500, RATE).data);
    expect([heard.events, heard.error]).toEqual([[], undefined]);
  });

  it('takes pieces of any size, half samples too', async () => {
    const audio = spoken(['который час', 'спасибо'], 800);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: audio.byteLength }), async (pieceBytes) => {
        const heard = new Hearing(streamed(audio, pieceBytes));
        await heard.ended;
        expect(heard.text).toBe('Который час. Спасибо.');
      }),
      { numRuns: 8, examples: [[1], [101], [FRAME_BYTES], [audio.byteLength]] },
    );
  });

  it.each([
    ['auto', 'ru-RU'],
    ['he-IL', 'he-IL'],
    ['en-US', 'en-US'],
  ])('asked for %s it tells that the caller spoke %s', async (language, detected) => {
    const heard = await hear(spoken(['раз'], 800), { language });
    expect(heard.events).toContainEqual({ kind: 'final', text: 'раз', language: detected });
  });

  it('listens for several languages at once, and tells which was spoken', async () => {
    const among = ['ru-RU', 'en-US', 'he-IL'];
    for (const [text, detected] of [
      ['раз', 'ru-RU'],
      ['one', 'en-US'],
      ['אחת', 'he-IL'],
    ] as const) {
      const heard = await hear(spoken([text], 800), { language: 'auto', among });
      expect(heard.events).toContainEqual({ kind: 'final', text, language: detected });
    }
  });

  it('shares its connections between utterances', async () => {
    await vi.waitFor(() => expect(recognizer.channels.connected).toBe(4), 5000);
    const all = await Promise.all(NUMBERS.map((text) => hear(spoken([text], 100))));
    expect(all.flatMap(({ finals }) => finals)).toEqual(NUMBERS);
  });
});

describe('a session that dies', () => {
  it('in mid-utterance is opened again, and nothing is told twice or lost', async () => {
    simulator.faults.set('stt-grpc', { kind: 'half', audioMs: 2500, then: 'error' }, { next: 1 });
    const heard = await hear(spoken(NUMBERS.slice(0, 5), 800));
    expect(heard.error).toBeUndefined();
    expect(heard.text).toBe('Раз. Два. Три. Четыре. Пять.');
    expect(simulator.requests.map(({ outcome }) => outcome)).toEqual(['refused', 'answered']);
  });

  it('before anything was understood is opened again', async () => {
    simulator.faults.set('stt-grpc', { kind: 'refused' }, { next: 1 });
    expect((await hear(spoken(['раз'], 800))).text).toBe('Раз.');
  });

  it('twice is given up', async () => {
    simulator.faults.set('stt-grpc', { kind: 'refused' });
    expect((await hear(spoken(['раз'], 800))).error).toMatchObject({ code: 'ASR_UNAVAILABLE' });
    expect(simulator.requests).toHaveLength(2);
  });

  it('with its server does not spoil the utterances after the server has come back', async () => {
    const heard = new Hearing(new AsyncQueue<Uint8Array>());
    await vi.waitFor(() => expect(simulator.requests).toHaveLength(1));
    await simulator.kill('stt-grpc');
    await heard.ended;
    expect(heard.error).toMatchObject({ code: 'ASR_UNAVAILABLE' });
    await simulator.restart('stt-grpc');
    await vi.waitFor(async () => expect((await hear(spoken(['пять'], 800))).text).toBe('Пять.'), 5000);
  });

  it('without a word is given up in time', async () => {
    await rebuild({ finishMs: 200 });
    simulator.faults.set('stt-grpc', { kind: 'hung' });
    expect((await hear(spoken(['раз'], 800))).error).toMatchObject({ code: 'ASR_TIMEOUT' });
    expect(simulator.requests).toHaveLength(1);
  });

  it.each<[Fault, string]>([
    [{ kind: 'quota' }, 'ASR_QUOTA'],
    [{ kind: 'unauthenticated' }, 'ASR_UNAUTHORIZED'],
    [{ kind: 'invalid' }, 'ASR_REJECTED'],
    [{ kind: 'internal' }, 'ASR_UNAVAILABLE'],
    [{ kind: 'garbage', as: 'bytes' }, 'ASR_BAD_ANSWER'],
  ])('of %j fails with %s', async (fault, code) => {
    simulator.faults.set('stt-grpc', fault);
    expect((await hear(spoken(['раз'], 800))).error).toMatchObject({ code });
  });
});

describe('an utterance longer than a session', () => {
  it.each([
    ['with pauses', 800],
    ['without a pause', 60],
  ])('goes on in the next one %s, and no word is told twice or lost', async (_case, pauseMs) => {
    await rebuild({ limits: { ...SESSION_LIMITS, longestMs: 3300 } });
    const heard = await hear(spoken(NUMBERS, pauseMs));
    expect(heard.error).toBeUndefined();
    expect(heard.finals.join(' ')).toBe(NUMBERS.join(' '));
    expect(simulator.requests.length).toBeGreaterThan(1);
    for (const { audioMs } of simulator.requests) expect(audioMs).toBeLessThan(3300);
  });

  it('is told on when it is silent for long', async () => {
    await rebuild({ limits: { ...SESSION_LIMITS, longestMs: 4000 } });
    const heard = await hear(
      concatBytes([spoken(['раз'], 9000), spoken(['два'], 9000), spoken(['три'], 100)]),
    );
    expect(heard.finals).toEqual(['раз', 'два', 'три']);
  });
});

describe('a line without audio', () => {
  it('keeps its session, and the words behind the silence keep their place', async () => {
    const clock = new ManualClock();
    await simulator.stop();
    simulator = await startSpeechKitSimulator({ clock });
    // Seconds pass sooner here than an answer is on its way: how long the end of a session is waited for is looked at elsewhere.
    await rebuild({ clock, finishMs: 600_000 });
    const audio = new AsyncQueue<Uint8Array>();
    const heard = new Hearing(audio);
    for (const piece of inPieces(spoken(['раз'], 100))) audio.push(piece);
    const pass = async (seconds: number) => {
      for (let left = seconds; left > 0; left--) {
        const receivedMs = () => simulator.requests[0]?.audioMs ?? 0;
        const beforeMs = receivedMs();
        await clock.advance(1000);
        // What was sent in that second arrives before the next one passes, however busy the machine is; in some nothing is sent.
        for (let looks = 0; looks < 25 && receivedMs() === beforeMs; looks++) await sleep(systemClock, 20);
      }
    };
    await pass(12);
    for (const piece of inPieces(spoken(['два'], 100))) audio.push(piece);
    audio.end();
    let isOver = false;
    void heard.ended.then(() => (isOver = true));
    // As many virtual seconds as a busy machine needs to bring the answer here.
    while (!isOver) await pass(1);
    expect(heard.error).toBeUndefined();
    expect(heard.finals).toEqual(['раз', 'два']);
    expect(simulator.requests).toHaveLength(1);
    expect(simulator.requests[0]?.audioMs).toBeGreaterThan(12_000);
  });
});

describe('an utterance that nobody wants', () => {
  it('is cancelled at the server, and the reason comes back', async () => {
    const audio = new AsyncQueue<Uint8Array>();
    const heard = new Hearing(audio);
    for (const piece of inPieces(spoken(['раз'], 100))) audio.push(piece);
    await vi.waitFor(() => expect(heard.events).not.toEqual([]));
    const reason = new Error('hung up');
    heard.abort(reason);
    await heard.ended;
    expect(heard.error).toBe(reason);
    await vi.waitFor(() => expect(simulator.requests[0]?.outcome).toBe('cancelled'));
  });

  it('ends with its recognizer', async () => {
    const heard = new Hearing(new AsyncQueue<Uint8Array>());
    await vi.waitFor(() => expect(simulator.requests).toHaveLength(1));
    await recognizer.close();
    await heard.ended;
    expect(heard.error).toMatchObject({ code: 'ASR_UNAVAILABLE' });
  });
});
