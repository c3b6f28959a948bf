/**
 * Whatever a provider sends, in whatever order and however it ends: each request ends with sound, with text, or with an error from the
 * catalogue, holds no more than what was asked for, and prints nothing. The number of the shape that hurts stands in the failure; with
 * HOSTILE_SHAPE=number in the environment it alone is thrown again, the same to the byte.
 */
import { createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { Server as GrpcServer, ServerCredentials } from '@grpc/grpc-js';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { keptBytes } from '../../../test/support/kept-bytes.ts';
import { encodeWav } from '../../audio/wav.ts';
import { fromSamples, silence } from '../../audio/pcm.ts';
import { systemClock } from '../../base/clock.ts';
import { isParleyError } from '../../base/errors.ts';
import { seeded, type Chance } from '../../base/seeded.ts';
import { speechRequest } from '../synthesis/testing/listening.ts';
import { speechBound } from '../synthesis/speech-bound.ts';
import { apiKeyCredentials } from './credentials.ts';
import { recognizerService, synthesizerService } from './proto.ts';
import { ShortRecognizer } from './recognition/short-recognizer.ts';
import { StreamingRecognizer } from './recognition/streaming-recognizer.ts';
import { GrpcSynthesizer } from './synthesis/grpc-synthesizer.ts';
import { HTTP_SYNTHESIZER_DEFAULTS, HttpSynthesizer } from './synthesis/http-synthesizer.ts';

/** As many as take about ten seconds where nothing else runs. */
const SHAPES = { httpSynthesis: 2000, httpRecognition: 1500, grpcSynthesis: 1000, grpcRecognition: 1500 };
/** So many are asked for at once. */
const TOGETHER = 25;
/** What hangs is left after so long; real time, so short. */
const PATIENCE_MS = 500;
/** All of one interface, on a machine that does other things as well. */
const ALL_WITHIN_MS = 120_000;
/** Not one may last longer, retry included, on a machine that does other things as well. */
const ENDS_WITHIN_MS = 20_000;
/** What all of them together may leave in memory. */
const MOST_LEFT_BYTES = 64 * 1024 * 1024;

const credentials = apiKeyCredentials('secret');
let http: Server;
let grpc: GrpcServer;
let httpUrl: string;
let grpcUrl: string;
const printed: unknown[] = [];
/** How often each shape has been asked for. */
const attempts = new Map<number, number>();

/** What chance has for the next attempt at a shape, whatever else is asked for meanwhile. */
function chanceFor(shape: number): Chance {
  const attempt = attempts.get(shape) ?? 0;
  attempts.set(shape, attempt + 1);
  return seeded(shape * 64 + attempt);
}

/** A request says which shape it asks for: in its text, or in every sample of its audio. */
const requestFor = (shape: number) => speechRequest(`Добрый день ${shape}`);
const shapeOfText = (text: string) => Number(/\d+$/.exec(text)?.[0]);
const shapeOfAudio = (pcm: Uint8Array) => Buffer.from(pcm).readInt16LE(0);

async function* audioFor(shape: number): AsyncIterable<Uint8Array> {
  yield fromSamples(new Int16Array(1600).fill(shape), 8000).data;
}

beforeAll(async () => {
  http = createServer((socket) => {
    let asked = Buffer.alloc(0);
    socket.on('error', () => undefined);
    socket.on('data', (data) => {
      asked = Buffer.concat([asked, data]);
      const shape = shapeOfHttp(asked);
      if (shape === undefined || socket.writableEnded) return;
      asked = Buffer.alloc(0);
      answer(socket, chanceFor(shape));
    });
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  httpUrl = `http://127.0.0.1:${(http.address() as AddressInfo).port}/`;
  grpc = grpcServer();
  const port = await new Promise<number>((resolve, reject) =>
    grpc.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    ),
  );
  grpcUrl = `grpc://127.0.0.1:${port}`;
  for (const method of ['log', 'warn', 'error'] as const)
    vi.spyOn(console, method).mockImplementation((...words: unknown[]) => void printed.push(words));
  for (const stream of [process.stdout, process.stderr])
    vi.spyOn(stream, 'write').mockImplementation((text) => {
      printed.push(String(text));
      return true;
    });
});

beforeEach(() => attempts.clear());

afterAll(() => {
  vi.restoreAllMocks();
  http.close();
  grpc.forceShutdown();
});

it(
  'synthesis over HTTP',
  async () => {
    const settings = { ...HTTP_SYNTHESIZER_DEFAULTS, headersMs: PATIENCE_MS, bodyMs: PATIENCE_MS };
    await each(SHAPES.httpSynthesis, async (shape) => {
      // Each with connections of its own: what is left over in one would be the answer to another shape.
      const synthesizer = new HttpSynthesizer({ url: httpUrl, credentials, settings });
      try {
        return await spoken(synthesizer, shape);
      } finally {
        await synthesizer.close();
      }
    });
  },
  ALL_WITHIN_MS,
);

it(
  'recognition over HTTP',
  async () => {
    await each(SHAPES.httpRecognition, async (shape) => {
      const recognizer = new ShortRecognizer({ url: httpUrl, credentials, deadlineMs: PATIENCE_MS });
      try {
        return await understood(recognizer, shape);
      } finally {
        await recognizer.close();
      }
    });
  },
  ALL_WITHIN_MS,
);

it(
  'synthesis over gRPC',
  async () => {
    const synthesizer = new GrpcSynthesizer({
      url: grpcUrl,
      clock: systemClock,
      credentials,
      deadlineMs: PATIENCE_MS,
    });
    await each(SHAPES.grpcSynthesis, (shape) => spoken(synthesizer, shape));
    await synthesizer.close();
  },
  ALL_WITHIN_MS,
);

it(
  'recognition over gRPC',
  async () => {
    const recognizer = new StreamingRecognizer({
      url: grpcUrl,
      clock: systemClock,
      credentials,
      finishMs: PATIENCE_MS,
    });
    await each(SHAPES.grpcRecognition, (shape) => understood(recognizer, shape));
    await recognizer.close();
  },
  ALL_WITHIN_MS,
);

async function each(shapes: number, ask: (shape: number) => Promise<string>): Promise<void> {
  const only = process.env['HOSTILE_SHAPE'];
  const asked = only === undefined ? Array.from({ length: shapes }, (_, shape) => shape) : [Number(only)];
  const outcomes = new Map<string, number>();
  const wrong: string[] = [];
  const before = keptBytes();
  const left = asked.values();
  const worker = async () => {
    for (const shape of left) {
      const outcome = await inTime(ask(shape));
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
      if (!/^(well|(TTS|ASR)_[A-Z_]+)$/.test(outcome)) wrong.push(`shape ${shape}: ${outcome}`);
    }
  };
  await Promise.all(Array.from({ length: TOGETHER }, worker));
  expect(wrong).toEqual([]);
  expect(printed).toEqual([]);
  expect(keptBytes() - before).toBeLessThan(MOST_LEFT_BYTES);
  if (only !== undefined) return;
  // A suite in which nothing succeeds, or nothing fails, throws the wrong shapes.
  expect(outcomes.get('well') ?? 0, JSON.stringify([...outcomes])).toBeGreaterThan(shapes / 100);
  expect(outcomes.size).toBeGreaterThan(3);
}

async function inTime(asked: Promise<string>): Promise<string> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve('never ended'), ENDS_WITHIN_MS);
  });
  return Promise.race([asked, late]).finally(() => clearTimeout(timer));
}

