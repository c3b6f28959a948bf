/** Whoever only asks whether a file is there, and how large, is told so without it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { DirectoryStorage } from '../storage/directory-storage.ts';
import type { SpeechApi } from './server.ts';
import { scriptedVendor, serveSpeech } from './testing/served.ts';

let dir: string;
let storage: DirectoryStorage;
let api: SpeechApi;

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'parley-heads-'));
  storage = await DirectoryStorage.open({ dir });
  api = await serveSpeech({ vendors: [scriptedVendor('scripted')], storage });
});
afterEach(async () => {
  await api.close();
  await storage.close();
  rmSync(dir, { recursive: true });
});

/** What is told beside the content; without what is of the connection, or of one answer. */
async function head(path: string, method: 'GET' | 'HEAD') {
  const answer = await fetch(`${api.url}${path}`, { method });
  const headers = Object.fromEntries(answer.headers);
  for (const name of ['date', 'x-request-id', 'connection', 'keep-alive']) delete headers[name];
  return { status: answer.status, headers, bytes: (await answer.arrayBuffer()).byteLength };
}

it('the head of a file is that of the whole, of which nothing is read', async () => {
  const spoken = await fetch(`${api.url}/v1/speech/tts`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ text: 'Да', format: 'pcm' }),
  });
  const { audio_url: url } = (await spoken.json()) as { audio_url: string };
  const whole = await head(url, 'GET');
  expect([whole.status, whole.headers['content-length']]).toEqual([200, String(whole.bytes)]);
  const read = vi.spyOn(storage, 'read');
  expect(await head(url, 'HEAD')).toEqual({ ...whole, bytes: 0 });
  expect(read).not.toHaveBeenCalled();
});

it('the head of one that is not there is that of the refusal', async () => {
  const whole = await head('/v1/files/none', 'GET');
  expect(whole.status).toBe(404);
  expect(await head('/v1/files/none', 'HEAD')).toEqual({ ...whole, bytes: 0 });
});
