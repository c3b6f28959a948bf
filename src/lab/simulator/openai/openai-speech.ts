/** A stand-in for OpenAI's speech that speaks its real protocol on a port of 127.0.0.1: `/audio/speech` and `/audio/transcriptions`. */
import type { ServerResponse } from 'node:http';
import { durationMs, type Pcm } from '../../../audio/pcm.ts';
import { decodeWav } from '../../../audio/wav.ts';
import { systemClock } from '../../../base/clock.ts';
import { DEFAULT_DELAYS, type SpeechKitDelays } from '../speechkit/delays.ts';
import { FaultScript, GARBAGE, HTML_PAGE, passFault, Refusal } from '../speechkit/faults.ts';
import { Hearing } from '../speechkit/hearing.ts';
import { answerJson, HttpPort, type HttpRequest } from '../speechkit/http-port.ts';
import { speak } from '../speechkit/speech.ts';
import { ToneRegistry } from '../speechkit/tone-registry.ts';
import { DEFAULT_TONE_PACE, toneSpeech, toneVoice } from '../speechkit/voice.ts';
import type { SimulatedVoice, TonePace } from '../speechkit/voice.ts';

export interface OpenAiSpeechOptions {
  /** Default: each text as its own tone. */
  readonly voice?: SimulatedVoice;
  readonly tonePace?: Partial<TonePace>;
}

/** One request as it came: the fields of its JSON or its form, without the file. */
export interface OpenAiSpeechRequest {
  readonly path: '/v1/audio/speech' | '/v1/audio/transcriptions';
  readonly authorization: string | undefined;
  readonly fields: Readonly<Record<string, unknown>>;
  /** Of a transcription's file. */
  readonly fileName?: string | undefined;
  readonly audioMs?: number | undefined;
  outcome: 'open' | 'answered' | 'refused' | 'cancelled';
}

export interface OpenAiSpeechSimulator {
  /** `http://127.0.0.1:PORT/v1` */
  readonly baseUrl: string;
  readonly requests: readonly OpenAiSpeechRequest[];
  /** Of `tts-http` and `stt-http`, which are its two services. */
  readonly faults: FaultScript;
  readonly delays: SpeechKitDelays;
  toneOf(text: string): number;
  /** What has to be said for it to understand `text`, 8 kHz. */
  callerTone(text: string): Pcm;
  kill(): Promise<void>;
  restart(): Promise<void>;
  stop(): Promise<void>;
}

const PCM_RATE_HZ = 24_000;
const LONGEST_TEXT = 4096;
const LARGEST_FILE_BYTES = 25 * 1024 * 1024;
const SHORTEST_MS = 100;

/** OpenAI's words for the kinds of refusal, as the official client's own errors have them. */
const REFUSALS = {
  quota: [429, 'insufficient_quota', 'insufficient_quota'],
  unauthenticated: [401, 'invalid_request_error', 'invalid_api_key'],
  invalid: [400, 'invalid_request_error', null],
  internal: [500, 'server_error', null],
  sessionOver: [500, 'server_error', null],
} as const;

