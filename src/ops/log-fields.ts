/**
 * What of a log line's fields goes out: plain values of bounded size, secrets hidden, private words masked. Whatever somebody hands to
 * the log by mistake (a library's object with a password in it, say) shrinks to its name here. Pure.
 */
import type { LogFields } from '../base/log.ts';
import { withoutSecrets } from '../base/without-secrets.ts';
import { maskNumber, maskText } from './mask.ts';

/** More keys than this: no record of ours, but a library's object. */
const MOST_KEYS = 30;
const MOST_ITEMS = 50;
const DEEPEST = 4;
const LONGEST_STRING = 2000;
/** As many causes as anybody reads. */
const LONGEST_CAUSE_CHAIN = 5;

/** Errors whose messages repeat what was read: JSON.parse's, zod's, and those of clients that hand on what a server said. */
const QUOTING = /^(SyntaxError|\$?ZodError|InvalidArgumentError|.*APIError)$/;

const SECRET = /(password|passwd|secret|apikey|privatekey|credentials?|authorization|cookie|jwt|token)$/;
const NUMBERS = new Set(['number', 'caller', 'callernumber', 'callerid', 'phone', 'dialled']);
const SPEECH = new Set(['text', 'transcript', 'said', 'heard', 'spoken', 'partial', 'reply', 'callername']);

export function safeFields(fields: LogFields, options: { readonly transcripts: boolean }): LogFields {
  const safeEntries = (entries: Record<string, unknown>, depth: number) =>
    Object.fromEntries(
      Object.entries(entries)
        .filter(([, value]) => value !== undefined)
        .map(([key, value]) => [key, safe(key, value, depth)]),
    );

  function safe(key: string, value: unknown, depth: number): unknown {
    if (typeof value === 'string') return safeString(key, value, options.transcripts);
    if (typeof value === 'bigint') return String(value);
    if (typeof value === 'function' || typeof value === 'symbol') return `[${typeof value}]`;
    if (typeof value !== 'object' || value === null) return value;
    if (value instanceof Error) return safeError(value, options.transcripts);
    if (value instanceof Date) return value.toISOString();
    if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
    if (depth >= DEEPEST) return '[deeper]';
    if (Array.isArray(value)) return safeItems(key, value, depth);
    return safeObject(value, depth);
  }

  function safeItems(key: string, items: readonly unknown[], depth: number): unknown {
    const shown = items.slice(0, MOST_ITEMS).map((item) => safe(key, item, depth + 1));
    return items.length > MOST_ITEMS ? [...shown, `[${items.length - MOST_ITEMS} more]`] : shown;
  }

  function safeObject(value: object, depth: number): unknown {
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype !== Object.prototype && prototype !== null) return `[${value.constructor.name}]`;
    const size = Object.keys(value).length;
    return size > MOST_KEYS ? `[object with ${size} keys]` : safeEntries({ ...value }, depth + 1);
  }

  return safeEntries(fields, 0);
}

/**
 * An error's code and message, and those of what caused it; nothing that a library has hung on it. What somebody else said is masked as
 * speech is: it may quote what was asked.
 */
function safeError(error: Error, transcripts: boolean): unknown {
  const masked = (text: string) => (transcripts ? shown(text) : maskText(text));
  const messageOf = ({ name, message }: Error) =>
    QUOTING.test(name) ? `${name}: ${masked(message)}` : shown(message);
  const causes: string[] = [];
  let cause = error.cause;
  while (cause instanceof Error && causes.length < LONGEST_CAUSE_CHAIN) {
    causes.push(messageOf(cause));
    cause = cause.cause;
  }
  return {
    ...('code' in error &&
      (typeof error.code === 'string' || typeof error.code === 'number') && { code: error.code }),
    message: messageOf(error),
    ...('quote' in error && typeof error.quote === 'string' && { quote: masked(error.quote) }),
    ...(causes.length > 0 && { causes }),
  };
}

function safeString(key: string, value: string, transcripts: boolean): string {
  const name = key.toLowerCase().replaceAll(/[^a-z]/g, '');
  if (SECRET.test(name)) return '[hidden]';
  if (name === 'stack') return shown(framesOf(value));
  if (!transcripts && NUMBERS.has(name)) return maskNumber(value);
  if (!transcripts && SPEECH.has(name)) return maskText(value);
  return shown(value);
}

/** Where it was thrown. What was thrown stands beside it, with what it quotes masked. */
function framesOf(stack: string): string {
  const at = stack.search(/^\s+at /m);
  return at < 0 ? '' : stack.slice(at).trimStart();
}

/** As much as anybody reads. */
function shown(text: string): string {
  const clean = withoutSecrets(text);
  return clean.length > LONGEST_STRING ? `${clean.slice(0, LONGEST_STRING)}…` : clean;
}
