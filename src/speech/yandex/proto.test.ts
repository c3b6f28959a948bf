/** The proto files against the official SDK's own codecs: the same bytes mean the same to both, in both directions. */
import { Client, Metadata, Server, ServerCredentials, credentials } from '@grpc/grpc-js';
import type { ServerDuplexStream, ServerWritableStream } from '@grpc/grpc-js';
import { stt, sttService } from '@yandex-cloud/nodejs-sdk/ai-stt-v3';
import { tts, ttsService } from '@yandex-cloud/nodejs-sdk/ai-tts-v3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { holds, protoFields, protoSamples, type ProtoFile } from '../../../test/support/proto-samples.ts';
import { recognizerService, synthesizerService } from './proto.ts';
import type { StreamingResponse, UtteranceSynthesisResponse } from './proto.ts';

/** A codec of the SDK's generated code. */
interface SdkCodec {
  encode(message: unknown): { finish(): Uint8Array };
  decode(bytes: Uint8Array): unknown;
  /** An object with every field of the message, set or undefined. */
  fromJSON(json: unknown): object;
  toJSON(message: unknown): unknown;
}

/** SDK 3.2.0 was made before words had times. */
const isNewer = (name: string) => /word_?timing/i.test(name);

const ttsFile = { path: 'speechkit/tts/v3/tts.proto', packageName: 'speechkit.tts.v3' };
const sttFile = { path: 'speechkit/stt/v3/stt.proto', packageName: 'speechkit.stt.v3' };
const sdkOf = (codecs: object) => codecs as Record<string, SdkCodec | undefined>;

describe.each([
  { file: ttsFile, sdk: sdkOf(tts) },
  { file: sttFile, sdk: sdkOf(stt) },
])('$file.path', ({ file, sdk }) => {
  const known = [...protoFields(file)].filter(([name]) => !isNewer(name));

  it.each(known)('%s has just the fields that the SDK knows', (name, fields) => {
    const theirs = Object.keys(sdk[name]?.fromJSON({}) ?? { [`no ${name}`]: 0 });
    expect(fields.filter((field) => !isNewer(field)).sort()).toEqual(theirs.sort());
  });
});

type Codec = readonly [(message: object) => Buffer, (bytes: Buffer) => object];

interface Message {
  readonly name: string;
  readonly file: ProtoFile;
  readonly sdk: SdkCodec;
  readonly ours: Codec;
}

const { UtteranceSynthesis } = synthesizerService();
const { RecognizeStreaming } = recognizerService();

const messages: readonly Message[] = [
  {
    name: 'UtteranceSynthesisRequest',
    file: ttsFile,
    sdk: tts.UtteranceSynthesisRequest,
    ours: [UtteranceSynthesis.requestSerialize, UtteranceSynthesis.requestDeserialize] as Codec,
  },
  {
    name: 'UtteranceSynthesisResponse',
    file: ttsFile,
    sdk: tts.UtteranceSynthesisResponse,
    ours: [UtteranceSynthesis.responseSerialize, UtteranceSynthesis.responseDeserialize] as Codec,
  },
  {
    name: 'StreamingRequest',
    file: sttFile,
    sdk: stt.StreamingRequest,
    ours: [RecognizeStreaming.requestSerialize, RecognizeStreaming.requestDeserialize] as Codec,
  },
  {
    name: 'StreamingResponse',
    file: sttFile,
    sdk: stt.StreamingResponse,
    ours: [RecognizeStreaming.responseSerialize, RecognizeStreaming.responseDeserialize] as Codec,
  },
];

describe.each(messages)('$name, field by field', ({ name, file, sdk, ours: [serialize, deserialize] }) => {
  const samples = protoSamples(file, name).filter(({ path }) => !isNewer(path));

  it.each(samples)('$path means the same to both', ({ fields, json }) => {
    const read = sdk.toJSON(sdk.decode(serialize(fields)));
    expect(holds(read, json), `the SDK reads ${JSON.stringify(read)}`).toBe(true);

    const written = Buffer.from(sdk.encode(sdk.fromJSON(json)).finish());
    const back = deserialize(written);
    expect(holds(back, fields), `Parley reads ${JSON.stringify(back)}`).toBe(true);
  });
});

