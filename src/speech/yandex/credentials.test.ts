import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '../../base/manual-clock.ts';
import { startSpeechKitSimulator, type SpeechKitSimulator } from '../../lab/simulator/speechkit/speechkit.ts';
import type { Fault } from '../../lab/simulator/speechkit/faults.ts';
import { apiKeyCredentials, iamTokenCredentials, serviceAccountCredentials } from './credentials.ts';

const HOUR_MS = 3_600_000;
const never = new AbortController().signal;

it('sends an API key, or a token, with the folder if there is one', async () => {
  expect(await apiKeyCredentials('key').headers(never)).toEqual({ authorization: 'Api-Key key' });
  expect(await iamTokenCredentials('t1.x', { folderId: 'folder' }).headers(never)).toEqual({
    authorization: 'Bearer t1.x',
    'x-folder-id': 'folder',
  });
});

describe('a service account', () => {
  const pair = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const privatePem = pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const publicKeyPem = pair.publicKey.export({ type: 'spki', format: 'pem' }).toString();
  let directory: string;
  let keyFile: string;
  let iam: SpeechKitSimulator;
  let clock: ManualClock;
  /** For so long the machine was suspended: only the wall clock went on. */
  let sleptMs = 0;
  const epochMs = () => 1_790_000_000_000 + clock.nowMs() + sleptMs;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'parley-key-'));
    keyFile = await writeKey('key.json', {});
  });
  afterAll(() => rm(directory, { recursive: true }));
  beforeEach(async () => {
    clock = new ManualClock();
    sleptMs = 0;
    iam = await startSpeechKitSimulator({
      serviceAccounts: [{ id: 'account', keyId: 'key', publicKeyPem }],
      epochMs,
    });
  });
  afterEach(() => iam.stop());

  async function writeKey(name: string, changes: object): Promise<string> {
    const file = join(directory, name);
    const key = {
      id: 'key',
      service_account_id: 'account',
      private_key: `PLEASE DO NOT REMOVE\n${privatePem}`,
    };
    await writeFile(file, JSON.stringify({ ...key, ...changes }));
    return file;
  }
  const credentials = (file = keyFile) =>
    serviceAccountCredentials(file, { iamUrl: iam.iamUrl, clock, epochMs });
  const token = (number: number) => ({ authorization: `Bearer t1.simulated-${number}` });

  it('asks for one token however many calls wait, and keeps it', async () => {
    iam.delays.iamMs = 0;
    const account = await credentials();
    const all = await Promise.all(
      Array.from({ length: 20 }, () => account.headers(new AbortController().signal)),
    );
    expect(all).toEqual(Array.from({ length: 20 }, () => token(1)));
    await clock.advance(HOUR_MS - 1);
    expect(await account.headers(never)).toEqual(token(1));
    expect(iam.requests).toHaveLength(1);
  });

  it('renews hourly while nobody waits', async () => {
    const account = await credentials();
    await account.headers(never);
    await clock.advance(HOUR_MS);
    expect(await account.headers(never)).toEqual(token(1));
    await expect.poll(() => account.headers(never)).toEqual(token(2));
    expect(iam.requests).toHaveLength(2);
  });

  it('keeps the old token while renewal fails, and asks again only after a while', async () => {
    const account = await credentials();
    await account.headers(never);
    iam.faults.set('iam', { kind: 'internal' });
    await clock.advance(HOUR_MS);
    expect(await account.headers(never)).toEqual(token(1));
    await expect.poll(() => iam.requests.at(-1)?.outcome).toBe('refused');
    await new Promise((resolve) => setTimeout(resolve, 30));
    for (let call = 0; call < 5; call++) expect(await account.headers(never)).toEqual(token(1));
    expect(iam.requests).toHaveLength(2);
    iam.faults.clear();
    await clock.advance(30_000);
    await account.headers(never);
    await expect.poll(() => account.headers(never)).toEqual(token(2));
  });

  it('renews a token that has run out while the machine was asleep', async () => {
    const account = await credentials();
    expect(await account.headers(never)).toEqual(token(1));
    sleptMs = 13 * HOUR_MS;
    await clock.advance(600_000);
    expect(await account.headers(never)).toEqual(token(2));
  });

  it('renews a token at once that a server refuses, for all who ask, and not again and again', async () => {
    const account = await credentials();
    const { authorization = '' } = await account.headers(never);
    expect(account.refused?.(authorization)).toBe(false);
    await clock.advance(60_000);
    expect(account.refused?.(authorization)).toBe(true);
    expect(account.refused?.(authorization)).toBe(true);
    const both = await Promise.all([account.headers(never), account.headers(never)]);
    expect(both).toEqual([token(2), token(2)]);
    expect(account.refused?.('Bearer t1.simulated-2')).toBe(false);
    expect(iam.requests).toHaveLength(2);
  });

  it('has nothing to send once the token has run out and IAM is down', async () => {
    const account = await credentials();
    await account.headers(never);
    await iam.kill('iam');
    await clock.advance(12 * HOUR_MS);
    await expect(account.headers(never)).rejects.toMatchObject({ code: 'CREDENTIALS_UNAVAILABLE' });
    await iam.restart('iam');
    expect(await account.headers(never)).toEqual(token(2));
  });

  it.each<[Fault, string]>([
    [{ kind: 'unauthenticated' }, 'CREDENTIALS_INVALID'],
    [{ kind: 'invalid' }, 'CREDENTIALS_INVALID'],
    [{ kind: 'quota' }, 'CREDENTIALS_UNAVAILABLE'],
    [{ kind: 'internal' }, 'CREDENTIALS_UNAVAILABLE'],
    [{ kind: 'refused' }, 'CREDENTIALS_UNAVAILABLE'],
    [{ kind: 'garbage', as: 'html' }, 'CREDENTIALS_UNAVAILABLE'],
    [{ kind: 'garbage', as: 'empty' }, 'CREDENTIALS_UNAVAILABLE'],
  ])('says what is wrong when IAM fails: %j', async (fault, code) => {
    iam.faults.set('iam', fault);
    await expect((await credentials()).headers(never)).rejects.toMatchObject({ code });
  });

  it('waits no longer than the deadline, and not at all once nobody wants the answer', async () => {
    iam.faults.set('iam', { kind: 'hung' });
    const account = await credentials();
    const gone = new AbortController();
    const impatient = account.headers(gone.signal);
    const patient = expect(account.headers(never)).rejects.toMatchObject({ code: 'CREDENTIALS_UNAVAILABLE' });
    gone.abort(new Error('hung up'));
    await expect(impatient).rejects.toThrow('hung up');
    await clock.advance(5000);
    await patient;
  });

  it.each([
    ['of another key id', { id: 'other' }],
    ['of another account', { service_account_id: 'other' }],
  ])('is refused with a key file %s', async (_, changes) => {
    const account = await credentials(await writeKey('other.json', changes));
    await expect(account.headers(never)).rejects.toMatchObject({ code: 'CREDENTIALS_INVALID' });
  });

  it('is refused with another private key', async () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const private_key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    const account = await credentials(await writeKey('forged.json', { private_key }));
    await expect(account.headers(never)).rejects.toMatchObject({ code: 'CREDENTIALS_INVALID' });
  });

  it.each([
    ['no file', 'missing.json', undefined],
    ['no private key in it', 'half.json', { private_key: undefined }],
    ['no PEM in it', 'text.json', { private_key: 'SECRET' }],
  ])('cannot begin with %s, and does not say what is in it', async (_, name, changes) => {
    const file = changes ? await writeKey(name, changes) : join(directory, name);
    const failure = await credentials(file).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'CREDENTIALS_INVALID' });
    expect(String(failure)).not.toContain('SECRET');
  });
});
