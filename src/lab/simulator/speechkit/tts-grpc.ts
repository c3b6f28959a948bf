/** SpeechKit synthesis v3: one text in, raw samples and word times out. */
import type { ServerWritableStream } from '@grpc/grpc-js';
import { synthesizerService } from '../../../speech/yandex/proto.ts';
import type { UtteranceSynthesisRequest, UtteranceSynthesisResponse } from '../../../speech/yandex/proto.ts';
import { GARBAGE, HTML_PAGE, Refusal, type FaultScript } from './faults.ts';
import { GrpcPort, grpcError, headersOf } from './grpc-port.ts';
import { requireCredentials, type OpenRecord, type RequestLog } from './request-log.ts';
import { speak, type SpeechSource, type SpokenPiece } from './speech.ts';

type Call = ServerWritableStream<UtteranceSynthesisRequest, UtteranceSynthesisResponse | Buffer>;

/** Beyond this, only with unsafe_mode. */
const LONGEST_TEXT = 250;
const LONGEST_UNSAFE_TEXT = 5000;

export function ttsGrpc(source: SpeechSource, log: RequestLog, faults: FaultScript): GrpcPort {
  return new GrpcPort(synthesizerService(), {
    UtteranceSynthesis: (call: Call) => void serve(call, source, log, faults),
    StreamSynthesis: (call: Call) =>
      void call.emit('error', grpcError(new Refusal('invalid', 'not simulated'))),
  });
}

/** Never rejects: whatever goes wrong becomes the call's status. */
async function serve(call: Call, source: SpeechSource, log: RequestLog, faults: FaultScript): Promise<void> {
  const gone = new AbortController();
  call.on('cancelled', () => gone.abort(new Error('the client went away')));
  const record = log.open('tts-grpc', headersOf(call.metadata), call.request.text);
  record.voice = call.request.hints?.flatMap((hint) => ('voice' in hint ? [hint.voice] : []))[0];
  try {
    await answer(call, record, source, faults, gone.signal);
    log.close(record, 'answered');
    call.end();
  } catch (error) {
    log.close(record, gone.signal.aborted ? 'cancelled' : 'refused');
    if (!gone.signal.aborted) call.emit('error', grpcError(error));
  }
}

async function answer(
  call: Call,
  record: OpenRecord,
  source: SpeechSource,
  faults: FaultScript,
  gone: AbortSignal,
): Promise<void> {
  const fault = faults.take('tts-grpc', record.text);
  record.fault = fault?.kind;
  requireCredentials(record);
  const order = { text: record.text, sampleRateHz: sampleRateOf(call.request), fault };
  if (fault?.kind === 'garbage' && (fault.as === 'bytes' || fault.as === 'html')) {
    call.write(fault.as === 'bytes' ? GARBAGE : Buffer.from(HTML_PAGE));
    return;
  }
  for await (const piece of speak(source, order, gone)) {
    call.write(messageOf(piece, record.audioMs === 0 ? record.text : undefined));
    record.audioMs += piece.lengthMs;
  }
}

/** The rate asked for. Throws a Refusal for everything that the real service, or this stand-in, does not speak. */
function sampleRateOf(request: UtteranceSynthesisRequest): number {
  const { text = '', unsafe_mode: unsafe, output_audio_spec: spec } = request;
  if (text.trim() === '') throw new Refusal('invalid', 'no text');
  if (text.length > (unsafe ? LONGEST_UNSAFE_TEXT : LONGEST_TEXT))
    throw new Refusal('invalid', 'text too long');
  const raw = spec?.raw_audio;
  if (raw?.audio_encoding !== 'LINEAR16_PCM')
    throw new Refusal('invalid', 'this stand-in speaks raw LINEAR16 only');
  const rate = raw.sample_rate_hertz;
  if (rate < 8000 || rate > 48000) throw new Refusal('invalid', `no synthesis at ${rate} Hz`);
  return rate;
}

function messageOf(piece: SpokenPiece, text: string | undefined): UtteranceSynthesisResponse {
  return {
    audio_chunk: { data: piece.data },
    text_chunk: text === undefined ? null : { text },
    start_ms: Math.round(piece.startMs),
    length_ms: Math.round(piece.lengthMs),
    word_timings: piece.words.map(({ word, startMs, lengthMs }) => ({
      word,
      start_ms: startMs,
      length_ms: lengthMs,
    })),
  };
}
