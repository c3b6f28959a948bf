import { appendFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { tone } from '../../audio/tone.ts';
import { encodeWav } from '../../audio/wav.ts';
import { aborted } from '../../base/async.ts';
import { ParleyError } from '../../base/errors.ts';
import type { RecognitionProvider } from '../../speech/recognition/recognizer.ts';
import { DirectoryStorage } from '../../storage/directory-storage.ts';
import { newKey, writeKeys } from '../keys/key-file.ts';
import type { SpeechApi, SpeechApiOptions } from '../server.ts';
import { ScriptedRecognizer } from '../testing/scripted-recognizer.ts';
import { scriptedVendor, serveSpeech } from '../testing/served.ts';

/** Work is done in the background; a busy machine takes its time. */
const SOON = { timeout: 20_000, interval: 50 };

interface Told {
  readonly id: string;
  readonly status: string;
  readonly done: number;
  readonly failed: number;
  readonly results: {
    readonly status: string;
    readonly id: string;
    readonly result?: { readonly audio_url: string; readonly file_id: string; readonly text: string };
    readonly error?: { readonly error_code: string };
  }[];
}

let dir: string;
let api: SpeechApi;
let storage: DirectoryStorage;
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'parley-batches-'));
  storage = await DirectoryStorage.open({ dir: join(dir, 'audio') });
});
afterEach(async () => {
  await api.close();
  await storage.close();
  rmSync(dir, { recursive: true });
});

async function serve(options: Partial<SpeechApiOptions> = {}) {
  api = await serveSpeech({ storage, batches: { dir: join(dir, 'batches'), runsHere: true }, ...options });
}

const ask = async (path: string, init: RequestInit = {}, key = '') => {
  const headers = { 'content-type': 'application/json', ...(key && { authorization: `Bearer ${key}` }) };
  return fetch(`${api.url}${path}`, { headers: init.body instanceof FormData ? {} : headers, ...init });
};
const told = async (path: string, key = '') => (await (await ask(path, {}, key)).json()) as Told;
const order = async (texts: readonly string[], key = '') => {
  const items = texts.map((text, index) => ({ id: `n${index}`, text, format: 'wav' }));
  const body = JSON.stringify({ operation: 'tts', items });
  const answer = await ask('/v1/batches', { method: 'POST', body }, key);
  return { ...((await answer.json()) as Told), status: answer.status };
};
const over = (id: string, key = '') =>
  vi.waitFor(async () => {
    const seen = await told(`/v1/batches/${id}/results`, key);
    expect(['completed', 'cancelled']).toContain(seen.status);
    return seen;
  }, SOON);

