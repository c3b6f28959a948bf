import { describe, expect, it } from 'vitest';
import { parseTarget } from './target.ts';

describe('whom to dial', () => {
  it.each([
    ['sip:100@192.0.2.1', { user: '100', host: '192.0.2.1', port: 5060 }],
    ['SIP:+74951234567@pbx.example.org:5070', { user: '+74951234567', host: 'pbx.example.org', port: 5070 }],
    ['sip:*98@pbx;transport=udp', { user: '*98', host: 'pbx', port: 5060 }],
  ])('%s', (text, target) => {
    expect(parseTarget(text)).toEqual(target);
  });

  it.each([
    ['100@pbx', 'not like sip:100@'],
    ['sip:pbx', 'not like sip:100@'],
    ['sip:a b@pbx', 'not like sip:100@'],
    ['sip:100@pbx:0', 'no port 0'],
    ['sip:100@pbx:70000', 'no port 70000'],
    ['sips:100@pbx', 'only SIP over UDP'],
    ['sip:100@pbx;transport=tls', 'only SIP over UDP'],
    ['sip:100@[2001:db8::1]', 'only IPv4'],
  ])('not %s', (text, why) => {
    expect(() => parseTarget(text)).toThrow(why);
    expect(() => parseTarget(text)).toThrow('DIAL_TARGET_INVALID');
  });
});
