import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { concatBytes, durationMs, silence, type Pcm } from '../../../audio/pcm.ts';
import {
  startSpeechKitSimulator,
  type SpeechKitSimulator,
} from '../../../lab/simulator/speechkit/speechkit.ts';
import type { Fault } from '../../../lab/simulator/speechkit/faults.ts';
import { apiKeyCredentials } from '../credentials.ts';
import { ShortRecognizer } from './short-recognizer.ts';

let speechKit: SpeechKitSimulator;
let recognizer: ShortRecognizer;
beforeEach(async () => {
  speechKit = await startSpeechKitSimulator();
  recognizer = build();
});
afterEach(async () => {
  await recognizer.close();
  await speechKit.stop();
});

const never = new AbortController().signal;

describe('an utterance', () => {
  it('is heard whole, however it was cut into pieces', async () => {
    expect(await textOf(speechKit.callerTone('который час'))).toBe('который час');
    expect(speechKit.requests).toMatchObject([
      { service: 'stt-http', authorization: 'Api-Key', folderId: 'folder', text: 'который час' },
    ]);
  });

  it('of silence has no text, and no audio asks nothing', async () => {
    expect(await textOf(silence(500, 8000))).toBe('');
    expect(await textOf(silence(0, 8000))).toBe('');
    expect(speechKit.requests).toHaveLength(1);
  });

  it('of 70 seconds is cut at its pauses and joined in order', async () => {
    const texts = Array.from({ length: 14 }, (_, at) => `мысль номер ${at}`);
    const pauses = texts.flatMap((text) => [speechKit.callerTone(text).data, silence(4200, 8000).data]);
    const long = { sampleRateHz: 8000, data: concatBytes(pauses) };
    expect(durationMs(long)).toBeGreaterThan(65_000);
    expect(await textOf(long)).toBe(texts.join(' '));
    expect(speechKit.requests).toHaveLength(3);
    expect(Math.max(...speechKit.requests.map((request) => request.audioMs))).toBeLessThan(30_000);
  });

  it('of Hebrew is asked for by the name that the service gives it', async () => {
    const hebrew = { ...request, language: 'he-IL' };
    const audio = inPackets(speechKit.callerTone('כן'));
    expect(await collect(recognizer.recognize(audio, hebrew, never))).toBe('כן');
  });

  it('is recognised over a connection that is kept', async () => {
    for (let turn = 0; turn < 3; turn++) await textOf(speechKit.callerTone('да'));
    expect(speechKit.requests.map((request) => request.outcome)).toEqual([
      'answered',
      'answered',
      'answered',
    ]);
  });
});