function codeOf(error: unknown): string {
  return isParleyError(error) ? error.code : String(error);
}

async function spoken(synthesizer: HttpSynthesizer | GrpcSynthesizer, shape: number): Promise<string> {
  const request = requestFor(shape);
  let bytes = 0;
  try {
    for await (const { pcm } of synthesizer.synthesize(request, new AbortController().signal)) {
      if (pcm.byteLength % 2 !== 0) return 'half a sample';
      bytes += pcm.byteLength;
    }
  } catch (error) {
    return bytes > speechBound(request).mostBytes ? 'too much sound' : codeOf(error);
  }
  return bytes > 0 ? 'well' : 'silence without an error';
}

async function understood(recognizer: ShortRecognizer | StreamingRecognizer, shape: number): Promise<string> {
  try {
    for await (const event of recognizer.recognize(
      audioFor(shape),
      { language: 'ru-RU', sampleRateHz: 8000 },
      new AbortController().signal,
    ))
      if ('text' in event && typeof event.text !== 'string') return 'no text';
  } catch (error) {
    return codeOf(error);
  }
  return 'well';
}

/** Which shape is asked for, once so much of the request has arrived that it can be told. */
function shapeOfHttp(asked: Buffer): number | undefined {
  const end = asked.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const head = asked.subarray(0, end).toString('latin1');
  const body = asked.subarray(end + 4);
  if (body.byteLength < Number(/^content-length: (\d+)$/im.exec(head)?.[1])) return undefined;
  if (/octet-stream/i.test(head)) return shapeOfAudio(body);
  return shapeOfText(new URLSearchParams(body.toString()).get('text') ?? '');
}

