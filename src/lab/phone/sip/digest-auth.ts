/** Proving that one knows a password without sending it (RFC 7616, RFC 8760 for SIP). */
import { createHash } from 'node:crypto';
import { headers, type SipHeader, type SipResponse } from './sip-message.ts';

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

const HASHES: Readonly<Record<string, string>> = { md5: 'md5', 'sha-256': 'sha256' };

/** The header that answers a 401 or 407, or undefined if it asks for something that this phone cannot do. */
export function answerChallenge(
  challenge: SipResponse,
  request: { readonly method: string; readonly uri: string },
  credentials: Credentials,
  clientNonce: string,
): SipHeader | undefined {
  const ofProxy = challenge.status === 407;
  for (const value of headers(challenge, ofProxy ? 'Proxy-Authenticate' : 'WWW-Authenticate')) {
    const answer = digest(value, request, credentials, clientNonce);
    if (answer) return [ofProxy ? 'Proxy-Authorization' : 'Authorization', answer];
  }
  return undefined;
}

function digest(
  challenge: string,
  request: { readonly method: string; readonly uri: string },
  { username, password }: Credentials,
  clientNonce: string,
): string | undefined {
  const realm = field(challenge, 'realm') ?? '';
  const nonce = field(challenge, 'nonce') ?? '';
  const opaque = field(challenge, 'opaque');
  const algorithm = field(challenge, 'algorithm') ?? 'MD5';
  const hashName = HASHES[algorithm.toLowerCase()];
  if (!/^digest /i.test(challenge) || !hashName) return undefined;

  const hash = (text: string) => createHash(hashName).update(text).digest('hex');
  const secret = hash(`${username}:${realm}:${password}`);
  const what = hash(`${request.method}:${request.uri}`);
  const withQop = field(challenge, 'qop')?.split(/,\s*/).includes('auth');
  const response = withQop
    ? hash(`${secret}:${nonce}:00000001:${clientNonce}:auth:${what}`)
    : hash(`${secret}:${nonce}:${what}`);
  return [
    `Digest username="${username}", realm="${realm}", nonce="${nonce}", uri="${request.uri}"`,
    `response="${response}", algorithm=${algorithm}`,
    ...(withQop ? [`qop=auth, nc=00000001, cnonce="${clientNonce}"`] : []),
    ...(opaque === undefined ? [] : [`opaque="${opaque}"`]),
  ].join(', ');
}

function field(challenge: string, name: string): string | undefined {
  const found = new RegExp(`[ ,]${name}=(?:"([^"]*)"|([^,\\s]+))`, 'i').exec(challenge);
  return found?.[1] ?? found?.[2];
}
