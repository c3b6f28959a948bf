import { expect, it } from 'vitest';
import { answerChallenge } from './digest-auth.ts';
import type { SipResponse } from './sip-message.ts';

function challenge(status: 401 | 407, value: string): SipResponse {
  const name = status === 401 ? 'WWW-Authenticate' : 'Proxy-Authenticate';
  return { status, reason: '', headers: [[name, value]], body: '' };
}

/** The example of RFC 7616, 3.9.1. */
const EXAMPLE = {
  realm: 'http-auth@example.org',
  nonce: '7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v',
  clientNonce: 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ',
  request: { method: 'GET', uri: '/dir/index.html' },
  credentials: { username: 'Mufasa', password: 'Circle of Life' },
};

it.each([
  ['MD5', '8ca523f5e9506fed4657c9700eebdbec'],
  ['SHA-256', '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1'],
])('answers a challenge by %s as the standard does', (algorithm, response) => {
  const { realm, nonce, clientNonce, request, credentials } = EXAMPLE;
  const asked = challenge(
    401,
    `Digest realm="${realm}", qop="auth, auth-int", algorithm=${algorithm}, nonce="${nonce}", opaque="x"`,
  );
  const [name, value] = answerChallenge(asked, request, credentials, clientNonce) ?? [];
  expect(name).toBe('Authorization');
  expect(value).toContain(`response="${response}"`);
  expect(value).toContain('opaque="x"');
});

it('answers a proxy as a proxy, and nothing that it cannot do', () => {
  const { request, credentials } = EXAMPLE;
  const ofProxy = challenge(407, 'Digest realm="r",nonce="n"');
  expect(answerChallenge(ofProxy, request, credentials, 'c')?.[0]).toBe('Proxy-Authorization');
  const unknown = challenge(401, 'Digest realm="r", nonce="n", algorithm=ROT13');
  expect(answerChallenge(unknown, request, credentials, 'c')).toBeUndefined();
});
