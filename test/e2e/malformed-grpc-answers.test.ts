/** SpeechKit answers over gRPC what is no answer: an error of the catalogue each time, and the next good answer is understood. */
import type { ServerDuplexStream, ServerWritableStream } from '@grpc/grpc-js';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { silence } from '../../src/audio/pcm.ts';
import { StreamingRecognizer } from '../../src/speech/yandex/recognition/streaming-recognizer.ts';
import { systemClock } from '../../src/base/clock.ts';
import { GrpcPort } from '../../src/lab/simulator/speechkit/grpc-port.ts';
import { GrpcSynthesizer } from '../../src/speech/yandex/synthesis/grpc-synthesizer.ts';
import { apiKeyCredentials } from '../../src/speech/yandex/credentials.ts';
import { recognizerService, synthesizerService } from '../../src/speech/yandex/proto.ts';
import type {
  StreamingRequest,
  StreamingResponse,
  UtteranceSynthesisRequest,
  UtteranceSynthesisResponse,
} from '../../src/speech/yandex/proto.ts';
import { Malformer, MALFORMED_SEED } from '../support/malformed.ts';
import { Outcomes, sharedSignal, undergo } from '../support/ordeal.ts';
import { resourcesBeyond, resourcesNow } from '../support/resources.ts';
import type { Resources } from '../support/resources.ts';
import { until } from '../support/until.ts';

const RATE_HZ = 8000;
const SPEECH = silence(100, RATE_HZ).data;
const never = sharedSignal();
const credentials = apiKeyCredentials('secret');

let before: Resources;
let malformer: Malformer;
let outcomes: Outcomes;
/** From now on the server answers as it should. */
let isWell: boolean;

beforeEach(() => {
  before = resourcesNow();
  malformer = new Malformer();
  outcomes = new Outcomes();
  isWell = false;
});

afterEach(async () => {
  outcomes.expectBoth();
  await until('no socket or timer is left', () => resourcesBeyond(before).length === 0, 5000);
});

/** Two in three times an end, else a status that may be none. */
function endBadly(call: { end(): void; emit(event: 'error', error: object): boolean }): void {
  if (malformer.below(3) > 0) return call.end();
  const code = malformer.pick([-1, 0, 1, 2, 3, 4, 5, 7, 8, 12, 13, 14, 16, 17, 99, 1e9]);
  call.emit('error', { code, details: malformer.text('не вышло\u0000').toString() });
}

it('synthesis', async () => {
  const service = synthesizerService();
  const good: readonly UtteranceSynthesisResponse[] = [
    {
      audio_chunk: { data: SPEECH },
      text_chunk: { text: 'Добрый день' },
      start_ms: 0,
      length_ms: 100,
      word_timings: [{ word: 'Добрый', start_ms: 0, length_ms: 50 }],
    },
    { audio_chunk: { data: SPEECH }, text_chunk: null, start_ms: 100, length_ms: 100, word_timings: [] },
  ];
  const encoded = good.map((message) => service.UtteranceSynthesis.responseSerialize(message));
  type Call = ServerWritableStream<UtteranceSynthesisRequest, UtteranceSynthesisResponse | Buffer>;
  const port = new GrpcPort(service, {
    UtteranceSynthesis: (call: Call) => {
      call.on('error', () => undefined);
      for (const message of encoded) call.write(isWell ? message : malformer.bytes(message));
      if (isWell) call.end();
      else endBadly(call);
    },
    StreamSynthesis: (call: Call) => call.end(),
  });
  await port.start();
  const synthesizer = new GrpcSynthesizer({ url: port.url, clock: systemClock, credentials });
  const request = {
    text: 'Добрый день',
    language: 'ru-RU',
    voice: { name: 'alena', speed: 1 },
    sampleRateHz: RATE_HZ,
  };
  const synthesize = async () => {
    let bytes = 0;
    for await (const { pcm } of synthesizer.synthesize(request, never)) {
      expect(pcm.byteLength % 2).toBe(0);
      bytes += pcm.byteLength;
    }
    return bytes;
  };
  await undergo({
    what: 'answers of synthesis over gRPC',
    seed: MALFORMED_SEED,
    count: 8000,
    atOnce: 30,
    send: () => outcomes.of(synthesize),
  });
  isWell = true;
  expect(await synthesize()).toBe(2 * SPEECH.byteLength);
  await synthesizer.close();
  await port.kill();
});

it('recognition', async () => {
  const service = recognizerService();
  const alternative = {
    text: 'добрый день',
    words: [{ text: 'добрый', start_time_ms: 0, end_time_ms: 60 }],
    start_time_ms: 0,
    end_time_ms: 90,
    confidence: 1,
    languages: [{ language_code: 'ru-RU', probability: 1 }],
  };
  const cursors = {
    received_data_ms: 100,
    reset_time_ms: 0,
    partial_time_ms: 90,
    final_time_ms: 90,
    final_index: 0,
    eou_time_ms: 100,
  };
  const told: readonly Partial<StreamingResponse>[] = [
    { partial: { alternatives: [alternative] } },
    { final: { alternatives: [alternative] } },
    { final_refinement: { final_index: 0, normalized_text: { alternatives: [alternative] } } },
    { eou_update: { time_ms: 100 } },
    { status_code: { code_type: 'WORKING', message: 'ok' } },
  ];
  const encoded = told.map((event) =>
    service.RecognizeStreaming.responseSerialize({
      session_uuid: { uuid: 'u', user_request_id: 'r' },
      audio_cursors: cursors,
      response_wall_time_ms: 1,
      channel_tag: '0',
      ...event,
    }),
  );
  type Call = ServerDuplexStream<StreamingRequest, StreamingResponse | Buffer>;
  const port = new GrpcPort(service, {
    RecognizeStreaming: (call: Call) => {
      call.on('error', () => undefined);
      call.on('data', (request: StreamingRequest) => {
        if ('session_options' in request || isWell) return;
        for (let times = malformer.below(4); times > 0; times--)
          call.write(malformer.bytes(malformer.pick(encoded)));
        if (malformer.below(3) === 0) endBadly(call);
      });
      call.on('end', () => {
        if (!isWell) return endBadly(call);
        for (const message of encoded) call.write(message);
        call.end();
      });
    },
  });
  await port.start();
  const recognizer = new StreamingRecognizer({
    url: port.url,
    clock: systemClock,
    credentials,
    finishMs: 1000,
  });
  async function* audio() {
    yield SPEECH.subarray(0, 320);
    yield SPEECH.subarray(320, 640);
  }
  const recognize = async () => {
    const request = { language: 'ru-RU', sampleRateHz: RATE_HZ };
    const texts: string[] = [];
    for await (const event of recognizer.recognize(audio(), request, never))
      if ('text' in event) texts.push(event.text);
    return texts;
  };
  await undergo({
    what: 'sessions of recognition over gRPC',
    seed: MALFORMED_SEED,
    count: 8000,
    atOnce: 30,
    send: () =>
      outcomes.of(async () => {
        for (const text of await recognize()) expect(typeof text).toBe('string');
      }),
  });
  isWell = true;
  expect(await recognize()).toContain(alternative.text);
  await recognizer.close();
  await port.kill();
});
