import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ManualClock } from '../../base/manual-clock.ts';
import type { SpeechApi } from '../server.ts';
import { serveSpeech } from '../testing/served.ts';
import { newKey, writeKeys } from './key-file.ts';
import type { StoredKey } from './key-file.ts';
import { AskedLedger, answerFrom } from './asked-ledger.ts';
import { LocalLedger } from './ledger.ts';
import { SignatureCheck, signatureOf } from './signature.ts';

let dir: string;
let keysFile: string;
let api: SpeechApi | undefined;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'parley-keys-'));
  keysFile = join(dir, 'keys.json');
});
afterEach(async () => {
  await api?.close();
  api = undefined;
  await rm(dir, { recursive: true });
});

async function keyFor(given: Partial<StoredKey> = {}): Promise<string> {
  const { key, stored } = newKey(
    { name: 'shop', scopes: ['tts', 'stt'], perMinute: {}, ...given },
    new Date(),
  );
  await writeKeys(keysFile, [stored]);
  return key;
}

const BODY = JSON.stringify({ text: 'Добрый день', format: 'pcm' });

function speak(key: string | undefined, headers: Record<string, string> = {}) {
  return fetch(`${api?.url}/v1/speech/tts`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(key !== undefined && { authorization: `Bearer ${key}` }),
      ...headers,
    },
    body: BODY,
  });
}

describe('keys of the speech API', () => {
  it('are on disk as digests alone, for this user alone', async () => {
    const key = await keyFor();
    expect(await readFile(keysFile, 'utf8')).not.toContain(key.replace(/^parley_[0-9a-f]+_/, ''));
    expect((await stat(keysFile)).mode & 0o077).toBe(0);
  });

  it('open it, and nothing else does once there is one', async () => {
    const key = await keyFor();
    api = await serveSpeech({ keysFile, isOpen: undefined });
    const statuses = [key, `${key}x`, undefined].map(async (shown) => (await speak(shown)).status);
    expect(await Promise.all(statuses)).toEqual([200, 401, 401]);
  });

  it('open nothing soon after they were taken away', async () => {
    const key = await keyFor();
    api = await serveSpeech({ keysFile, isOpen: false });
    expect((await speak(key)).status).toBe(200);
    await writeKeys(keysFile, []);
    await vi.waitFor(async () => expect((await speak(key)).status).toBe(401), { timeout: 10_000 });
  });

  it('may do only what they are for', async () => {
    const key = await keyFor({ scopes: ['stt'] });
    api = await serveSpeech({ keysFile });
    const answer = await speak(key);
    expect(answer.status).toBe(403);
    expect(await answer.json()).toMatchObject({ error_code: 'PERMISSION_DENIED' });
  });

  it('may ask so often a minute, and are told truly when again', async () => {
    const key = await keyFor({ perMinute: { tts: 2 } });
    const clock = new ManualClock();
    api = await serveSpeech({ keysFile, clock });
    await speak(key);
    await clock.advance(20_000);
    await speak(key);
    const refused = await speak(key);
    expect(refused.status).toBe(429);
    expect(await refused.json()).toMatchObject({ error_code: 'RATE_LIMIT_EXCEEDED', retry_after: 40 });
    expect(refused.headers.get('retry-after')).toBe('40');
    await clock.advance(39_000);
    expect((await speak(key)).status).toBe(429);
    await clock.advance(1_000);
    expect((await speak(key)).status).toBe(200);
  });

  it('sign what they ask for where that is wanted', async () => {
    const key = await keyFor();
    const signatureSecret = 'a-secret-of-sixteen-and-more';
    api = await serveSpeech({ keysFile, signatureSecret });
    expect((await speak(key)).status).toBe(401);
    const request = { method: 'POST', path: '/v1/speech/tts', body: Buffer.from(BODY) };
    const signature = signatureOf(request, signatureSecret, Math.floor(Date.now() / 1000));
    expect((await speak(key, { 'x-parley-signature': signature })).status).toBe(200);
    const again = await speak(key, { 'x-parley-signature': signature });
    expect(await again.json()).toMatchObject({ error_code: 'SIGNATURE_INVALID' });
  });
});

describe('a signature', () => {
  const request = { method: 'POST', path: '/v1/speech/tts', body: Buffer.from('{}') };
  const secret = 'a-secret-of-sixteen-and-more';

  it.each([
    ['another body', { ...request, body: Buffer.from('[]') }, 1000],
    ['another path', { ...request, path: '/v1/speech/stt' }, 1000],
    ['a time long past', request, 1301],
    ['a time to come', request, 699],
  ])('is refused with %s', async (_, asked, nowSeconds) => {
    const check = new SignatureCheck(secret, new LocalLedger(new ManualClock()), () => nowSeconds);
    const shown = signatureOf(request, secret, 1000);
    await expect(check.check(asked, shown)).rejects.toThrow(/SIGNATURE_INVALID/);
  });
});

describe('processes that share one ledger', () => {
  it('count together, and know the signatures of each other', async () => {
    const kept = new LocalLedger(new ManualClock());
    const process = () => {
      const ledger: AskedLedger = new AskedLedger(
        (message) => void answerFrom(kept, message, (answer) => ledger.receive(answer)),
        new LocalLedger(new ManualClock()),
      );
      return ledger;
    };
    const [one, other] = [process(), process()];
    expect(await Promise.all([one.take('a', 2), other.take('a', 2)])).toEqual([0, 0]);
    expect(await one.take('a', 2)).toBe(60_000);
    expect([await one.isNew('x'), await other.isNew('x')]).toEqual([true, false]);
  });

  it('count alone where the other is gone', async () => {
    const gone = () => {
      throw new Error('the channel is closed');
    };
    const ledger = new AskedLedger(gone, new LocalLedger(new ManualClock()));
    expect([await ledger.take('a', 1), await ledger.take('a', 1)]).toEqual([0, 60_000]);
  });
});
