/** One tenant of the speech API asks for more than is his: he is told so, and the others do not notice. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { DirectoryStorage } from '../storage/directory-storage.ts';
import type { TenantLimits } from '../tenants/tenant.ts';
import { Tenants } from '../tenants/tenants.ts';
import { newKey, writeKeys } from './keys/key-file.ts';
import type { StoredKey } from './keys/key-file.ts';
import type { SpeechApi, SpeechApiOptions } from './server.ts';
import { scriptedVendor, serveSpeech } from './testing/served.ts';

const SOON = { timeout: 20_000, interval: 50 };

let dir: string;
let api: SpeechApi;
let storage: DirectoryStorage;
const stored: StoredKey[] = [];
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'parley-speech-tenants-'));
  storage = await DirectoryStorage.open({ dir: join(dir, 'audio') });
  stored.length = 0;
});
afterEach(async () => {
  await api.close();
  await storage.close();
  rmSync(dir, { recursive: true });
});

function keyOf(tenant?: string): string {
  const made = newKey(
    { name: 'shop', scopes: ['tts', 'stt'], perMinute: {}, ...(tenant !== undefined && { tenant }) },
    new Date(),
  );
  stored.push(made.stored);
  return made.key;
}

async function serve(limits: TenantLimits, options: Partial<SpeechApiOptions> = {}): Promise<void> {
  const keysFile = join(dir, 'keys.json');
  await writeKeys(keysFile, stored);
  const of = (name: string, its: TenantLimits) => ({
    ...{ name, numbers: [], bots: [name] as const, tokens: [], recordings: {} },
    limits: its,
  });
  api = await serveSpeech({
    ...{ keysFile, storage, batches: { dir: join(dir, 'batches'), runsHere: true } },
    tenants: new Tenants([of('acme', limits), of('globex', {})]),
    ...options,
  });
}

async function ask(path: string, key: string, body?: unknown, method = body === undefined ? 'GET' : 'POST') {
  const answer = await fetch(`${api.url}${path}`, {
    method,
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const isJson = /json/.test(answer.headers.get('content-type') ?? '');
  return {
    status: answer.status,
    body: (isJson ? await answer.json() : { bytes: (await answer.arrayBuffer()).byteLength }) as Record<
      string,
      unknown
    >,
  };
}

const speak = (key: string, text: string) => ask('/v1/speech/tts', key, { text, format: 'pcm' });
const batchOf = (count: number) => ({
  operation: 'tts',
  items: Array.from({ length: count }, (_, n) => ({ text: `Номер ${n}`, format: 'wav' })),
});

it('the keys of a tenant share its requests a minute, and those of another have their own', async () => {
  const [one, other, theirs, own] = [keyOf('acme'), keyOf('acme'), keyOf('globex'), keyOf()];
  await serve({ ttsPerMinute: 2 });
  expect([(await speak(one, 'Раз')).status, (await speak(other, 'Два')).status]).toEqual([200, 200]);
  expect(await speak(other, 'Три')).toMatchObject({
    status: 429,
    body: { error_message: expect.stringContaining('The tenant may ask for tts 2 times') as string },
  });
  expect([(await speak(theirs, 'Раз')).status, (await speak(own, 'Раз')).status]).toEqual([200, 200]);
});

it('a tenant that sends many at once finds no more room, and another does', async () => {
  const [acme, globex] = [keyOf('acme'), keyOf('globex')];
  let letGo: () => void = () => undefined;
  const held = new Promise<void>((resolve) => (letGo = resolve));
  const slow = scriptedVendor('slow');
  const synthesize = slow.synthesizer.synthesize.bind(slow.synthesizer);
  slow.synthesizer.synthesize = async function* (request, signal) {
    if (request.text.startsWith('Долго')) await held;
    yield* synthesize(request, signal);
  };
  await serve({}, { vendors: [slow], mostAtOnce: 4 });
  const flood = ['Долго раз', 'Долго два'].map((text) => speak(acme, text));
  await vi.waitFor(async () => {
    const refused = await speak(acme, 'И ещё');
    expect(refused).toMatchObject({
      status: 503,
      body: { error_message: expect.stringContaining('of acme') as string },
    });
  }, SOON);
  expect((await speak(globex, 'Раз')).status).toBe(200);
  letGo();
  expect((await Promise.all(flood)).map(({ status }) => status)).toEqual([200, 200]);
  await vi.waitFor(async () => expect((await speak(acme, 'И ещё')).status).toBe(200), SOON);
});

it('a batch that waits for its tenant’s next minute keeps no batch of another waiting', async () => {
  const [acme, globex] = [keyOf('acme'), keyOf('globex')];
  await serve({ ttsPerMinute: 1 });
  const flood = (await ask('/v1/batches', acme, batchOf(50))).body['id'] as string;
  const seen = (id: string, key: string) => ask(`/v1/batches/${id}`, key);
  await vi.waitFor(async () => expect((await seen(flood, acme)).body).toMatchObject({ done: 1 }), SOON);
  const theirs = (await ask('/v1/batches', globex, batchOf(5))).body['id'] as string;
  await vi.waitFor(
    async () => expect((await seen(theirs, globex)).body).toMatchObject({ status: 'completed' }),
    SOON,
  );
  expect((await seen(flood, acme)).body).toMatchObject({ status: 'running', done: 1 });
});

it('what a tenant’s key has made is every key’s of the tenant, and nobody else’s', async () => {
  const [one, other, theirs] = [keyOf('acme'), keyOf('acme'), keyOf('globex')];
  await serve({});
  const id = (await ask('/v1/batches', one, batchOf(1))).body['id'] as string;
  const results = await vi.waitFor(async () => {
    const found = (await ask(`/v1/batches/${id}/results`, other)).body;
    expect(found).toMatchObject({ status: 'completed' });
    return found as { results: { result: { file_id: string } }[] };
  }, SOON);
  const file = `/v1/files/${results.results[0]?.result.file_id}`;
  expect([(await ask(file, other)).status, (await ask(file, theirs)).status]).toEqual([200, 404]);
  expect((await ask(`/v1/batches/${id}`, theirs)).status).toBe(404);
  expect((await ask('/v1/batches', theirs)).body).toEqual({ batches: [] });
});

it('a key whose tenant is gone opens nothing', async () => {
  const key = keyOf('initech');
  await serve({});
  expect(await speak(key, 'Раз')).toMatchObject({ status: 403 });
});
