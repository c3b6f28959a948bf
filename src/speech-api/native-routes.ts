/** The paths of Parley's own: what was asked comes back with who did it, and how long it took. */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { jsonBody } from './bodies.ts';
import { clientSignal } from './client-signal.ts';
import type { Desks } from './desks.ts';
import { CONTENT_TYPES, SPEECH_FORMATS } from './formats/speech-formats.ts';
import { recordingForm } from './recording-form.ts';
import { wholeSpeech } from './send-speech.ts';

const own = 'only the voice as it is: providers here cannot change that';

const ttsBody = z.object({
  text: z.string().min(1),
  language: z.string().min(2).optional(),
  voice: z.string().min(1).optional(),
  speed: z.number().min(0.25).max(4).default(1),
  emotion: z.string().min(1).optional(),
  format: z.enum(SPEECH_FORMATS).default('mp3'),
  preferred_provider: z.string().min(1).optional(),
  pitch: z.union([z.literal(0), z.literal(1)], own).optional(),
  volume: z.literal(1, own).optional(),
  ssml: z.literal(false, 'only plain text').optional(),
});

/** As the fields of a form come: all of them text. */
const sttFields = z.object({
  language: z.string().min(2).optional(),
  detect_language: z.enum(['true', 'false']).optional(),
  preferred_provider: z.string().min(1).optional(),
  word_timestamps: z.literal('false', 'only segments have times').optional(),
  punctuation: z.enum(['true', 'false']).optional(),
  noise_reduction: z.literal('false', 'recordings are recognised as they are').optional(),
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
      ...ending(request.id, reply.elapsedTime),
    };
  });

  app.post('/v1/speech/stt', async (request, reply) => {
    const { file, fields } = await recordingForm(request, sttFields);
    const language = fields.detect_language === 'true' ? undefined : fields.language;
    const order = { file, language, preferred: fields.preferred_provider };
    const heard = await desks.hearing.hear(order, clientSignal(reply));
    return {
      text: heard.text,
      language: heard.language ?? null,
      // No provider here tells how sure it is.
      confidence: null,
      segments: heard.segments.map(({ startMs, endMs, text }) => ({
        start: seconds(startMs),
        end: seconds(endMs),
        text,
      })),
      duration: seconds(heard.durationMs),
      file_size: file.byteLength,
      provider_used: heard.provider,
      cached: heard.cached,
      ...ending(request.id, reply.elapsedTime),
    };
  });
}

function ending(requestId: string, tookMs: number) {
  return { processing_time: seconds(tookMs), request_id: requestId, timestamp: new Date().toISOString() };
}

const seconds = (ms: number) => Math.round(ms) / 1000;
