import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { readSettings } from '../../config/settings.ts';
import type { Environment } from '../../config/settings.ts';
import { startStandIns } from './stand-ins.ts';
import type { StandIns } from './stand-ins.ts';

describe('what stands in when somebody tries a bot', () => {
  let standIns: StandIns;
  afterEach(() => standIns.stop());

  async function settingsWith(env: Environment) {
    standIns = await startStandIns(env, 0);
    return readSettings(standIns.environment);
  }

  it('is everything, where there are no keys', async () => {
    const settings = await settingsWith({ HTTP_TOKEN: 'x', ARI_URL: 'http://pbx:8088', RECORD_CALLS: 'all' });
    expect(standIns).toMatchObject({ speech: 'stand-in', chat: 'stand-in' });
    for (const url of [settings.ari.url, settings.openai.baseUrl, settings.yandex.sttHttpUrl])
      expect(url).toMatch(/^http:\/\/127\.0\.0\.1:/);
    expect(settings.record.policy.kind).toBe('off');
    expect(settings.http).toMatchObject({ host: '127.0.0.1', token: undefined });
  });

  it('is no model, where there is a key for one', async () => {
    const { openai, yandex } = await settingsWith({ OPENAI_API_KEY: 'sk-mine', OPENAI_MODEL: 'mine' });
    expect(standIns.chat).toBe('real');
    expect(openai).toMatchObject({ apiKey: 'sk-mine', baseUrl: 'https://api.openai.com/v1', model: 'mine' });
    expect(yandex.sttHttpUrl).toMatch(/^http:\/\/127\.0\.0\.1:/);
  });

  it('is no model, where there is a server of one’s own that asks for no key', async () => {
    const { openai } = await settingsWith({ OPENAI_BASE_URL: 'http://127.0.0.1:11434/v1' });
    expect(openai).toMatchObject({ apiKey: 'none', baseUrl: 'http://127.0.0.1:11434/v1' });
  });

  it('is no model, where the key is in a file', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'parley-key-')), 'key');
    writeFileSync(file, 'sk-filed\n');
    expect((await settingsWith({ OPENAI_API_KEY_FILE: file })).openai.apiKey).toBe('sk-filed');
  });

  it('is no speech, where there is a key for it', async () => {
    const { openai, yandex } = await settingsWith({ YANDEX_API_KEY: 'mine', YANDEX_FOLDER_ID: 'folder' });
    expect(standIns).toMatchObject({ speech: 'real', chat: 'stand-in' });
    expect(yandex).toMatchObject({
      credentials: { apiKey: 'mine' },
      sttGrpcUrl: 'grpcs://stt.api.cloud.yandex.net:443',
    });
    expect(openai.baseUrl).toMatch(/^http:\/\/127\.0\.0\.1:/);
  });
});
