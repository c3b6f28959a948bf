/**
 * Whether a request is Twilio's: X-Twilio-Signature is base64(HMAC-SHA1(auth token, address + fields)), the fields of a form sorted by name, each
 * name and value behind one another (twilio.com/docs/usage/security). A body that is no form is not signed itself: its SHA-256 stands in
 * the address as bodySHA256. The upgrade to a WebSocket is signed as well: wss://, and no fields.
 */
import { createHash, createHmac } from 'node:crypto';
import { isSameText } from '../../base/same-text.ts';

/** Values by name; a field that was sent more than once has all of its values. */
export type FormFields = Readonly<Record<string, string | readonly string[]>>;

/** What Twilio says of itself. */
export interface SignedRequest {
  /** Of the header; undefined if there is none. */
  readonly signature: string | undefined;
  /** Path and query as they were asked for: neither trimmed nor encoded anew. */
  readonly path: string;
  /** Of a form. */
  readonly fields?: FormFields;
  /** What is no form, as it came. */
  readonly body?: Uint8Array;
}

export function signatureOf(authToken: string, url: string, fields: FormFields = {}): string {
  const names = Object.keys(fields).sort();
  const text = names.reduce((before, name) => before + valuesOf(name, fields[name] ?? ''), url);
  return createHmac('sha1', authToken).update(text, 'utf8').digest('base64');
}

/**
 * `origin`: as the world sees it, `https://voice.example.com`; for an upgrade `wss://…`. What stands in front of Parley may have its own
 * opinion of Host and port, so nothing of the request but its path is believed. Takes equally long for every wrong signature.
 */
export function isSigned(
  authToken: string,
  origin: string,
  { signature, path, fields = {}, body }: SignedRequest,
): boolean {
  if (signature === undefined) return false;
  const right = addressesOf(origin, path)
    .map((url) => isSameText(signatureOf(authToken, url, fields), signature))
    .some((same) => same);
  return right && (body === undefined || hasBody(path, body));
}

/** With and without the scheme's own port, with and without a slash at the end: Twilio's own documents leave open which it signs. */
function addressesOf(origin: string, path: string): readonly string[] {
  const { protocol, hostname, port } = new URL(origin);
  const ports = port === '' ? ['', ...ownPorts(protocol)] : [`:${port}`, ''];
  const [before = '', ...query] = path.split('?');
  const asked = query.length > 0 ? `?${query.join('?')}` : '';
  const bare = before.replace(/\/$/, '');
  return ports.flatMap((at) =>
    [bare, `${bare}/`].map((there) => `${protocol}//${hostname}${at}${there}${asked}`),
  );
}

/** For wss the library of Twilio's counts with 80. */
function ownPorts(protocol: string): readonly string[] {
  if (protocol === 'wss:') return [':443', ':80'];
  return [protocol === 'http:' || protocol === 'ws:' ? ':80' : ':443'];
}

function valuesOf(name: string, value: string | readonly string[]): string {
  if (typeof value === 'string') return name + value;
  return [...new Set(value)]
    .sort()
    .map((one) => name + one)
    .join('');
}

function hasBody(path: string, body: Uint8Array): boolean {
  const told = new URLSearchParams(path.split('?')[1] ?? '').get('bodySHA256') ?? '';
  return isSameText(createHash('sha256').update(body).digest('hex'), told.toLowerCase());
}
