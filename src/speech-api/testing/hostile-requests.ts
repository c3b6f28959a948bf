/** Requests of whoever wishes the speech API ill, or does not know better: the same for the same seed. */
import type { Chance } from '../../base/seeded.ts';
import { tone } from '../../audio/tone.ts';
import { encodeWav } from '../../audio/wav.ts';

export interface HostileRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'PATCH' | 'OPTIONS';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly payload?: Buffer;
}

const METHODS = ['GET', 'POST', 'POST', 'POST', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'] as const;
const PATHS = [
  '/v1/audio/speech',
  '/v1/audio/transcriptions',
  '/v1/speech/tts',
  '/v1/speech/stt',
  '/v1/batches',
  '/v1/batches/batch_000000000_000000000000000000000000',
  '/v1/batches/x/events',
  '/v1/batches/x/cancel',
  '/v1/files/voice_00000000000000000000000000000000',
  '/v1/files/..%2f..%2fetc%2fpasswd',
  '/v1/languages',
  '/v1/voices',
  '/v1/models',
  '/v1/chat/completions',
  '/v1/voicesx',
  '/v1/health',
  '/',
];
const TAILS = [
  '',
  '',
  '',
  '',
  '/',
  '//',
  '?a=%00',
  '%',
  '%zz',
  '?expires=9&signature=x',
  ';x',
  '%ff%fe',
  '#',
];
const TYPES = [
  'application/json',
  'application/json; charset=utf-16',
  'multipart/form-data; boundary=x',
  'multipart/form-data',
  'multipart/form-data; boundary=',
  'text/plain',
  'application/x-www-form-urlencoded',
  'x',
  ';;;',
];
/** What stands where something else is expected. */
const VALUES: readonly unknown[] = [
  null,
  true,
  -1,
  0,
  1e308,
  1e-308,
  '',
  ' ',
  '\0',
  '\ud800',
  '…',
  'а'.repeat(4001),
  '🦔'.repeat(500),
  "'; DROP TABLE calls; --",
  '<speak>',
  '<speak><break time="9999999999s"/></speak>',
  '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "b">]><speak>&b;</speak>',
  '../../../etc/passwd',
  '{{7*7}}',
  'Infinity',
  [],
  [[[[[]]]]],
  {},
  { toString: 1 },
  { __proto__: { polluted: true }, constructor: { prototype: { polluted: true } } },
];
const FIELDS = [
  ...['text', 'input', 'voice', 'language', 'speed', 'pitch', 'volume', 'emotion', 'ssml', 'format'],
  ...['response_format', 'stream_format', 'preferred_provider', 'model', 'operation', 'items', '__proto__'],
];
const FORM_FIELDS = [
  ...['language', 'response_format', 'stream', 'timestamp_granularities[]', 'word_timestamps', 'file'],
  ...['punctuation', 'noise_reduction', 'detect_language', 'model', 'operation', 'constructor'],
];
/** Beginnings of files of every kind, and of none. */
const MAGIC = [
  'RIFF',
  'RIFF\xff\xff\xff\xffWAVEfmt ',
  'ID3\x04',
  'OggS',
  'fLaC',
  '\0\0\0\x20ftypM4A ',
  '\xff\xfb\x90',
  '\x1aE\xdf\xa3',
  '',
];
const WAV = Buffer.from(encodeWav(tone(300, 100, 16_000)));
const MOST_GARBAGE_BYTES = 2_000;
const DEEP = 20_000;

export function hostileRequest(chance: Chance): HostileRequest {
  const method = chance.one(METHODS);
  const url = chance.one(PATHS) + chance.one(TAILS);
  const isForm = chance.next() < 0.4;
  const payload = method === 'GET' || chance.next() < 0.05 ? undefined : isForm ? form(chance) : json(chance);
  const fitting = isForm ? 'multipart/form-data; boundary=x' : 'application/json';
  const type = chance.next() < 0.8 ? fitting : chance.one(TYPES);
  return {
    method,
    url,
    headers: { ...(payload && { 'content-type': type }), ...strangeHeaders(chance) },
    ...(payload && { payload }),
  };
}

function strangeHeaders(chance: Chance): Record<string, string> {
  const headers: Record<string, string> = {};
  const sometimes = (name: string, values: readonly string[]) => {
    if (chance.next() < 0.05) headers[name] = chance.one(values);
  };
  sometimes('authorization', [
    'Bearer',
    'Bearer x',
    `Bearer parley_000000000000_${'x'.repeat(43)}`,
    'Basic Og==',
  ]);
  sometimes('x-parley-signature', ['t=1,v1=00', `t=9,v1=${'0'.repeat(64)}`, 'x']);
  sometimes('origin', ['null', 'https://elsewhere.example']);
  sometimes('x-forwarded-for', ['127.0.0.1', 'x']);
  sometimes('host', ['elsewhere.example', 'localhost', '[::1]']);
  sometimes('accept-encoding', ['gzip', 'x']);
  sometimes('expect', ['100-continue', 'x']);
  return headers;
}

function json(chance: Chance): Buffer {
  const kind = chance.next();
  if (kind < 0.1) return Buffer.from(chance.bytes(chance.whole(0, MOST_GARBAGE_BYTES)));
  if (kind < 0.12) return Buffer.from('['.repeat(DEEP) + ']'.repeat(DEEP));
  const fields: Record<string, unknown> = { text: 'Да', input: 'Да', format: 'wav', operation: 'tts' };
  fields['response_format'] = 'wav';
  fields['items'] = [{ text: 'Да' }];
  for (let count = chance.whole(0, 3); count > 0; count--) fields[chance.one(FIELDS)] = chance.one(VALUES);
  const text = JSON.stringify(fields);
  return Buffer.from(kind < 0.2 ? text.slice(0, chance.whole(0, text.length)) : text);
}

function form(chance: Chance): Buffer {
  const parts: Buffer[] = [];
  const part = (name: string, content: Buffer, fileName?: string) =>
    parts.push(
      Buffer.from(
        `--x\r\ncontent-disposition: form-data; name="${name}"${fileName === undefined ? '' : `; filename="${fileName}"`}\r\n\r\n`,
      ),
      content,
      Buffer.from('\r\n'),
    );
  if (chance.next() < 0.9)
    part('file', recording(chance), chance.one(['a.wav', '../../a', '', 'x'.repeat(3000), 'a"b']));
  for (let count = chance.whole(0, 3); count > 0; count--)
    part(chance.one(FORM_FIELDS), Buffer.from(String(JSON.stringify(chance.one(VALUES)))));
  if (chance.next() < 0.9) parts.push(Buffer.from('--x--\r\n'));
  const whole = Buffer.concat(parts);
  return chance.next() < 0.1 ? whole.subarray(0, chance.whole(0, whole.length)) : whole;
}

function recording(chance: Chance): Buffer {
  if (chance.next() < 0.3) return WAV;
  if (chance.next() < 0.5) {
    // A few bytes of a real one are others.
    const broken = Buffer.from(WAV);
    for (let count = chance.whole(1, 8); count > 0; count--)
      broken[chance.whole(0, 60)] = chance.whole(0, 255);
    return broken.subarray(0, chance.whole(0, broken.length));
  }
  return Buffer.concat([
    Buffer.from(chance.one(MAGIC), 'latin1'),
    Buffer.from(chance.bytes(chance.whole(0, MOST_GARBAGE_BYTES))),
  ]);
}

/** Bytes on a connection that are no request, or only nearly. */
export function hostileBytes(chance: Chance): Buffer {
  const head = (lines: readonly string[]) => Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
  const post = 'POST /v1/audio/speech HTTP/1.1';
  const kinds: readonly (() => Buffer)[] = [
    () => Buffer.from(chance.bytes(chance.whole(1, MOST_GARBAGE_BYTES))),
    () => head(['GET / HTTP/9.9', 'host: a']),
    () => head(['BREW /v1/health HTTP/1.1', 'host: a']),
    () => head([`GET /${'a'.repeat(20_000)} HTTP/1.1`, 'host: a']),
    () => head(['GET /v1/health HTTP/1.1', `x: ${'a'.repeat(20_000)}`]),
    () => head(['GET /v1/health HTTP/1.1', 'no colon here']),
    () => head([post, 'host: a', 'content-length: -1']),
    () => head([post, 'host: a', 'content-length: 5', 'content-length: 6']),
    () => head([post, 'host: a', 'content-length: 99999999999']),
    () => head([post, 'host: a', 'content-length: 10', 'transfer-encoding: chunked']),
    () => Buffer.concat([head([post, 'host: a', 'transfer-encoding: chunked']), Buffer.from('zz\r\n')]),
    () => Buffer.concat([head([post, 'host: a', 'content-length: 1000']), Buffer.from('{"input":')]),
    () =>
      Buffer.concat(Array.from({ length: 20 }, () => head(['GET /v1/voices HTTP/1.1', 'host: 127.0.0.1']))),
    () => Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00, 0x01]),
  ];
  return chance.one(kinds)();
}
