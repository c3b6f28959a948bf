/** What clients send, checked. */
import type { z } from 'zod';
import { SpeechRefusal } from './refusal.ts';

/** The JSON of a body, by this schema; a field that is null is not given, as many programs say it. Throws VALIDATION_ERROR with all that is wrong, and the first field of it. */
export function jsonBody<T>(schema: z.ZodType<T>, body: unknown): T {
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