const STATUSES = [200, 200, 200, 200, 200, 201, 204, 301, 307, 400, 401, 403, 408, 429, 500, 503, 504, 599];
const TYPES = [
  '',
  'audio/basic',
  'application/octet-stream',
  'application/json',
  'text/html',
  'x'.repeat(3000),
];

/** A whole answer, or what is meant to be one, as bytes on the socket. */
function answer(socket: Socket, by: Chance): void {
  const body = bodyOf(by);
  const status = by.one(STATUSES);
  const type = by.one(TYPES);
  const lengths = [
    `content-length: ${body.byteLength}`,
    `content-length: ${body.byteLength}`,
    `content-length: ${body.byteLength}`,
    `content-length: ${body.byteLength + by.whole(1, 9)}`,
    `content-length: ${by.whole(0, 9)}`,
    'content-length: -1',
    'content-length: 99999999999999999999',
    'transfer-encoding: chunked',
    'x-secret: Api-Key secret',
  ];
  const head =
    by.next() < 0.03
      ? by.bytes(by.whole(0, 60))
      : `HTTP/1.1 ${status} X\r\n${type && `content-type: ${type}\r\n`}${by.one(lengths)}\r\n\r\n`;
  const ending = by.one(['none', 'end', 'end', 'end', 'end', 'end', 'end', 'destroy', 'reset']);
  socket.write(head);
  for (let at = 0; at < body.byteLength;) {
    const to = at + by.whole(1, Math.max(1, body.byteLength));
    socket.write(body.subarray(at, to));
    at = to;
  }
  if (ending === 'end') socket.end();
  if (ending === 'destroy') socket.destroy();
  if (ending === 'reset') socket.resetAndDestroy();
}

function bodyOf(by: Chance): Uint8Array {
  const wav = encodeWav(silence(by.whole(0, 300), by.one([8000, 8000, 22_050])));
  const texts = [
    '{"result":"да"}',
    '{"result":"да"}',
    '{"result":null}',
    '{"result":{"a":[1e999]}}',
    `{"error_code":"X","error_message":${JSON.stringify('x'.repeat(by.whole(0, 9000)))}}`,
    '[]',
    '<html>',
    '',
    `{"result":"${'а('.repeat(by.whole(0, 2000))}"}`,
    'e\r\n{"result":"да"}\r\n0\r\n\r\n',
    'fffffffffffff\r\n',
  ];
  return by.one([
    () => new Uint8Array(by.whole(0, 20_000)),
    () => new Uint8Array(2 * by.whole(1, 9000)),
    () => by.bytes(by.whole(0, 500)),
    () => wav,
    () => wav.subarray(0, by.whole(0, wav.byteLength)),
    () => new Uint8Array(300_000),
    () => Buffer.from(by.one(texts)),
    () => Buffer.from(by.one(texts)),
  ])();
}

/** A server whose messages are bytes: those of the protocol, and others. */
function grpcServer(): GrpcServer {
  const server = new GrpcServer();
  const raw = (bytes: unknown) => bytes as Buffer;
  const tts = synthesizerService().UtteranceSynthesis;
  const stt = recognizerService().RecognizeStreaming;
  server.addService(
    { UtteranceSynthesis: { ...tts, responseSerialize: raw } },
    {
      UtteranceSynthesis: (call: GrpcCall & { readonly request: { readonly text: string } }) => {
        const by = chanceFor(shapeOfText(call.request.text));
        play(call, by, () => Buffer.from(tts.responseSerialize(speechMessage(by))));
      },
    },
  );
  server.addService(
    { RecognizeStreaming: { ...stt, responseSerialize: raw } },
    {
      RecognizeStreaming: (call: GrpcCall) => {
        let isAnswered = false;
        call.on('data', ({ chunk }: { chunk?: { data: Uint8Array } | null }) => {
          if (!chunk || isAnswered) return;
          isAnswered = true;
          const by = chanceFor(shapeOfAudio(chunk.data));
          play(call, by, () => Buffer.from(stt.responseSerialize(heardMessage(by))));
        });
      },
    },
  );
  return server;
}

