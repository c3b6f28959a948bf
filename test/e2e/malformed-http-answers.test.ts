/** Synthesis, recognition, the model and Asterisk answer over HTTP what is no answer: an error of the catalogue each time, never more. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { silence } from '../../src/audio/pcm.ts';
import { encodeWav } from '../../src/audio/wav.ts';
import { ShortRecognizer } from '../../src/speech/yandex/recognition/short-recognizer.ts';
import { systemClock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import { createOpenAiChat } from '../../src/llm/openai.ts';
import { chunkEvent, DONE_EVENT, errorBody } from '../../src/lab/simulator/chat-wire.ts';
import { ARI_DEADLINES, AriRequests } from '../../src/telephony/asterisk/ari/ari-requests.ts';
import { AriRest } from '../../src/telephony/asterisk/ari/ari-rest.ts';
import { HttpSynthesizer } from '../../src/speech/yandex/synthesis/http-synthesizer.ts';
import { apiKeyCredentials } from '../../src/speech/yandex/credentials.ts';
import { Malformer, MALFORMED_SEED } from '../support/malformed.ts';
import { Outcomes, sharedSignal, undergo } from '../support/ordeal.ts';
import { httpAnswer, startRawServer } from '../support/raw-server.ts';
import type { RawServer } from '../support/raw-server.ts';
import { resourcesBeyond, resourcesNow } from '../support/resources.ts';
import type { Resources } from '../support/resources.ts';
import { until } from '../support/until.ts';

const RATE_HZ = 8000;
const SPEECH = silence(100, RATE_HZ).data;
const STATUSES = [
  200, 200, 200, 200, 100, 101, 199, 204, 206, 301, 304, 400, 401, 404, 409, 429, 500, 503, 999,
];
const TYPES = [
  'application/json',
  'text/event-stream',
  'audio/x-pcm',
  'text/html',
  '',
  'a/b; charset=\u00ff',
];
const never = sharedSignal();
const credentials = apiKeyCredentials('secret');
const clock = systemClock;

let malformer: Malformer;
let outcomes: Outcomes;
let server: RawServer;
let before: Resources;
/** Good answers to what is asked, each of which is spoilt in a way of its own. */
let good: readonly Buffer[];

beforeEach(async () => {
  before = resourcesNow();
  malformer = new Malformer();
  outcomes = new Outcomes();
  server = await startRawServer(badAnswer);
});

afterEach(async () => {
  outcomes.expectBoth();
  await server.stop();
  await until('no socket or timer is left', () => resourcesBeyond(before).length === 0, 5000);
});

/** Spoilt as a whole, or only its body, or only its status and type. */
function badAnswer(): Buffer {
  const answer = malformer.pick(good);
  const bodyAt = answer.indexOf('\r\n\r\n') + 4;
  switch (malformer.below(3)) {
    case 0:
      return malformer.bytes(answer);
    case 1:
      return httpAnswer(malformer.bytes(answer.subarray(bodyAt)), { type: malformer.pick(TYPES) });
    default:
      return httpAnswer(answer.subarray(bodyAt), {
        status: malformer.pick(STATUSES),
        type: malformer.pick(TYPES),
      });
  }
}

it('synthesis', async () => {
  const [pcm, wav] = [SPEECH, encodeWav({ sampleRateHz: RATE_HZ, data: SPEECH })];
  good = [httpAnswer(pcm, { type: 'audio/x-pcm' }), httpAnswer(wav, { type: 'audio/x-wav' })];
  const synthesizer = new HttpSynthesizer({ url: `${server.url}/tts`, credentials });
  const request = {
    text: 'Добрый день',
    language: 'ru-RU',
    voice: { name: 'alena', speed: 1 },
    sampleRateHz: RATE_HZ,
  };
  await undergo({
    what: 'answers of synthesis over HTTP',
    seed: MALFORMED_SEED,
    count: 8000,
    atOnce: 30,
    send: () =>
      outcomes.of(async () => {
        for await (const piece of synthesizer.synthesize(request, never))
          expect(piece.pcm.byteLength % 2).toBe(0);
      }),
  });
  await synthesizer.close();
});