describe('a recognizer in trouble', () => {
  it.each<[Fault, string, number]>([
    [{ kind: 'refused' }, 'ASR_UNAVAILABLE', 2],
    [{ kind: 'internal' }, 'ASR_UNAVAILABLE', 2],
    [{ kind: 'quota' }, 'ASR_QUOTA', 2],
    [{ kind: 'unauthenticated' }, 'ASR_UNAUTHORIZED', 1],
    [{ kind: 'invalid' }, 'ASR_REJECTED', 1],
    [{ kind: 'half', audioMs: 0, then: 'error' }, 'ASR_UNAVAILABLE', 2],
    [{ kind: 'garbage', as: 'html' }, 'ASR_BAD_ANSWER', 2],
    [{ kind: 'garbage', as: 'bytes' }, 'ASR_BAD_ANSWER', 2],
    [{ kind: 'garbage', as: 'empty' }, 'ASR_BAD_ANSWER', 2],
  ])('says so, after a retry where one may help: %j', async (fault, code, requests) => {
    speechKit.faults.set('stt-http', fault);
    await expect(textOf(speechKit.callerTone('да'))).rejects.toMatchObject({ code });
    expect(speechKit.requests).toHaveLength(requests);
  });

  it.each<Fault>([
    { kind: 'refused' },
    { kind: 'quota' },
    { kind: 'hung' },
    { kind: 'half', audioMs: 0, then: 'hang' },
    { kind: 'garbage', as: 'html' },
  ])('is not noticed if it lasts one request: %j', async (fault) => {
    recognizer = build({ deadlineMs: 1000 });
    speechKit.faults.set('stt-http', fault, { next: 1 });
    expect(await textOf(speechKit.callerTone('да'))).toBe('да');
  });

  it('is given up at the deadline, retry included, and its requests are ended', async () => {
    recognizer = build({ deadlineMs: 500 });
    speechKit.faults.set('stt-http', { kind: 'hung' });
    const from = performance.now();
    await expect(textOf(speechKit.callerTone('да'))).rejects.toMatchObject({ code: 'ASR_TIMEOUT' });
    expect(performance.now() - from).toBeLessThan(700);
    await expect
      .poll(() => speechKit.requests.map((request) => request.outcome))
      .toEqual(['cancelled', 'cancelled']);
  });

  it('that never stops sending is left long before the deadline', async () => {
    const server = createServer((_request, response) => {
      void pipeline(Readable.from(endlessly('{"result": "')), response).catch(() => undefined);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const flooded = new ShortRecognizer({
      url,
      credentials: apiKeyCredentials('secret'),
      deadlineMs: 60_000,
    });
    const text = collect(flooded.recognize(inPackets(speechKit.callerTone('да')), request, never));
    await expect(text).rejects.toMatchObject({ code: 'ASR_BAD_ANSWER' });
    // Nothing is left open that would have to be destroyed first.
    await new Promise((resolve) => server.close(resolve));
    await flooded.close();
  });

  it('that is down is told from one that refuses', async () => {
    await speechKit.kill('stt-http');
    await expect(textOf(speechKit.callerTone('да'))).rejects.toMatchObject({ code: 'ASR_UNAVAILABLE' });
  });

  it('does not tell the key', async () => {
    speechKit.faults.set('stt-http', { kind: 'unauthenticated' });
    const failure = await textOf(speechKit.callerTone('да')).catch((error: unknown) => error);
    expect(String(failure)).not.toContain('secret');
  });
});

describe('a caller who hangs up', () => {
  it('ends the request at the server', async () => {
    speechKit.faults.set('stt-http', { kind: 'hung' });
    const gone = new AbortController();
    const text = textOf(speechKit.callerTone('да'), gone.signal);
    await expect.poll(() => speechKit.requests.length).toBe(1);
    gone.abort(new Error('hung up'));
    await expect(text).rejects.toThrow('hung up');
    await expect.poll(() => speechKit.requests[0]?.outcome).toBe('cancelled');
  });

  it('ends the wait for audio that never comes', async () => {
    const gone = new AbortController();
    const hearing = collect(recognizer.recognize(nothing(), request, gone.signal));
    gone.abort(new Error('hung up'));
    await expect(hearing).rejects.toThrow('hung up');
  });
});

const request = { language: 'ru-RU', sampleRateHz: 8000 };

function build(options: { readonly deadlineMs?: number } = {}): ShortRecognizer {
  const credentials = apiKeyCredentials('secret');
  return new ShortRecognizer({ url: speechKit.sttHttpUrl, credentials, folderId: 'folder', ...options });
}

function textOf(pcm: Pcm, signal: AbortSignal = never): Promise<string> {
  return collect(recognizer.recognize(inPackets(pcm), request, signal));
}

async function collect(events: ReturnType<ShortRecognizer['recognize']>): Promise<string> {
  const texts: string[] = [];
  for await (const event of events) if (event.kind === 'final') texts.push(event.text);
  return texts.join(' ');
}

async function* inPackets({ data }: Pcm): AsyncIterable<Uint8Array> {
  for (let at = 0; at < data.byteLength; at += 320) yield data.subarray(at, at + 320);
}

async function* nothing(): AsyncIterable<Uint8Array> {
  await new Promise(() => undefined);
  yield new Uint8Array();
}

function* endlessly(piece: string): Iterable<string> {
  for (;;) yield piece;
}
