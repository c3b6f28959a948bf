/** The paths of OpenAI's audio API, so that its clients need only another base URL. https://platform.openai.com/docs/api-reference/audio */
import type { FastifyInstance, FastifyReply } from 'fastify';
import { z } from 'zod';
import { AsyncQueue } from '../base/async.ts';
import { jsonBody } from './bodies.ts';
import { clientSignal } from './client-signal.ts';
import { eventStream } from './event-stream.ts';
import { SPEECH_FORMATS } from './formats/speech-formats.ts';
import type { Desks } from './desks.ts';
import type { HearingDesk, Segment, Transcript } from './hearing-desk.ts';
import type { HearingOrder } from './speech-orders.ts';
import { languageTag, shortName } from './names.ts';
import { recordingForm } from './recording-form.ts';
import { SpeechRefusal } from './refusal.ts';
import { sendSpeech, sendSpeechEvents } from './send-speech.ts';
import { srt, vtt } from './subtitles.ts';
import type { SpeechVendor } from './vendor.ts';
import { WARNINGS_HEADER, warningsHeader } from './warning.ts';
import type { Warning } from './warning.ts';

/** `model` is OpenAI's, which means nothing here, or the name of a provider; `instructions` no provider here obeys. */
const speechBody = z.object({
  model: shortName.optional(),
  input: z.string().min(1),
  voice: z.union([shortName, z.object({ id: shortName }).transform(({ id }) => id)]).optional(),
  language: languageTag.optional(),
  instructions: z.string().optional(),
  response_format: z.enum(SPEECH_FORMATS).default('mp3'),
  speed: z.number().min(0.25).max(4).default(1),
  stream_format: z.enum(['audio', 'sse']).default('audio'),
});

/** As the fields of a form come: all of them text. */
const transcriptionFields = z.object({
  // A form may say it with nothing in it.
  model: shortName.or(z.literal('')).optional(),
  language: languageTag.optional(),
  response_format: z.enum(['json', 'text', 'srt', 'vtt', 'verbose_json']).default('json'),
  stream: z.enum(['true', 'false']).default('false'),
  'timestamp_granularities[]': z.array(z.enum(['segment', 'word'])).default(['segment']),
  prompt: z.string().optional(),
  temperature: z.string().optional(),
  'include[]': z.array(z.string()).optional(),
  chunking_strategy: z.string().optional(),
});

/** What these say to OpenAI's models nobody here takes in. */
const NOT_TAKEN = ['prompt', 'temperature', 'include[]', 'chunking_strategy'] as const;

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
      instructions,
      response_format: format,
      stream_format: streamFormat,
      ...wish
    } = jsonBody(speechBody, request.body);
    const order = { ...wish, text: input, format, preferred: named(model) };
    const speech = await desks.speaking.speak(order, clientSignal(reply));
    const warnings = instructions ? [...speech.warnings, notTaken('instructions')] : speech.warnings;
    const told = { ...speech, warnings };
    return streamFormat === 'sse' ? sendSpeechEvents(reply, told) : sendSpeech(reply, told);
  });

  app.post('/v1/audio/transcriptions', async (request, reply) => {
    const { file, fields } = recordingForm(request, transcriptionFields);
    const { model, language, response_format: format, 'timestamp_granularities[]': times } = fields;
    const wordTimes = times.includes('word');
    const order = { file, language, preferred: named(model), wordTimes };
    const ignored = NOT_TAKEN.filter((name) => fields[name] !== undefined).map(notTaken);
    if (fields.stream === 'true') {
      if (format !== 'json' && format !== 'text')
        throw new SpeechRefusal('VALIDATION_ERROR', `${format} is given whole, and never streamed.`, {
          param: 'stream',
        });
      tellWarnings(reply, ignored);
      return await streamed(reply, desks.hearing, order);
    }
    const transcript = await desks.hearing.hear(order, clientSignal(reply));
    void reply.header('x-parley-provider', transcript.provider);
    tellWarnings(reply, [...transcript.warnings, ...ignored]);
    if (format === 'json') return { text: transcript.text };
    if (format === 'verbose_json') return verbose(transcript);
    void reply.type(format === 'vtt' ? 'text/vtt; charset=utf-8' : 'text/plain; charset=utf-8');
    return written(format, transcript);
  });
}

function notTaken(field: string): Warning {
  return { field, message: 'No provider here takes it in.' };
}

function tellWarnings(reply: FastifyReply, warnings: readonly Warning[]): void {
  if (warnings.length > 0) void reply.header(WARNINGS_HEADER, warningsHeader(warnings));
}

/**
 * Segment by segment as they are heard; a failure before the first is answered as every other is.
 * https://platform.openai.com/docs/api-reference/audio/transcript-text-delta-event
 */
async function streamed(reply: FastifyReply, desk: HearingDesk, order: HearingOrder): Promise<FastifyReply> {
  const segments = new AsyncQueue<Segment>();
  const heard = desk.hear(order, clientSignal(reply), (segment) => segments.push(segment));
  heard.then(
    () => segments.end(),
    (error: unknown) => segments.fail(error),
  );
  const told = segments[Symbol.asyncIterator]();
  const first = await told.next();
  return eventStream(reply, async function* () {
    let isFirst = true;
    for (let next = first; !next.done; next = await told.next()) {
      yield { type: 'transcript.text.delta', delta: `${isFirst ? '' : ' '}${next.value.text}` };
      isFirst = false;
    }
    yield { type: 'transcript.text.done', text: (await heard).text };
  });
}

/** A whole file of it. */
function written(format: 'text' | 'srt' | 'vtt', { text, segments }: Transcript): string {
  if (format === 'text') return `${text}\n`;
  return format === 'srt' ? srt(segments) : vtt(segments);
}

/** What OpenAI's answer has beside that only its own model knows. */
function verbose({ text, language, durationMs, segments, words }: Transcript) {
  return {
    task: 'transcribe',
    language: language ?? null,
    duration: seconds(durationMs),
    text,
    ...(words && { words: words.map(timedWord) }),
    segments: segments.map((segment, id) => ({
      id,
      start: seconds(segment.startMs),
      end: seconds(segment.endMs),
      text: segment.text,
    })),
  };
}

function timedWord({ word, startMs, endMs }: NonNullable<Transcript['words']>[number]) {
  return { word, start: seconds(startMs), end: seconds(endMs) };
}

const seconds = (ms: number) => Math.round(ms) / 1000;