describe('a batch', () => {
  it('is spoken piece by piece, followed while it is, and fetched by addresses that need no key', async () => {
    await serve();
    const { id } = await order(['Раз', 'Два', 'Три']);
    const events = (await (await ask(`/v1/batches/${id}/events`)).text()).split('\n\n').filter(Boolean);
    expect(JSON.parse(events.at(-1)?.replace('data: ', '') ?? '')).toMatchObject({
      type: 'batch.completed',
      batch: { id, total: 3, done: 3, failed: 0 },
    });
    const { results } = await told(`/v1/batches/${id}/results`);
    expect(results.map((one) => one.id)).toEqual(['n0', 'n1', 'n2']);
    const audio = await ask(String(results[2]?.result?.audio_url));
    expect([audio.status, audio.headers.get('content-type')]).toEqual([200, 'audio/wav']);
    expect((await audio.arrayBuffer()).byteLength).toBe(14_444);
  });

  it('hears recordings, and keeps none of them', async () => {
    const recognizer = new ScriptedRecognizer((piece) => `слово ${piece}`);
    await serve({ vendors: [{ name: 'scripted', synthesizer: undefined, recognizer }] });
    const body = new FormData();
    for (const hz of [300, 400]) {
      const wav = encodeWav(tone(hz, 300, 16_000));
      body.append('file', new Blob([wav]), `${hz}.wav`);
    }
    const { id } = (await (await ask('/v1/batches', { method: 'POST', body })).json()) as Told;
    const { results } = await over(id);
    expect(results.map((one) => one.id)).toEqual(['300.wav', '400.wav']);
    expect(results.map((one) => one.result?.text).toSorted()).toEqual(['слово 0', 'слово 1']);
    const left = readdirSync(join(dir, 'audio'), { recursive: true }).filter((name) =>
      /temp_/.test(String(name)),
    );
    expect(left).toEqual([]);
  });

  it('goes on after a restart where it was, also where the last line was cut off, and does nothing twice', async () => {
    const vendor = scriptedVendor('scripted');
    vendor.scripted.script = ({ text }) =>
      text === 'Раз' ? {} : { fault: { afterPieces: 0, error: 'hang' } };
    await serve({ vendors: [vendor] });
    const { id } = await order(['Раз', 'Два', 'Три']);
    await vi.waitFor(async () => expect((await told(`/v1/batches/${id}`)).done).toBe(1), SOON);
    await api.close();
    appendFileSync(join(dir, 'batches', id, 'results.jsonl'), '{"index":1,"stat');
    const again = scriptedVendor('scripted');
    await serve({ vendors: [again] });
    expect(await over(id)).toMatchObject({ status: 'completed', done: 3, failed: 0 });
    expect(again.scripted.attempts.map(({ request }) => request.text)).toEqual(['Два', 'Три']);
  });

  it('ends at once when it is given up', async () => {
    const vendor = scriptedVendor('scripted', { fault: { afterPieces: 0, error: 'hang' } });
    await serve({ vendors: [vendor] });
    const { id } = await order(['Раз', 'Два', 'Три']);
    await vi.waitFor(() => expect(vendor.scripted.attempts).toHaveLength(2), SOON);
    const cancelled = await ask(`/v1/batches/${id}/cancel`, { method: 'POST' });
    expect(await cancelled.json()).toMatchObject({ status: 'cancelled', done: 0 });
    await vi.waitFor(
      () =>
        expect(vendor.scripted.attempts.map(({ outcome }) => outcome)).toEqual(['cancelled', 'cancelled']),
      SOON,
    );
  });

  it('keeps no recording that nobody will hear once it is given up', async () => {
    const recognizer = new ScriptedRecognizer(() => 'слово');
    const hangs = { ...recognizer, name: 'hangs', close: async () => undefined };
    const deaf: RecognitionProvider = {
      ...hangs,
      async *recognize(_audio, _request, signal) {
        await aborted(signal);
        yield* [];
        throw signal.reason;
      },
    };
    await serve({ vendors: [{ name: 'hangs', synthesizer: undefined, recognizer: deaf }] });
    const body = new FormData();
    for (const hz of [300, 400, 500])
      body.append('file', new Blob([encodeWav(tone(hz, 300, 16_000))]), '🦔'.repeat(60));
    const { id } = (await (await ask('/v1/batches', { method: 'POST', body })).json()) as Told;
    const kept = () =>
      readdirSync(join(dir, 'audio'), { recursive: true }).filter((name) => /temp_/.test(String(name)));
    expect(kept().length).toBeGreaterThan(0);
    expect((await ask(`/v1/batches/${id}`, { method: 'DELETE' })).status).toBe(200);
    expect(kept()).toEqual([]);
    expect(await over(id)).toMatchObject({ status: 'cancelled', done: 0 });
  });

  it('tells which piece failed and why, and does the others', async () => {
    const vendor = scriptedVendor('scripted');
    const error = new ParleyError('TTS_UNAUTHORIZED', 'secret');
    vendor.scripted.script = ({ text }) => (text === 'Два' ? { fault: { afterPieces: 0, error } } : {});
    await serve({ vendors: [vendor] });
    const { id } = await order(['Раз', 'Два', 'Три']);
    const { done, failed, results } = await over(id);
    expect([done, failed]).toEqual([3, 1]);
    expect(results[1]).toMatchObject({ status: 'failed', error: { error_code: 'VOICE_CONFIG_ERROR' } });
    expect(JSON.stringify(results)).not.toContain('secret');
  });

  it('is nobody else’s, keeps to the bounds of its key, and needs its right', async () => {
    const keysFile = join(dir, 'keys.json');
    const made = (['tts', 'tts', 'stt'] as const).map((scope) =>
      newKey({ name: scope, scopes: [scope], perMinute: { tts: 2 } }, new Date()),
    );
    await writeKeys(
      keysFile,
      made.map(({ stored }) => stored),
    );
    const [mine = '', other = '', deaf = ''] = made.map(({ key }) => key);
    await serve({ keysFile, isOpen: false });
    expect((await order(['Раз'], deaf)).status).toBe(403);
    const { id } = await order(['Раз', 'Два', 'Три'], mine);
    await vi.waitFor(async () => expect((await told(`/v1/batches/${id}`, mine)).done).toBe(2), SOON);
    expect((await ask(`/v1/batches/${id}`, {}, other)).status).toBe(404);
    expect(await told('/v1/batches', other)).toEqual({ batches: [] });
    const { results } = await told(`/v1/batches/${id}/results`, mine);
    const path = `/v1/files/${results[0]?.result?.file_id}`;
    const statuses = async (method: string) => [
      (await ask(path, { method })).status,
      (await ask(path, { method }, other)).status,
      (await ask(path, { method }, mine)).status,
    ];
    expect(await statuses('GET')).toEqual([401, 404, 200]);
    expect((await ask(`${path}?expires=9999999999&signature=abc`)).status).toBe(401);
    expect(await statuses('DELETE')).toEqual([401, 404, 200]);
    expect((await ask(path, {}, mine)).status).toBe(404);
    expect((await told(`/v1/batches/${id}`, mine)).done).toBe(2);
  });

  it.each([
    ['nothing to be done', [], 400, 'VALIDATION_ERROR'],
    ['more than 1000 pieces', Array.from({ length: 1001 }, () => 'а'), 400, 'VALIDATION_ERROR'],
    ['a text that is too long', ['а'.repeat(4001)], 400, 'TEXT_TOO_LONG'],
  ])('is refused with %s', async (_, texts, status, code) => {
    await serve();
    expect(await order(texts)).toMatchObject({ status, error_code: code });
    expect(await told('/v1/batches')).toEqual({ batches: [] });
  });

  it('is not found by a name that leads elsewhere', async () => {
    await serve();
    for (const id of ['..%2F..%2Fetc', 'batch_000000000_000000000000000000000000', 'x'])
      expect((await ask(`/v1/batches/${id}`)).status).toBe(404);
  });
});