describe("a server made of the SDK's definitions", () => {
  let server: Server;
  beforeEach(() => void (server = new Server()));
  afterEach(() => server.forceShutdown());

  it('understands our synthesis request, and we its audio', async () => {
    const asked: tts.UtteranceSynthesisRequest[] = [];
    server.addService(ttsService.SynthesizerService, {
      utteranceSynthesis(
        call: ServerWritableStream<tts.UtteranceSynthesisRequest, tts.UtteranceSynthesisResponse>,
      ) {
        asked.push(call.request);
        call.write({ audioChunk: { data: Buffer.from([1, 2]) }, startMs: 0, lengthMs: 20 });
        call.write({ audioChunk: { data: Buffer.from([3, 4]) }, startMs: 20, lengthMs: 40 });
        call.end();
      },
      streamSynthesis: () => undefined,
    });
    const client = await connect(server);
    const { UtteranceSynthesis: method } = synthesizerService();
    const call = client.makeServerStreamRequest(
      method.path,
      method.requestSerialize,
      method.responseDeserialize,
      {
        text: 'Здравствуйте!',
        hints: [{ voice: 'marina' }, { speed: 1.1 }],
        output_audio_spec: { raw_audio: { audio_encoding: 'LINEAR16_PCM', sample_rate_hertz: 8000 } },
      },
      new Metadata(),
    );
    const answers = (await call.toArray()) as UtteranceSynthesisResponse[];
    client.close();

    expect(asked).toMatchObject([
      {
        text: 'Здравствуйте!',
        hints: [{ voice: 'marina' }, { speed: 1.1 }],
        outputAudioSpec: { rawAudio: { audioEncoding: 1, sampleRateHertz: 8000 } },
      },
    ]);
    expect(answers.map((answer) => [...(answer.audio_chunk?.data ?? [])])).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect(answers.map((answer) => answer.start_ms + answer.length_ms)).toEqual([20, 60]);
  });

  it('understands our recognition stream, and we its events', async () => {
    const asked: stt.StreamingRequest[] = [];
    server.addService(sttService.RecognizerService, {
      recognizeStreaming(call: ServerDuplexStream<stt.StreamingRequest, stt.StreamingResponse>) {
        call.on('data', (request: stt.StreamingRequest) => asked.push(request));
        call.on('end', () => {
          call.write(stt.StreamingResponse.fromPartial({ final: { alternatives: [{ text: 'алло' }] } }));
          call.write(stt.StreamingResponse.fromPartial({ eouUpdate: { timeMs: 700 } }));
          call.end();
        });
      },
    });
    const client = await connect(server);
    const { RecognizeStreaming: method } = recognizerService();
    const call = client.makeBidiStreamRequest(
      method.path,
      method.requestSerialize,
      method.responseDeserialize,
      new Metadata(),
    );
    call.write({ session_options: { recognition_model: { model: 'general' } } });
    call.write({ chunk: { data: Buffer.from([5, 6]) } });
    call.write({ silence_chunk: { duration_ms: 300 } });
    call.end();
    const events = (await call.toArray()) as StreamingResponse[];
    client.close();

    expect(asked[0]?.sessionOptions?.recognitionModel?.model).toBe('general');
    expect(asked[1]?.chunk?.data).toEqual(Buffer.from([5, 6]));
    expect(asked[2]?.silenceChunk?.durationMs).toBe(300);
    expect(events.map((event) => event.Event)).toEqual(['final', 'eou_update']);
    expect(events[0]?.final?.alternatives[0]?.text).toBe('алло');
    expect(events[1]?.eou_update?.time_ms).toBe(700);
  });
});

async function connect(server: Server): Promise<Client> {
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  return new Client(`127.0.0.1:${port}`, credentials.createInsecure());
}