it('recognition', async () => {
  good = [
    httpAnswer(JSON.stringify({ result: 'добрый день' })),
    httpAnswer(JSON.stringify({ error_code: 'BAD_REQUEST', error_message: 'no' }), { status: 400 }),
  ];
  const recognizer = new ShortRecognizer({ url: `${server.url}/stt`, credentials });
  async function* audio() {
    yield SPEECH;
  }
  await undergo({
    what: 'answers of recognition over HTTP',
    seed: MALFORMED_SEED,
    count: 8000,
    atOnce: 200,
    send: () =>
      outcomes.of(async () => {
        const request = { language: 'ru-RU', sampleRateHz: RATE_HZ };
        for await (const event of recognizer.recognize(audio(), request, never))
          expect(event).toMatchObject({ kind: 'final', text: expect.any(String) as string });
      }),
  });
  await recognizer.close();
});

it('the model', async () => {
  const chunks = ['Доб', 'рый ', 'день.|'].map((content) => chunkEvent('m', { content })).join('');
  const stream = { type: 'text/event-stream' };
  good = [
    httpAnswer(chunks + chunkEvent('m', {}, 'stop') + DONE_EVENT, stream),
    httpAnswer(`data: ${JSON.stringify({ error: { message: 'no', code: 500 } })}\n\n`, stream),
    httpAnswer(JSON.stringify(errorBody(429)), { status: 429 }),
  ];
  const chat = createOpenAiChat({
    apiKey: 'secret',
    baseUrl: `${server.url}/v1`,
    model: 'm',
    clock,
    log: silentLog,
    firstTokenMs: 2000,
    totalMs: 30_000,
    retryPauseMs: 1,
  });
  await undergo({
    what: 'answers of the model',
    seed: MALFORMED_SEED,
    count: 8000,
    atOnce: 30,
    send: () =>
      outcomes.of(async () => {
        const messages = [{ role: 'user', content: 'привет' }] as const;
        for await (const event of chat.reply({ messages, temperature: 0, maxTokens: 10 }, never))
          expect(event).toEqual({ kind: 'text', text: expect.any(String) as string });
      }),
  });
  await chat.close();
});

it('Asterisk', async () => {
  const channel = {
    id: 'c',
    name: 'PJSIP/1001-1',
    state: 'Up',
    caller: { name: 'Ann', number: '1001' },
    dialplan: { context: 'default', exten: '100', app_name: 'Stasis', app_data: 'voicebot,default' },
  };
  good = [
    [channel],
    { system: { version: '22.10.1' } },
    [{ name: 'res_ari.so', status: 'Running' }],
    [{ name: 'parley-1', id: 'parley-1' }],
    { channelvars: { MEDIA_WEBSOCKET_CONNECTION_ID: 'x' } },
    { message: 'Channel not found' },
  ].map((body) => httpAnswer(JSON.stringify(body)));
  const rest = new AriRest({ url: server.url, username: 'parley', password: 'secret', clock });
  const ari = new AriRequests(rest, 'voicebot', ARI_DEADLINES);
  const requests: readonly (() => Promise<unknown>)[] = [
    () => ari.info(),
    () => ari.channels(),
    () => ari.bridges(),
    () => ari.storedRecordings(),
    () => ari.recordedFile('r'),
    () => ari.answer('c'),
    () => ari.hangup('c'),
    () => ari.externalMedia({ channelId: 'c', format: 'slin16', appArgs: 'media' }),
  ];
  await undergo({
    what: 'answers of Asterisk',
    seed: MALFORMED_SEED,
    count: 8000,
    atOnce: 16,
    send: (index) => outcomes.of(requests[index % requests.length] ?? (() => ari.info())),
  });
  await rest.close();
});