export async function startOpenAiSpeechSimulator({
  voice,
  tonePace,
}: OpenAiSpeechOptions = {}): Promise<OpenAiSpeechSimulator> {
  const tones = new ToneRegistry();
  const pace = { ...DEFAULT_TONE_PACE, ...tonePace };
  const delays: SpeechKitDelays = { ...DEFAULT_DELAYS };
  const faults = new FaultScript();
  const requests: OpenAiSpeechRequest[] = [];
  const hearing = new Hearing(tones);
  const clock = systemClock;
  const source = { voice: voice ?? toneVoice(tones, pace), delays, clock, random: () => 0 };

  const synthesize: Service = async (request, response, gone, note) => {
    const fields = JSON.parse(request.body.toString()) as Record<string, unknown>;
    note({ path: '/v1/audio/speech', fields });
    const { input, model, voice: speaker, response_format: format } = fields;
    if (typeof input !== 'string' || input === '' || input.length > LONGEST_TEXT)
      throw new Refusal('invalid', 'input: 1 to 4096 characters');
    if (typeof model !== 'string' || typeof speaker !== 'string')
      throw new Refusal('invalid', 'model and voice are required');
    if (format !== 'pcm') throw new Refusal('invalid', 'this stand-in speaks pcm only');
    const fault = faults.take('tts-http', input);
    if (fault?.kind === 'garbage' && (fault.as === 'html' || fault.as === 'bytes')) {
      response.setHeader('content-type', fault.as === 'html' ? 'text/html' : 'audio/pcm');
      return void response.end(fault.as === 'html' ? HTML_PAGE : GARBAGE);
    }
    response.setHeader('content-type', 'audio/pcm');
    for await (const { data } of speak(source, { text: input, sampleRateHz: PCM_RATE_HZ, fault }, gone))
      // Flushed before anything else may happen: a scripted end shall come after this piece, not in its place.
      await new Promise((resolve) => response.write(data, resolve));
    response.end();
  };

  const transcribe: Service = async (request, response, gone, note) => {
    const { file, fields } = await formOf(request);
    const pcm = decodeWav(file.bytes);
    note({
      path: '/v1/audio/transcriptions',
      fields,
      fileName: file.name,
      audioMs: durationMs(pcm),
    });
    if (!/\.wav$/.test(file.name)) throw new Refusal('invalid', 'this stand-in hears wav files only');
    if (file.bytes.byteLength > LARGEST_FILE_BYTES) throw new Refusal('invalid', 'more than 25 MB');
    if (durationMs(pcm) < SHORTEST_MS) throw new Refusal('invalid', 'audio_too_short');
    if (typeof fields['model'] !== 'string') throw new Refusal('invalid', 'model is required');
    const fault = faults.take('stt-http');
    await passFault(fault, clock, gone);
    if (fault?.kind === 'garbage') return void response.end(HTML_PAGE);
    const text = hearing.hear(pcm);
    const wantsTimes = fields['timestamp_granularities[]'] === 'word';
    if (wantsTimes && fields['response_format'] !== 'verbose_json')
      throw new Refusal('invalid', 'times are told in verbose_json alone');
    const words = text.split(' ').map((word, at) => ({ word, start: at, end: at + 0.9 }));
    answerJson(response, { text, ...(wantsTimes && { words }) });
  };

  const port = new HttpPort('/v1/audio', async (request, response, gone) => {
    let record: OpenAiSpeechRequest | undefined;
    const authorization = request.header('authorization');
    const note: Note = (told) => requests.push((record = { authorization, outcome: 'open', ...told }));
    const end = (outcome: OpenAiSpeechRequest['outcome']) => {
      if (record) record.outcome = outcome;
    };
    const service = request.url.pathname === '/v1/audio/speech' ? synthesize : transcribe;
    try {
      await service(request, response, gone, note);
      end('answered');
    } catch (error) {
      end(gone.aborted ? 'cancelled' : 'refused');
      refuse(response, error);
    }
  });
  await port.start();
  return {
    baseUrl: port.url.replace(/\/audio$/, ''),
    requests,
    faults,
    delays,
    toneOf: (text) => tones.hzOf(text),
    callerTone: (text) => toneSpeech(tones.hzOf(text), text, 8000, pace),
    kill: () => port.kill(),
    restart: () => port.start(),
    stop: () => port.kill(),
  };
}

type Told = Omit<OpenAiSpeechRequest, 'authorization' | 'outcome'>;
type Note = (told: Told) => void;
type Service = (
  request: HttpRequest,
  response: ServerResponse,
  gone: AbortSignal,
  note: Note,
) => Promise<void>;

async function formOf({ body, header }: HttpRequest) {
  const type = header('content-type') ?? '';
  const form = await new Response(body, { headers: { 'content-type': type } }).formData();
  const given = form.get('file');
  if (given === null || typeof given === 'string') throw new Refusal('invalid', 'file is required');
  const fields: Record<string, unknown> = {};
  for (const [name, value] of form.entries()) if (typeof value === 'string') fields[name] = value;
  return { file: { name: given.name, bytes: new Uint8Array(await given.arrayBuffer()) }, fields };
}

function refuse(response: ServerResponse, error: unknown): void {
  const kind = error instanceof Refusal ? error.kind : 'internal';
  if (kind === 'refused' || response.headersSent) return void response.destroy();
  const [status, type, code] = REFUSALS[kind];
  answerJson(response, { error: { message: String(error), type, param: null, code } }, status);
}
