/** A service account of Google Cloud. It needs no token service: a JWT that it signs itself is what Google's APIs take. https://google.aip.dev/auth/4111 */
import { createPrivateKey, sign, type KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { ParleyError } from '../../base/errors.ts';

export interface ServiceAccount {
  readonly projectId: string;
  readonly keyId: string;
  readonly email: string;
  readonly privateKey: KeyObject;
}

const KEY_FILE = z.object({
  project_id: z.string().min(1),
  private_key_id: z.string().min(1),
  private_key: z.string().min(1),
  client_email: z.string().min(1),
});

/** The longest that is taken. */
const LIFE_SECONDS = 3600;
/** A token is replaced so long before its end: clocks differ, and a stream outlives its beginning. */
const SPARE_SECONDS = 600;

/** Reads GOOGLE_APPLICATION_CREDENTIALS. Throws CREDENTIALS_INVALID, never with anything of the content. */
export async function readServiceAccount(path: string): Promise<ServiceAccount> {
  try {
    const file = KEY_FILE.parse(JSON.parse(await readFile(path, 'utf8')));
    return {
      projectId: file.project_id,
      keyId: file.private_key_id,
      email: file.client_email,
      privateKey: createPrivateKey(file.private_key),
    };
  } catch {
    throw new ParleyError(
      'CREDENTIALS_INVALID',
      `${path} is no key of a service account: JSON with project_id, private_key_id, private_key and client_email.`,
    );
  }
}

/** `Bearer …` for one API, such as `https://speech.googleapis.com/`: signed once in a while. `epochMs` as in `Date.now`. */
export function bearerFor(
  account: ServiceAccount,
  audience: string,
  epochMs: () => number = Date.now,
): () => string {
  let bearer = '';
  let untilSeconds = -Infinity;
  return () => {
    const nowSeconds = Math.floor(epochMs() / 1000);
    if (nowSeconds >= untilSeconds - SPARE_SECONDS) {
      untilSeconds = nowSeconds + LIFE_SECONDS;
      bearer = `Bearer ${signedJwt(account, audience, nowSeconds, untilSeconds)}`;
    }
    return bearer;
  };
}

function signedJwt({ keyId, email, privateKey }: ServiceAccount, aud: string, iat: number, exp: number) {
  const header = { typ: 'JWT', alg: 'RS256', kid: keyId };
  const claims = { iss: email, sub: email, aud, iat, exp };
  const content = `${base64url(header)}.${base64url(claims)}`;
  return `${content}.${sign('sha256', Buffer.from(content), privateKey).toString('base64url')}`;
}

function base64url(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
