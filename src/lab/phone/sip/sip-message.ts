/** SIP messages as text and as data (RFC 3261, sections 7 and 25). */

export interface SipRequest {
  readonly method: string;
  readonly uri: string;
  readonly headers: readonly SipHeader[];
  readonly body: string;
}

export interface SipResponse {
  readonly status: number;
  readonly reason: string;
  readonly headers: readonly SipHeader[];
  readonly body: string;
}

export type SipMessage = SipRequest | SipResponse;
export type SipHeader = readonly [name: string, value: string];

/** The one-letter names that save space (RFC 3261, 7.3.3). */
const COMPACT_NAMES: Readonly<Record<string, string>> = {
  v: 'via',
  f: 'from',
  t: 'to',
  i: 'call-id',
  m: 'contact',
  c: 'content-type',
  l: 'content-length',
};

export function isRequest(message: SipMessage): message is SipRequest {
  return 'method' in message;
}

/** The first value of a header, or '' if it is missing. */
export function header(message: SipMessage, name: string): string {
  return headers(message, name)[0] ?? '';
}

export function headers(message: SipMessage, name: string): readonly string[] {
  const wanted = fullName(name);
  return message.headers.filter(([other]) => fullName(other) === wanted).map(([, value]) => value);
}

/** A parameter such as `tag` or `branch` behind a header's address, or undefined. */
export function parameter(value: string, name: string): string | undefined {
  return new RegExp(`;\\s*${name}=([^;,\\s]+)`, 'i').exec(value.replace(/<[^>]*>/, ''))?.[1];
}

/** The URI in a header such as Contact: what stands in angle brackets, or before the parameters. */
export function uriOf(value: string): string {
  return /<([^>]*)>/.exec(value)?.[1] ?? value.split(';')[0]?.trim() ?? '';
}

/** The method that a message belongs to, from its CSeq. */
export function methodOf(message: SipMessage): string {
  return header(message, 'cseq').split(/\s+/)[1] ?? '';
}

export function formatSip(message: SipMessage): string {
  const firstLine = isRequest(message)
    ? `${message.method} ${message.uri} SIP/2.0`
    : `SIP/2.0 ${message.status} ${message.reason}`;
  const lines = message.headers.map(([name, value]) => `${name}: ${value}`);
  const length = `Content-Length: ${Buffer.byteLength(message.body)}`;
  return [firstLine, ...lines, length, '', message.body].join('\r\n');
}

/** Reads one datagram; undefined if it is not SIP (keep-alives and noise). */
export function parseSip(datagram: string): SipMessage | undefined {
  const end = datagram.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const [firstLine = '', ...lines] = datagram
    .slice(0, end)
    .replace(/\r\n[ \t]+/g, ' ')
    .split('\r\n');
  const fields = { headers: lines.flatMap(parseHeader), body: datagram.slice(end + 4) };
  const response = /^SIP\/2\.0 (\d{3}) ?(.*)$/.exec(firstLine);
  if (response) return { status: Number(response[1]), reason: response[2] ?? '', ...fields };
  const request = /^([A-Z]+) (\S+) SIP\/2\.0$/.exec(firstLine);
  if (request) return { method: request[1] ?? '', uri: request[2] ?? '', ...fields };
  return undefined;
}

/** An answer to a request: it goes back the way it came, in the same dialog. */
export function responseTo(
  request: SipRequest,
  status: number,
  reason: string,
  extra: { readonly toTag?: string; readonly headers?: readonly SipHeader[]; readonly body?: string } = {},
): SipResponse {
  const to = header(request, 'to');
  const tagged = extra.toTag && !parameter(to, 'tag') ? `${to};tag=${extra.toTag}` : to;
  return {
    status,
    reason,
    headers: [
      ...headers(request, 'via').map((via): SipHeader => ['Via', via]),
      ['From', header(request, 'from')],
      ['To', tagged],
      ['Call-ID', header(request, 'call-id')],
      ['CSeq', header(request, 'cseq')],
      ...(extra.headers ?? []),
    ],
    body: extra.body ?? '',
  };
}

function parseHeader(line: string): SipHeader[] {
  const colon = line.indexOf(':');
  if (colon < 1) return [];
  return [[line.slice(0, colon).trim(), line.slice(colon + 1).trim()]];
}

function fullName(name: string): string {
  const lower = name.toLowerCase();
  return COMPACT_NAMES[lower] ?? lower;
}
