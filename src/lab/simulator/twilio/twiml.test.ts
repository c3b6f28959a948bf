import { describe, expect, it } from 'vitest';
import { verbsOf } from './twiml.ts';

describe('a document of TwiML', () => {
  it('is read as verbs with their nouns, attributes and text', () => {
    const [connect, dial] = verbsOf(
      '<?xml version="1.0"?><Response><Connect><Stream url="wss://a.example/ws"><Parameter name="bot" value="&quot;a&#38;b&quot;"/>' +
        '</Stream></Connect><Dial timeout="5"><Number>+15550002001</Number></Dial></Response>',
    );
    expect(connect).toMatchObject({ name: 'Connect', nouns: [{ name: 'Stream' }] });
    expect(connect?.nouns[0]?.nouns[0]?.attributes).toEqual({ name: 'bot', value: '"a&b"' });
    expect(dial).toMatchObject({ attributes: { timeout: '5' }, nouns: [{ text: '+15550002001' }] });
  });

  it.each([
    ['a page', '<html><body>Bad gateway</body></html>'],
    ['nothing', ''],
    ['JSON', '{"twiml":"<Response/>"}'],
    ['an open element', '<Response><Connect><Stream url="wss://a.example/ws"/>'],
    [
      'a parameter of 500 characters',
      `<Response><Connect><Stream><Parameter name="p" value="${'x'.repeat(499)}"/></Stream></Connect></Response>`,
    ],
  ])('is not %s', (_what, document) => {
    expect(() => verbsOf(document)).toThrow();
  });
});
