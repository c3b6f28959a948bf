/** What clients send, checked. */
import type { z } from 'zod';
import { SpeechRefusal } from './refusal.ts';

/** A text of 4000 characters takes 24 kB where each is escaped. More is not taken apart: that would keep everybody waiting. */
const MOST_JSON_BYTES = 256 * 1024;

/** The JSON of a body, by this schema; a field that is null is not given, as many programs say it. Throws TEXT_TOO_LONG, and VALIDATION_ERROR with all that is wrong, and the first field of it. */
export function jsonBody<T>(schema: z.ZodType<T>, body: unknown, mostBytes = MOST_JSON_BYTES): T {
  if (Buffer.isBuffer(body) && body.byteLength > mostBytes)
    throw new SpeechRefusal(
      'TEXT_TOO_LONG',
      `The body has ${body.byteLength} bytes; at most ${mostBytes} are read.`,
      { details: { most_bytes: mostBytes, bytes: body.byteLength } },
    );
  return checked(schema, parsed(body));
}

/** The same for anything that has been read already. */
export function checked<T>(schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const faults = result.error.issues.map(({ path, message }) => ({ field: path.join('.'), message }));
  const [first] = faults;
  throw new SpeechRefusal(
    'VALIDATION_ERROR',
    `${faults.map(({ field, message }) => (field ? `${field}: ${message}` : message)).join('; ')}.`,
    { param: first?.field || undefined, details: { faults } },
  );
}

const withoutNull = (_name: string, value: unknown) => value ?? undefined;

function parsed(body: unknown): unknown {
  try {
    return JSON.parse(Buffer.isBuffer(body) ? body.toString('utf8') : '', withoutNull);
  } catch (cause) {
    throw new SpeechRefusal('VALIDATION_ERROR', 'The body is no JSON.', { cause });
  }
}
