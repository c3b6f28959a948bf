/** The paths of OpenAI's audio API, so that its clients need only another base URL. https://platform.openai.com/docs/api-reference/audio */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { jsonBody } from './bodies.ts';
import { clientSignal } from './client-signal.ts';
import { SPEECH_FORMATS } from './formats/speech-formats.ts';
import { sendSpeech } from './send-speech.ts';
import type { SpeechDesk } from './speech-desk.ts';
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

export interface OpenAiRoutesOptions {
  readonly vendors: readonly SpeechVendor[];
  readonly desk: SpeechDesk;
}

export async function openAiRoutes(
  app: FastifyInstance,
  { vendors, desk }: OpenAiRoutesOptions,
): Promise<void> {
  app.post('/v1/audio/speech', async (request, reply) => {
    const {
      model,
      input,
      voice,
      language,
      response_format: format,
      speed,
    } = jsonBody(speechBody, request.body);
    const preferred = vendors.find(({ name }) => name === model)?.name;
    const order = { text: input, voice, language, format, speed, preferred };
    return sendSpeech(reply, await desk.speak(order, clientSignal(reply)));
  });
}
