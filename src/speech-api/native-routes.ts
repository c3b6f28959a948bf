/** The paths of Parley's own: what was asked comes back with who did it, and how long it took. */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { jsonBody } from './bodies.ts';
import { clientSignal } from './client-signal.ts';
import type { Desks } from './desks.ts';
import { CONTENT_TYPES, SPEECH_FORMATS } from './formats/speech-formats.ts';
import { recordingForm } from './recording-form.ts';
import { wholeSpeech } from './send-speech.ts';
import { withoutPunctuation } from './without-punctuation.ts';

/** 0 and 1 are the voice's own: some clients count pitch in steps, others as a factor. */
const pitch = z.union([z.literal(0).transform(() => 1), z.number().min(0.5).max(2)]);

const ttsBody = z.object({
  text: z.string().min(1),
  language: z.string().min(2).optional(),
  voice: z.string().min(1).optional(),
  speed: z.number().min(0.25).max(4).default(1),
  pitch: pitch.default(1),
  volume: z.number().min(0).max(2).default(1),
  emotion: z.string().min(1).optional(),
  ssml: z.boolean().default(false),
  format: z.enum(SPEECH_FORMATS).default('mp3'),
  preferred_provider: z.string().min(1).optional(),
});

const flag = z.enum(['true', 'false']).transform((given) => given === 'true');

/** As the fields of a form come: all of them text. */
const sttFields = z.object({
  language: z.string().min(2).optional(),
  detect_language: flag.default(false),
  preferred_provider: z.string().min(1).optional(),
  word_timestamps: flag.default(false),
  punctuation: flag.default(true),
  noise_reduction: flag.default(false),
});

export interface NativeRoutesOptions {
  readonly desks: Desks;
}

export async function nativeRoutes(app: FastifyInstance, { desks }: NativeRoutesOptions): Promise<void> {
  app.post('/v1/speech/tts', async (request, reply) => {
    const { emotion: role, preferred_provider: preferred, ...body } = jsonBody(ttsBody, request.body);
    const speech = await desks.speaking.speak({ ...body, role, preferred }, clientSignal(reply));
    const audio = await wholeSpeech(speech);
    return {
      audio: Buffer.from(audio).toString('base64'),
      audio_url: null,
      content_type: CONTENT_TYPES[speech.format],
      duration: seconds(speech.durationMs()),
      file_size: audio.byteLength,
      voice: speech.voice,
      provider_used: speech.provider,
      cached: speech.cached,
      details: { warnings: speech.warnings },
      ...ending(request.id, reply.elapsedTime),
    };
  });

  app.post('/v1/speech/stt', async (request, reply) => {
    const { file, fields } = await recordingForm(request, sttFields);
    const language = fields.detect_language ? undefined : fields.language;
    const { word_timestamps: wordTimes, noise_reduction: noiseReduction } = fields;
    const order = { file, language, preferred: fields.preferred_provider, wordTimes, noiseReduction };
    const heard = await desks.hearing.hear(order, clientSignal(reply));
    const told = fields.punctuation ? (text: string) => text : withoutPunctuation;
    return {
      text: told(heard.text),
      language: heard.language ?? null,
      confidence: heard.confidence ?? null,
      segments: heard.segments.map(({ startMs, endMs, text }) => ({
        start: seconds(startMs),
        end: seconds(endMs),
        text: told(text),
      })),
      words:
        heard.words?.map(({ word, startMs, endMs }) => ({
          word: told(word),
          start: seconds(startMs),
          end: seconds(endMs),
        })) ?? null,
      duration: seconds(heard.durationMs),
      file_size: file.byteLength,
      provider_used: heard.provider,
      cached: heard.cached,
      details: { warnings: heard.warnings },
      ...ending(request.id, reply.elapsedTime),
    };
  });
}

function ending(requestId: string, tookMs: number) {
  return { processing_time: seconds(tookMs), request_id: requestId, timestamp: new Date().toISOString() };
}

const seconds = (ms: number) => Math.round(ms) / 1000;
