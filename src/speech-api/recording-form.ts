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
  request: Pick<FastifyRequest, 'body' | 'headers'>,
  schema: z.ZodType<T>,
): Promise<RecordingForm<T>> {
  const { files, fields } = await recordingsForm(request);
  const [{ content }] = files;
  return { file: content, fields: checked(schema, fields) };
}

interface SentFile {
  readonly content: Uint8Array;
  /** As the client calls it. */
  readonly name: string;
}

/** Every field `file`, at least one, and the others as they came. Throws VALIDATION_ERROR, AUDIO_TOO_LARGE. */
export async function recordingsForm({ body, headers }: Pick<FastifyRequest, 'body' | 'headers'>): Promise<{
  readonly files: readonly [SentFile, ...SentFile[]];
  readonly fields: Readonly<Record<string, unknown>>;
}> {
  const form = await formOf(body, headers['content-type'] ?? '');
  const blobs = form.getAll('file').filter((one) => one instanceof Blob);
  const large = blobs.find(({ size }) => size > MOST_AUDIO_BYTES);
  if (large)
    throw new SpeechRefusal('AUDIO_TOO_LARGE', `The recording has ${large.size} bytes.`, {
      param: 'file',
      details: { most: MOST_AUDIO_BYTES, size: large.size },
    });
  const [first, ...others] = await Promise.all(
    blobs.map(async (blob) => ({ content: new Uint8Array(await blob.arrayBuffer()), name: blob.name })),
  );
  if (!first)
    throw new SpeechRefusal('VALIDATION_ERROR', 'file: is missing; expected a recording.', { param: 'file' });
  // A name that ends in brackets may stand several times.
  const texts = [...form].flatMap(([name, value]) =>
    typeof value === 'string' ? [[name, name.endsWith('[]') ? form.getAll(name) : value] as const] : [],
  );
  return { files: [first, ...others], fields: Object.fromEntries(texts) };
}

async function formOf(body: unknown, type: string): Promise<FormData> {
  try {
    if (!Buffer.isBuffer(body)) throw new Error('without a body');
    return await new Response(body, { headers: { 'content-type': type } }).formData();
  } catch (cause) {
    throw new SpeechRefusal('VALIDATION_ERROR', 'The body is no multipart/form-data.', { cause });
  }
}
