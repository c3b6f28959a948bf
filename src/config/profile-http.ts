/** A request over HTTP as a profile writes it: of a tool, or of a source of context. */
import { z } from 'zod';
import { gapsOf, withGapsFilled } from '../base/template.ts';
import type { Json } from '../base/json.ts';

/** What undici or HTTP itself sets, and what Parley does. */
const NOT_TO_BE_SET = new Set([
  'connection',
  'content-length',
  'expect',
  'host',
  'idempotency-key',
  'keep-alive',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

const HEADER_NAME = /^[!#$%&'*+.^_`|~\dA-Za-z-]+$/;

const WITHOUT_BODY = ['GET', 'HEAD'];

/** Scheme, authority, path and query of a URL that may have gaps; whatever is read later, is read with this. */
export const URL_PARTS = /^(https?:\/\/[^/?#\\]+)([^?#]*)(\?[^#]*)?$/i;

export const urlTemplate = z.string().superRefine((url, context) => {
  const [, origin = '', path = '', query = ''] = URL_PARTS.exec(url) ?? [];
  const plain = withGapsFilled(`${origin}${path}${query}`, () => 'x');
  const told = (message: string) => context.addIssue({ code: 'custom', message });
  if (gapsOf(url.replace(/^([a-z]*:\/\/)?([^/?#]*).*$/is, '$1$2')).length > 0)
    return told('its scheme, host and port must be written out: nobody may choose where it goes');
  if (origin === '' || !URL.canParse(plain))
    return told('expected an address such as https://shop.example/stock?sku={{sku}}, without #');
  if (origin.includes('@')) return told('expected no password in it; put a secret into headers, as ${NAME}');
});

const json = z.custom<Json>((given) => given !== undefined && isJson(given), 'expected what JSON can hold');

export const httpRequestSchema = z
  .strictObject({
    method: z
      .string()
      .toUpperCase()
      .pipe(
        z.enum(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'], 'expected GET, POST, PUT, PATCH or DELETE'),
      )
      .default('GET'),
    /** Path and query may have gaps, each filled in as one piece. */
    url: urlTemplate,
    headers: z
      .record(z.string().regex(HEADER_NAME, 'is no name of a header'), z.string())
      .refine(
        (headers) => !Object.keys(headers).some((name) => NOT_TO_BE_SET.has(name.toLowerCase())),
        `Parley sets these itself: ${[...NOT_TO_BE_SET].join(', ')}`,
      )
      .default({}),
    /** The body: a text that is one gap keeps the value's type. */
    json: json.optional(),
    /** The body as text, escaped as its content-type asks: form, XML, JSON; as it is in any other. */
    body: z.string().optional(),
    /** From the request to the end of the answer, with all tries. */
    deadlineMs: z.int().min(100).max(30_000).default(5000),
    /** Further tries after a connection that failed, 429 and 5xx. */
    retries: z.int().min(0).max(5).default(2),
    /** A JSON Pointer: the part of the answer that counts. */
    pick: z
      .string()
      .regex(/^(\/([^~]|~[01])*)?$/, 'expected a JSON Pointer such as /items/0')
      .optional(),
    /** A longer answer is not read. */
    maxBytes: z.int().min(1).max(1_048_576).default(65_536),
  })
  .refine(({ json, body }) => json === undefined || body === undefined, 'expected json or body, not both')
  .refine(
    ({ method, json, body }) => !WITHOUT_BODY.includes(method) || (json ?? body) === undefined,
    'sends a body; expected method: POST, PUT, PATCH or DELETE',
  );

export type HttpRequestProfile = z.output<typeof httpRequestSchema>;

function isJson(given: unknown): boolean {
  if (given === null || ['string', 'boolean'].includes(typeof given)) return true;
  if (typeof given === 'number') return Number.isFinite(given);
  return typeof given === 'object' && Object.values(given).every(isJson);
}
