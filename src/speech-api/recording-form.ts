/** A form with a recording in it, as multipart/form-data. */
import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { checked } from './bodies.ts';
import { SpeechRefusal } from './refusal.ts';

/** OpenAI's limit for a recording. */
export const MOST_AUDIO_BYTES = 25 * 1024 * 1024;

export interface RecordingForm<T> {
  readonly file: Uint8Array;
  readonly fields: T;
}

/** The field `file`, and the others by this schema. Throws VALIDATION_ERROR, AUDIO_TOO_LARGE. */
export async function recordingForm<T>(
  { body, headers }: FastifyRequest,
  schema: z.ZodType<T>,
): Promise<RecordingForm<T>> {
  const form = await formOf(body, headers['content-type'] ?? '');
  const file = form.get('file');
  if (!(file instanceof Blob))
    throw new SpeechRefusal('VALIDATION_ERROR', 'file: is missing; expected a recording.', { param: 'file' });
  if (file.size > MOST_AUDIO_BYTES)
    throw new SpeechRefusal('AUDIO_TOO_LARGE', `The recording has ${file.size} bytes.`, {
      param: 'file',
      details: { most: MOST_AUDIO_BYTES, size: file.size },
    });
  // A name that ends in brackets may stand several times.
  const texts = [...form].flatMap(([name, value]) =>
    typeof value === 'string' ? [[name, name.endsWith('[]') ? form.getAll(name) : value] as const] : [],
  );
  return {
    file: new Uint8Array(await file.arrayBuffer()),
    fields: checked(schema, Object.fromEntries(texts)),
  };
}

async function formOf(body: unknown, type: string): Promise<FormData> {
  try {
    if (!Buffer.isBuffer(body)) throw new Error('without a body');
    return await new Response(body, { headers: { 'content-type': type } }).formData();
  } catch (cause) {
    throw new SpeechRefusal('VALIDATION_ERROR', 'The body is no multipart/form-data.', { cause });
  }
}
