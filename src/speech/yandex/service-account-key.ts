/** A service account's authorized key, and the JWT that it signs to ask for IAM tokens. */
import { constants, createPrivateKey, sign, type KeyObject } from 'node:crypto';
import { z } from 'zod';
import { ParleyError } from '../../base/errors.ts';

export interface ServiceAccountKey {
  readonly id: string;
  readonly serviceAccountId: string;
  readonly privateKey: KeyObject;
}

/** Where every IAM token is asked for in the end, whichever URL leads there. */
const AUDIENCE = 'https://iam.api.cloud.yandex.net/iam/v1/tokens';
/** IAM takes up to 3600 s. It is used at once, so minutes are plenty, and leave room for clocks that differ. */
const JWT_LIFE_SECONDS = 600;
/** Of PS256: as long as the digest. */
const SALT_BYTES = 32;

const KEY_FILE = z.object({
  id: z.string().min(1),
  service_account_id: z.string().min(1),
  private_key: z.string().min(1),
});

/** Reads the JSON of a key file; `name` stands in the error. Throws CREDENTIALS_INVALID, never with anything of the content. */
export function parseServiceAccountKey(json: string, name: string): ServiceAccountKey {
  try {
    const file = KEY_FILE.parse(JSON.parse(json));
    // The console puts a line of warning before the PEM block.
    const pem = file.private_key.slice(Math.max(0, file.private_key.indexOf('-----BEGIN')));
    return {
      id: file.id,
      serviceAccountId: file.service_account_id,
      privateKey: createPrivateKey(pem),
    };
  } catch {
    throw new ParleyError(
      'CREDENTIALS_INVALID',
      `${name} is no authorized key: JSON with id, service_account_id and private_key.`,
    );
  }
}

/** A PS256 JWT that asks IAM for a token. `epochMs` as in `Date.now`. */
export function signedJwt(key: ServiceAccountKey, epochMs: number): string {
  const iat = Math.floor(epochMs / 1000);
  const header = { typ: 'JWT', alg: 'PS256', kid: key.id };
  const claims = { iss: key.serviceAccountId, aud: AUDIENCE, iat, exp: iat + JWT_LIFE_SECONDS };
  const content = `${base64url(header)}.${base64url(claims)}`;
  const signature = sign('sha256', Buffer.from(content), {
    key: key.privateKey,
    padding: constants.RSA_PKCS1_PSS_PADDING,
    saltLength: SALT_BYTES,
  });
  return `${content}.${signature.toString('base64url')}`;
}

function base64url(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
