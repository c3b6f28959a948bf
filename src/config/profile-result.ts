/** What a bot leaves the company of a call that has ended: `result` in its profile. */
import { z } from 'zod';
import { schemaCheck } from '../base/json-schema.ts';

/** Behind the end of a call nobody waits for it, but who writes into a CRM wants it while he remembers the call, ms. */
const WITHIN_MS = 30_000;

/** Profiles without it have no results. */
export const resultSchema = z
  .strictObject({
    /** JSON Schema of an object: what the model has to tell of the call. */
    schema: z
      .record(z.string(), z.unknown(), 'expected the JSON Schema of an object')
      .superRefine((schema, context) => {
        if (schema['type'] !== 'object')
          return context.addIssue({
            code: 'custom',
            path: ['type'],
            message: 'expected type: object, with properties',
          });
        const read = schemaCheck(schema);
        if ('faults' in read)
          for (const { path, message } of read.faults)
            context.addIssue({ code: 'custom', path: [...path], message });
      }),
    /** Where it is posted to, with RESULT_WEBHOOK_SECRET's signature. Without it the result is only kept in the history. */
    webhook: z
      .url({ protocol: /^https?$/, error: 'expected an address that begins with http:// or https://' })
      .optional(),
    /** Added to what the model is told about filling in the schema. */
    prompt: z.string().trim().min(1).max(8000).optional(),
    /** How long the model may take with it, all tries together. */
    deadlineMs: z.int().min(1000).max(300_000).default(WITHIN_MS),
  })
  .optional();

/** When words of parting end a call. Calls that were recorded before there was this go on as they did: see recordings/bundle. */
export const endsSchema = z.preprocess(
  (given) => given ?? {},
  z.strictObject({
    /** The caller says goodbye: it is answered, and the call ends. */
    callerGoodbye: z.boolean().default(true),
    /** The bot's answer ends with a goodbye: the call ends. */
    botGoodbye: z.boolean().default(true),
  }),
);
