/** The keys of the speech API as they lie on disk: who has one and what it may, and of the key itself only its digest. */
import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { writeDurably } from '../../base/durable-file.ts';
import { ParleyError } from '../../base/errors.ts';
import { systemCode } from '../../base/system-code.ts';

export const SCOPES = ['tts', 'stt'] as const;

export type Scope = (typeof SCOPES)[number];

const storedKey = z.strictObject({
  id: z.string().regex(/^[0-9a-f]{12}$/),
  name: z.string(),
  /** SHA-256 in hex. A key is random and long: it needs no slower one. */
  digest: z.string().regex(/^[0-9a-f]{64}$/),
  scopes: z.array(z.enum(SCOPES)),
  /** Requests a minute; the service's own bound where it is not given. */
  perMinute: z.strictObject({ tts: z.int().min(1).optional(), stt: z.int().min(1).optional() }),
  createdAt: z.iso.datetime(),
  /** Whose it is: its files and batches are the tenant's, and all keys of a tenant share the tenant's bounds. */
  tenant: z.string().exactOptional(),
});

const keyFile = z.strictObject({ keys: z.array(storedKey) });

export type StoredKey = z.output<typeof storedKey>;

/** None where there is no file. Throws SPEECH_KEYS_UNUSABLE. */
export async function readKeys(path: string): Promise<readonly StoredKey[]> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    if (systemCode(cause) === 'ENOENT') return [];
    throw new ParleyError('SPEECH_KEYS_UNUSABLE', `${path} cannot be read.`, { cause });
  }
  try {
    return keyFile.parse(JSON.parse(text)).keys;
  } catch (cause) {
    throw new ParleyError('SPEECH_KEYS_UNUSABLE', `${path} holds no keys.`, { cause });
  }
}

/** For this user alone. Throws SPEECH_KEYS_UNUSABLE, with the file as it was. */
export async function writeKeys(path: string, keys: readonly StoredKey[]): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeDurably(path, `${JSON.stringify({ keys }, undefined, 2)}\n`);
  } catch (cause) {
    throw new ParleyError('SPEECH_KEYS_UNUSABLE', `${path} cannot be written.`, { cause });
  }
}

const ID_BYTES = 6;
const SECRET_BYTES = 32;

/** A new key, and what is kept of it: the key itself is seen once. */
export function newKey(
  given: Pick<StoredKey, 'name' | 'scopes' | 'perMinute' | 'tenant'>,
  now: Date,
): { readonly key: string; readonly stored: StoredKey } {
  const id = randomBytes(ID_BYTES).toString('hex');
  const key = `parley_${id}_${randomBytes(SECRET_BYTES).toString('base64url')}`;
  return { key, stored: { ...given, id, digest: digestOf(key), createdAt: now.toISOString() } };
}

/** Its public part. Undefined for what is no key. */
export function idOf(key: string): string | undefined {
  return /^parley_([0-9a-f]{12})_/.exec(key)?.[1];
}

export function digestOf(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}