describe('speech on Parley’s own path', () => {
  it('is kept, and has an address', async () => {
    await serve();
    const body = JSON.stringify({ text: 'Да', format: 'wav' });
    const answer = (await (await ask('/v1/speech/tts', { method: 'POST', body })).json()) as {
      audio_url: string;
    };
    expect((await ask(answer.audio_url)).status).toBe(200);
  });

  it('is kept once for whoever asks again, and once more where that file was deleted', async () => {
    await serve();
    const given = async () => {
      const body = JSON.stringify({ text: 'Ещё раз', format: 'wav' });
      const answer = await ask('/v1/speech/tts', { method: 'POST', body });
      const { audio_url: url, cached } = (await answer.json()) as { audio_url: string; cached: boolean };
      return { path: url.split('?')[0] ?? '', cached };
    };
    const first = await given();
    const second = await given();
    expect(second).toEqual({ path: first.path, cached: true });
    expect((await ask(first.path, { method: 'DELETE' })).ok).toBe(true);
    const third = await given();
    expect(third.path).not.toBe(first.path);
    expect((await ask(third.path)).status).toBe(200);
  });

  it('is given also where it cannot be kept, and says so', async () => {
    await serve();
    rmSync(join(dir, 'audio'), { recursive: true });
    const body = JSON.stringify({ text: 'Да', format: 'wav' });
    expect(await (await ask('/v1/speech/tts', { method: 'POST', body })).json()).toMatchObject({
      file_size: 14_444,
      audio_url: null,
      details: { warnings: [{ field: 'audio_url' }] },
    });
  });
});
