/** The paths of OpenAI's audio API, so that its clients need only another base URL. https://platform.openai.com/docs/api-reference/audio */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { jsonBody } from './bodies.ts';
import { clientSignal } from './client-signal.ts';
import { SPEECH_FORMATS } from './formats/speech-formats.ts';
import type { Desks } from './desks.ts';
import type { Transcript } from './hearing-desk.ts';
import { recordingForm } from './recording-form.ts';
import { sendSpeech } from './send-speech.ts';
import { srt, vtt } from './subtitles.ts';
import type { SpeechVendor } from './vendor.ts';

/** `model` is OpenAI's, which means nothing here, or the name of a provider; `instructions` no provider here obeys. */
const speechBody = z.object({
  model: z.string().min(1).optional(),
  input: z.string().min(1),
  voice: z
    .union([z.string().min(1), z.object({ id: z.string().min(1) }).transform(({ id }) => id)])
    .optional(),
  language: z.string().min(2).optional(),
  instructions: z.string().optional(),
  response_format: z.enum(SPEECH_FORMATS).default('mp3'),
  speed: z.number().min(0.25).max(4).default(1),
  stream_format: z.literal('audio', 'only audio is streamed').optional(),
});

/** As the fields of a form come: all of them text. */
const transcriptionFields = z.object({
  model: z.string().optional(),
  language: z.string().min(2).optional(),
  response_format: z.enum(['json', 'text', 'srt', 'vtt', 'verbose_json']).default('json'),
  stream: z.literal('false', 'only whole transcripts are given').optional(),
  'timestamp_granularities[]': z.literal('segment', 'only segments have times').optional(),
});

export interface OpenAiRoutesOptions {
  readonly vendors: readonly SpeechVendor[];
  readonly desks: Desks;
}

export async function openAiRoutes(
  app: FastifyInstance,
  { vendors, desks }: OpenAiRoutesOptions,
): Promise<void> {
  const named = (model: string | undefined) => vendors.find(({ name }) => name === model)?.name;

  app.post('/v1/audio/speech', async (request, reply) => {
    const {
      model,
      input,
      voice,
      language,
      response_format: format,
      speed,
    } = jsonBody(speechBody, request.body);
    const order = { text: input, voice, language, format, speed, preferred: named(model) };
    return sendSpeech(reply, await desks.speaking.speak(order, clientSignal(reply)));
  });

  app.post('/v1/audio/transcriptions', async (request, reply) => {
    const { file, fields } = await recordingForm(request, transcriptionFields);
    const { model, language, response_format: format } = fields;
    const order = { file, language, preferred: named(model) };
    const transcript = await desks.hearing.hear(order, clientSignal(reply));
    void reply.header('x-parley-provider', transcript.provider);
    if (format === 'json') return { text: transcript.text };
    if (format === 'verbose_json') return verbose(transcript);
    void reply.type(format === 'vtt' ? 'text/vtt; charset=utf-8' : 'text/plain; charset=utf-8');
    return written(format, transcript);
  });
}

/** A whole file of it. */
function written(format: 'text' | 'srt' | 'vtt', { text, segments }: Transcript): string {
  if (format === 'text') return `${text}\n`;
  return format === 'srt' ? srt(segments) : vtt(segments);
}

/** What OpenAI's answer has beside that only its own model knows. */
function verbose({ text, language, durationMs, segments }: Transcript) {
  return {
    task: 'transcribe',
    language: language ?? null,
    duration: seconds(durationMs),
    text,
    segments: segments.map((segment, id) => ({
      id,
      start: seconds(segment.startMs),
      end: seconds(segment.endMs),
      text: segment.text,
    })),
  };
}

const seconds = (ms: number) => Math.round(ms) / 1000;
