import { createHash } from 'node:crypto';
import twilio from 'twilio';
import { describe, expect, it } from 'vitest';
import { isSigned, signatureOf } from './signature.ts';

const TOKEN = '12345';
const FIELDS = {
  CallSid: 'CA1234567890ABCDE',
  Caller: '+14158675310',
  Digits: '1234',
  From: '+14158675310',
  To: '+18005551212',
};
const ORIGIN = 'https://example.com';

describe("Twilio's signature", () => {
  it('is that of the documents', () => {
    const url = 'https://example.com/myapp.php?foo=1&bar=2';
    expect(signatureOf(TOKEN, url, FIELDS)).toBe('L/OH5YylLD5NRKLltdqwSvS0BnU=');
  });

  it.each([
    ['a form', '/voice-stream', FIELDS],
    ['a query', '/voice-stream?bot=shop&x=%2B7', FIELDS],
    ['a repeated field', '/twilio/status', { ...FIELDS, Digits: ['2', '1', '2'] }],
    ['names in either case', '/twilio/status', { b: '1', B: '2', a: 'привет' }],
    ['nothing', '/ws', {}],
  ])('is made as the official library makes it, and read by it, for %s', (_, path, fields) => {
    const official = twilio.getExpectedTwilioSignature(TOKEN, ORIGIN + path, fields);
    expect(isSigned(TOKEN, ORIGIN, { signature: official, path, fields })).toBe(true);
    const own = signatureOf(TOKEN, ORIGIN + path, fields);
    expect(twilio.validateRequest(TOKEN, own, ORIGIN + path, fields)).toBe(true);
  });

  it('covers a body that is no form by its digest in the address', () => {
    const body = Buffer.from('{"a":1}');
    const path = `/twilio/status?bodySHA256=${createHash('sha256').update(body).digest('hex')}`;
    const signature = twilio.getExpectedTwilioSignature(TOKEN, ORIGIN + path, {});
    expect(isSigned(TOKEN, ORIGIN, { signature, path, body })).toBe(true);
    expect(isSigned(TOKEN, ORIGIN, { signature, path, body: Buffer.from('{"a":2}') })).toBe(false);
  });

  it.each(['', ':443', ':80'])('is good for a WebSocket, with and without a slash, port "%s"', (port) => {
    for (const path of ['/ws', '/ws/']) {
      const signature = signatureOf(TOKEN, `wss://example.com${port}${path}`);
      expect(isSigned(TOKEN, 'wss://example.com', { signature, path: '/ws' })).toBe(true);
      expect(isSigned(TOKEN, 'https://example.com', { signature, path: '/ws' })).toBe(false);
    }
  });

  it.each([
    ['no signature', { signature: undefined, path: '/x', fields: FIELDS }],
    ['an empty one', { signature: '', path: '/x', fields: FIELDS }],
    ['another path', { signature: signatureOf(TOKEN, `${ORIGIN}/x`, FIELDS), path: '/y', fields: FIELDS }],
    ['other fields', { signature: signatureOf(TOKEN, `${ORIGIN}/x`, FIELDS), path: '/x', fields: {} }],
    ['another token', { signature: signatureOf('54321', `${ORIGIN}/x`, FIELDS), path: '/x', fields: FIELDS }],
    [
      'another host',
      { signature: signatureOf(TOKEN, 'https://evil.com/x', FIELDS), path: '/x', fields: FIELDS },
    ],
  ])('is refused for %s', (_, request) => expect(isSigned(TOKEN, ORIGIN, request)).toBe(false));
});