interface GrpcCall {
  write(bytes: Buffer): boolean;
  end(): void;
  emit(event: 'error', status: object): boolean;
  on(event: 'data', listener: (message: { chunk?: { data: Uint8Array } | null }) => void): unknown;
  on(event: 'error', listener: () => void): unknown;
}

function play(call: GrpcCall, by: Chance, message: () => Buffer): void {
  call.on('error', () => undefined);
  const messages = by.one([0, 1, 1, 2, 2, 3, 5, 40]);
  for (let count = 0; count < messages; count++) {
    const bytes = message();
    const kind = by.next();
    if (kind < 0.04) call.write(Buffer.from(by.bytes(by.whole(0, 40))));
    else if (kind < 0.08) call.write(bytes.subarray(0, by.whole(0, bytes.byteLength)));
    else if (kind < 0.12 && bytes.byteLength > 0) {
      bytes[by.whole(0, bytes.byteLength - 1)] = by.whole(0, 255);
      call.write(bytes);
    } else call.write(bytes);
  }
  const ending = by.next();
  if (ending < 0.7) call.end();
  else if (ending < 0.99)
    call.emit('error', {
      code: by.one([1, 2, 3, 4, 5, 7, 8, 9, 12, 13, 14, 16, 99]),
      details: 'Api-Key secret: x',
    });
}

const NUMBERS = [0, 0, 20, 500, -1, 2 ** 31, 2 ** 53, -(2 ** 53)];

function speechMessage(by: Chance) {
  const word = {
    word: 'а'.repeat(by.one([0, 1, 5, 5000])),
    start_ms: by.one(NUMBERS),
    length_ms: by.one(NUMBERS),
  };
  return {
    audio_chunk:
      by.next() < 0.8 ? { data: new Uint8Array(by.one([0, 1, 2, 320, 1601, 16_000, 100_000])) } : null,
    text_chunk: by.next() < 0.2 ? { text: 'x'.repeat(by.whole(0, 500)) } : null,
    start_ms: by.one(NUMBERS),
    length_ms: by.one(NUMBERS),
    word_timings: Array.from({ length: by.one([0, 0, 1, 2, 200]) }, () => word),
  };
}

function heardMessage(by: Chance) {
  const time = () => by.one(NUMBERS);
  const word = { text: 'а', start_time_ms: time(), end_time_ms: time() };
  const alternative = {
    text: by.one(['', 'да', ' ', 'а('.repeat(3000), '.'.repeat(9000)]),
    words: Array.from({ length: by.one([0, 1, 50]) }, () => word),
    start_time_ms: time(),
    end_time_ms: time(),
    confidence: by.one([0, 1, -1, NaN, Infinity]),
    languages:
      by.next() < 0.3
        ? [{ language_code: by.one(['', 'ru-RU', '😀']), probability: by.one([0, 1, NaN]) }]
        : [],
  };
  const update = { alternatives: Array.from({ length: by.one([0, 1, 1, 3]) }, () => alternative) };
  const message = {
    session_uuid: null,
    audio_cursors:
      by.next() < 0.5
        ? null
        : {
            received_data_ms: time(),
            reset_time_ms: time(),
            partial_time_ms: time(),
            final_time_ms: time(),
            final_index: time(),
            eou_time_ms: time(),
          },
    response_wall_time_ms: time(),
    channel_tag: '',
  };
  return {
    ...message,
    ...by.one([
      {},
      { Event: 'partial', partial: update } as const,
      { Event: 'final', final: update } as const,
      { Event: 'eou_update', eou_update: { time_ms: time() } } as const,
      {
        Event: 'final_refinement',
        final_refinement: { final_index: time(), normalized_text: update },
      } as const,
      { Event: 'status_code', status_code: { code_type: 'WORKING', message: 'x'.repeat(300) } } as const,
    ]),
  };
}
