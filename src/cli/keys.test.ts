import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { serveSpeech } from '../speech-api/testing/served.ts';
import { keysCommand } from './keys.ts';

describe('parley keys', () => {
  let dir: string;
  let printed: string[];
  beforeEach(() => {
    printed = [];
    dir = mkdtempSync(join(tmpdir(), 'parley-keys-'));
    vi.spyOn(console, 'log').mockImplementation((line: string) => void printed.push(line));
    vi.spyOn(process.stderr, 'write').mockImplementation(() => true);
  });
  afterEach(() => {
    vi.restoreAllMocks();
    rmSync(dir, { recursive: true });
  });

  const keysFile = () => join(dir, 'keys.json');
  const run = (...args: string[]) => {
    const command = keysCommand({ SPEECH_API_KEYS_FILE: keysFile() });
    for (const each of [command, ...command.commands]) each.exitOverride();
    return command.parseAsync(args, { from: 'user' });
  };

  it('makes a key that opens the service for what it is for, as often as it says', async () => {
    await run('add', 'shop', '--scopes', 'tts', '--tts-per-minute', '1');
    const api = await serveSpeech({ keysFile: keysFile() });
    const headers = { authorization: `Bearer ${printed[0]}`, 'content-type': 'application/json' };
    const speak = () =>
      fetch(`${api.url}/v1/audio/speech`, { method: 'POST', headers, body: '{"input":"Да"}' });
    const hear = fetch(`${api.url}/v1/audio/transcriptions`, { method: 'POST', headers, body: '{}' });
    expect((await speak()).status).toBe(200);
    expect((await speak()).status).toBe(429);
    expect((await hear).status).toBe(403);
    await api.close();
  });

  it('lists who has one, without the keys, and takes one away', async () => {
    await run('list');
    await run('add', 'shop');
    await run('list');
    const [none, key = '', table = ''] = printed;
    expect(none).toBe('None.');
    expect(table).toContain('shop');
    const [, id = '', secret = ''] = /^parley_([0-9a-f]+)_(.+)$/.exec(key) ?? [];
    expect(table).not.toContain(secret);
    await run('remove', id);
    await run('list');
    expect(printed.at(-1)).toBe('None.');
    await expect(run('remove', id)).rejects.toMatchObject({ code: 'RESOURCE_NOT_FOUND' });
  });

  it('refuses a right that there is not, and a bound that is none', async () => {
    await expect(run('add', 'shop', '--scopes', 'everything')).rejects.toMatchObject({ exitCode: 1 });
    await expect(run('add', 'shop', '--tts-per-minute', '0')).rejects.toMatchObject({ exitCode: 1 });
  });
});
