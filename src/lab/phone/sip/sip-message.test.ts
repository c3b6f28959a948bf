import { describe, expect, it } from 'vitest';
import {
  formatSip,
  header,
  headers,
  isRequest,
  parameter,
  parseSip,
  responseTo,
  uriOf,
} from './sip-message.ts';

const BYE = [
  'BYE sip:phone@127.0.0.1:40000 SIP/2.0',
  'v: SIP/2.0/UDP 10.0.0.1;branch=z9hG4bKa',
  'Via: SIP/2.0/UDP 10.0.0.2;branch=z9hG4bKb',
  'f: "A;tag=no" <sip:a@b;tag=neither>;tag=yes',
  'To: <sip:c@d>',
  ' ;tag=ours',
  'i: one@two',
  'CSeq: 7 BYE',
  'l: 4',
  '',
  'body',
].join('\r\n');

describe('a SIP message', () => {
  it('is read with short names, folded lines and headers that come twice', () => {
    const message = parseSip(BYE);
    if (!message || !isRequest(message)) throw new Error('not read as a request');
    expect(message.method).toBe('BYE');
    expect(message.uri).toBe('sip:phone@127.0.0.1:40000');
    expect(headers(message, 'Via')).toHaveLength(2);
    expect(header(message, 'Call-ID')).toBe('one@two');
    expect(parameter(header(message, 'To'), 'tag')).toBe('ours');
    expect(parameter(header(message, 'Via'), 'branch')).toBe('z9hG4bKa');
    expect(message.body).toBe('body');
  });

  it('is the same after writing and reading', () => {
    const message = { status: 486, reason: 'Busy Here', headers: [['CSeq', '1 INVITE']] as const, body: 'ж' };
    const again = parseSip(formatSip(message));
    expect(again).toMatchObject({ status: 486, reason: 'Busy Here', body: 'ж' });
    expect(again && header(again, 'content-length')).toBe('2');
  });

  it('is answered the way it came, with our tag only where there is none', () => {
    const message = parseSip(BYE);
    if (!message || !isRequest(message)) throw new Error('not read as a request');
    const answer = responseTo(message, 200, 'OK', { toTag: 'another' });
    expect(headers(answer, 'Via')).toEqual(headers(message, 'Via'));
    expect(parameter(header(answer, 'To'), 'tag')).toBe('ours');
  });

  it.each(['', '\r\n\r\n', 'GET / HTTP/1.1\r\n\r\n', 'INVITE\r\n\r\n'])('is not found in %j', (noise) => {
    expect(parseSip(noise)).toBeUndefined();
  });
});

it('finds the URI in a Contact with and without brackets', () => {
  expect(uriOf('"Bot" <sip:a@b:5060;transport=udp>;expires=3')).toBe('sip:a@b:5060;transport=udp');
  expect(uriOf('sip:a@b;expires=3')).toBe('sip:a@b');
});
