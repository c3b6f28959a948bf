/** A stand-in for Google's speech that speaks its real protocols over gRPC on ports of 127.0.0.1. */
import type { sendUnaryData, ServerDuplexStream, ServerUnaryCall } from '@grpc/grpc-js';
import { concatBytes, type Pcm } from '../../../audio/pcm.ts';
import { AsyncQueue } from '../../../base/async.ts';
import { systemClock } from '../../../base/clock.ts';
import { speechService, textToSpeechService } from '../../../speech/google/proto.ts';
import type {
  StreamingRecognitionConfig,
  StreamingRecognizeRequest,
  StreamingRecognizeResponse,
  SynthesizeSpeechRequest,
  SynthesizeSpeechResponse,
} from '../../../speech/google/proto.ts';
import { DEFAULT_DELAYS } from '../speechkit/delays.ts';
import { FaultScript, HTML_PAGE, passFault, Refusal } from '../speechkit/faults.ts';
import { GrpcPort, grpcError, headersOf } from '../speechkit/grpc-port.ts';
import { Hearing } from '../speechkit/hearing.ts';
import { speak } from '../speechkit/speech.ts';
import { ToneRegistry } from '../speechkit/tone-registry.ts';
import { DEFAULT_TONE_PACE, toneSpeech, toneVoice } from '../speechkit/voice.ts';
import type { SimulatedVoice, TonePace } from '../speechkit/voice.ts';

interface GoogleSpeechOptions {
  /** Default: each text as its own tone. */
  readonly voice?: SimulatedVoice;
  readonly tonePace?: Partial<TonePace>;
}

export interface GoogleSpeechRequest {
  readonly service: 'tts' | 'stt';
  readonly authorization: string | undefined;
  synthesis?: SynthesizeSpeechRequest;
  recognizer?: string;
  config?: StreamingRecognitionConfig;
  outcome: 'open' | 'answered' | 'refused' | 'cancelled';
}

export interface GoogleSpeechSimulator {
  readonly ttsUrl: string;
  readonly sttUrl: string;
  readonly requests: readonly GoogleSpeechRequest[];
  /** Of `tts-grpc` and `stt-grpc`. */
  readonly faults: FaultScript;
  /** What has to be said for it to understand `text`, 8 kHz. */
  callerTone(text: string): Pcm;
  kill(): Promise<void>;
  restart(): Promise<void>;
  stop(): Promise<void>;
}

const LONGEST_TEXT_BYTES = 5000;
const LARGEST_AUDIO_BYTES = 15 * 1024;

