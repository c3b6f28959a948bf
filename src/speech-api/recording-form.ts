/** A form with a recording in it, as multipart/form-data. */
import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { checked } from './bodies.ts';
import { formParts } from './multipart.ts';
import { SpeechRefusal } from './refusal.ts';

/** OpenAI's limit for a recording. */
export const MOST_AUDIO_BYTES = 25 * 1024 * 1024;

export interface RecordingForm<T> {
  readonly file: Uint8Array;
  readonly fields: T;
}

/** The field `file`, and the others by this schema. Throws VALIDATION_ERROR, AUDIO_TOO_LARGE. */
export function recordingForm<T>(
  request: Pick<FastifyRequest, 'body' | 'headers'>,
  schema: z.ZodType<T>,
): RecordingForm<T> {
  const { files, fields } = recordingsForm(request);
  const [{ content }] = files;
  return { file: content, fields: checked(schema, fields) };
}

interface SentFile {
  readonly content: Uint8Array;
  /** As the client calls it. */
  readonly name: string;
}

/** Every field `file`, at least one, and the others as they came. Throws VALIDATION_ERROR, AUDIO_TOO_LARGE. */
export function recordingsForm({ body, headers }: Pick<FastifyRequest, 'body' | 'headers'>): {
  readonly files: readonly [SentFile, ...SentFile[]];
  readonly fields: Readonly<Record<string, unknown>>;
} {
  const parts = Buffer.isBuffer(body) ? formParts(body, headers['content-type'] ?? '') : undefined;
  if (!parts) throw new SpeechRefusal('VALIDATION_ERROR', 'The body is no multipart/form-data.');
  const files: SentFile[] = [];
  const fields = new Map<string, string | string[]>();
  for (const { name, fileName, content } of parts) {
    if (fileName !== undefined) {
      if (name === 'file') files.push({ content, name: fileName });
      continue;
    }
    // A form sends what nobody has filled in.
    if (content.byteLength === 0) continue;
    const text = content.toString('utf8');
    const before = fields.get(name);
    // A name that ends in brackets may stand several times.
    if (!name.endsWith('[]')) fields.set(name, text);
    else if (Array.isArray(before)) before.push(text);
    else fields.set(name, [text]);
  }
  const [first, ...others] = files;
  if (!first)
    throw new SpeechRefusal('VALIDATION_ERROR', 'file: is missing; expected a recording.', { param: 'file' });
  for (const { content } of files) requireSize(content);
  return { files: [first, ...others], fields: Object.fromEntries(fields) };
}

function requireSize({ byteLength: size }: Uint8Array): void {
  if (size <= MOST_AUDIO_BYTES) return;
  throw new SpeechRefusal('AUDIO_TOO_LARGE', `The recording has ${size} bytes.`, {
    param: 'file',
    details: { most: MOST_AUDIO_BYTES, size },
  });
}