export async function startGoogleSpeechSimulator({
  voice,
  tonePace,
}: GoogleSpeechOptions = {}): Promise<GoogleSpeechSimulator> {
  const tones = new ToneRegistry();
  const pace = { ...DEFAULT_TONE_PACE, ...tonePace };
  const faults = new FaultScript();
  const requests: GoogleSpeechRequest[] = [];
  const hearing = new Hearing(tones);
  const clock = systemClock;
  const source = { voice: voice ?? toneVoice(tones, pace), delays: DEFAULT_DELAYS, clock, random: () => 0 };
  const note = (request: Omit<GoogleSpeechRequest, 'outcome'>) => {
    const record: GoogleSpeechRequest = { ...request, outcome: 'open' };
    requests.push(record);
    return record;
  };

  const synthesize = async (
    call: ServerUnaryCall<SynthesizeSpeechRequest, SynthesizeSpeechResponse | Buffer>,
    answer: sendUnaryData<SynthesizeSpeechResponse | Buffer>,
  ) => {
    const gone = new AbortController();
    call.on('cancelled', () => gone.abort(new Error('the client went away')));
    const authorization = headersOf(call.metadata)('authorization');
    const record = note({ service: 'tts', authorization, synthesis: call.request });
    try {
      const { input, audio_config: audio } = call.request;
      if (input.text === '' || Buffer.byteLength(input.text) > LONGEST_TEXT_BYTES)
        throw new Refusal('invalid', 'input: 1 to 5000 bytes');
      if (audio.audio_encoding !== 'PCM') throw new Refusal('invalid', 'this stand-in speaks PCM only');
      const fault = faults.take('tts-grpc', input.text);
      const order = { text: input.text, sampleRateHz: audio.sample_rate_hertz, fault };
      const pieces: Uint8Array[] = [];
      if (fault?.kind === 'garbage' && fault.as === 'html') answer(null, Buffer.from(HTML_PAGE));
      else {
        for await (const { data } of speak(source, order, gone.signal)) pieces.push(data);
        answer(null, { audio_content: concatBytes(pieces) });
      }
      record.outcome = 'answered';
    } catch (error) {
      record.outcome = gone.signal.aborted ? 'cancelled' : 'refused';
      answer(grpcError(error));
    }
  };

  const recognize = async (
    call: ServerDuplexStream<StreamingRecognizeRequest, StreamingRecognizeResponse | Buffer>,
  ) => {
    const gone = new AbortController();
    const sent = new AsyncQueue<StreamingRecognizeRequest>();
    call.on('data', (request: StreamingRecognizeRequest) => sent.push(request));
    call.on('end', () => sent.end());
    call.on('cancelled', () => {
      gone.abort(new Error('the client went away'));
      sent.fail(gone.signal.reason);
    });
    const record = note({ service: 'stt', authorization: headersOf(call.metadata)('authorization') });
    const heard: Uint8Array[] = [];
    try {
      const fault = faults.take('stt-grpc');
      await passFault(fault, clock, gone.signal);
      for await (const request of sent) {
        if ('streaming_config' in request && request.streaming_config) {
          record.recognizer = request.recognizer;
          record.config = request.streaming_config;
        } else if ('audio' in request) {
          if (!record.config) throw new Refusal('invalid', 'the first message must hold streaming_config');
          if (request.audio.byteLength > LARGEST_AUDIO_BYTES) throw new Refusal('invalid', 'audio too large');
          heard.push(request.audio);
        }
      }
      // A client that goes away can look like one that has finished, until a moment later.
      await new Promise((resolve) => setImmediate(resolve));
      gone.signal.throwIfAborted();
      const rateHz = record.config?.config.explicit_decoding_config.sample_rate_hertz ?? 0;
      const text = hearing.hear({ sampleRateHz: rateHz, data: concatBytes(heard) });
      const code = record.config?.config.language_codes[0] ?? '';
      const wantsTimes = record.config?.config.features.enable_word_time_offsets === true;
      if (fault?.kind === 'garbage') call.write(Buffer.from(HTML_PAGE));
      else if (text !== '')
        for (const isFinal of [false, true]) call.write(resultOf(text, isFinal, code, isFinal && wantsTimes));
      record.outcome = 'answered';
      call.end();
    } catch (error) {
      record.outcome = gone.signal.aborted ? 'cancelled' : 'refused';
      if (!gone.signal.aborted) call.emit('error', grpcError(error));
    }
  };

  const tts = new GrpcPort(textToSpeechService(), {
    SynthesizeSpeech: (...asked: Parameters<typeof synthesize>) => void synthesize(...asked),
  });
  const stt = new GrpcPort(speechService(), {
    StreamingRecognize: (call: Parameters<typeof recognize>[0]) => void recognize(call),
  });
  const start = async () => void (await Promise.all([tts.start(), stt.start()]));
  const kill = async () => void (await Promise.all([tts.kill(), stt.kill()]));
  await start();
  return {
    ttsUrl: tts.url,
    sttUrl: stt.url,
    requests,
    faults,
    callerTone: (text) => toneSpeech(tones.hzOf(text), text, 8000, pace),
    kill,
    restart: start,
    stop: kill,
  };
}

/** A word a second, if their times are wanted. */
function resultOf(
  transcript: string,
  isFinal: boolean,
  code: string,
  wantsTimes: boolean,
): StreamingRecognizeResponse {
  const words = transcript.split(' ').map((word, at) => ({
    word,
    start_offset: { seconds: at, nanos: 0 },
    end_offset: { seconds: at, nanos: 900_000_000 },
  }));
  const alternatives = [{ transcript, confidence: isFinal ? 0.9 : 0, words: wantsTimes ? words : [] }];
  return { results: [{ alternatives, is_final: isFinal, language_code: code }] };
}
