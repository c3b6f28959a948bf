import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ParleyError } from '../base/errors.ts';
import { readSettings } from '../config/settings.ts';
import { operated } from '../http/testing/operated.ts';
import type { Operated } from '../http/testing/operated.ts';
import type { WaitingResult } from '../results/outbox-entry.ts';
import { resultsCommand } from './results.ts';

const TOKEN = 'a-token-of-the-house';

function dead(key: string): WaitingResult {
  const times = { endedEpochMs: 0, nextEpochMs: 0 };
  return { key, call: key, bot: 'shop', state: 'dead', attempts: 12, reason: 'HTTP 410', ...times };
}

describe('parley results', () => {
  let http: Operated;
  let port: number;
  let printed: string[];
  let retried: string[];

  beforeEach(async () => {
    [printed, retried] = [[], []];
    vi.spyOn(console, 'log').mockImplementation((line: string) => void printed.push(line));
    http = await operated({
      token: TOKEN,
      results: {
        waiting: [dead('one'), { ...dead('two'), state: 'waiting' }],
        retry: async (key) => {
          if (key === 'three') throw new ParleyError('RESULT_UNKNOWN', 'There is no such result on its way.');
          retried.push(key);
        },
      },
    });
    port = Number(new URL(await http.app.listen({ host: '127.0.0.1', port: 0 })).port);
  });
  afterEach(async () => {
    vi.restoreAllMocks();
    await http.app.close();
  });

  function parley(words: string, env: Readonly<Record<string, string>> = {}): Promise<unknown> {
    const ari = { ARI_USERNAME: 'u', ARI_PASSWORD: 'p' };
    const required = { ...ari, YANDEX_API_KEY: 'k', YANDEX_FOLDER_ID: 'f', OPENAI_API_KEY: 'k' };
    const settings = readSettings({
      ...required,
      HTTP_HOST: '0.0.0.0',
      HTTP_PORT: String(port),
      HTTP_TOKEN: TOKEN,
      ...env,
    });
    return resultsCommand(() => settings).parseAsync(words.split(' '), { from: 'user' });
  }

  it('lists what nobody has taken, and why', async () => {
    await parley('list');
    expect(printed[0]).toMatch(/one.*dead.*HTTP 410/);
    expect(printed[0]).toMatch(/two.*waiting/);
    await parley('list --state making');
    expect(printed[1]).toBe('None: every result was taken.');
  });

  it('offers one again, or all that are dead', async () => {
    await parley('retry two');
    await parley('retry --dead');
    expect(retried).toEqual(['two', 'one']);
    await expect(parley('retry three')).rejects.toMatchObject({ code: 'RESULT_UNKNOWN' });
  });

  it('says so where the service does not want it, or is not there', async () => {
    await expect(parley('list --state lost')).rejects.toMatchObject({ code: 'HTTP_INVALID' });
    await expect(parley('list', { HTTP_TOKEN: 'another-token-of-no-house' })).rejects.toMatchObject({
      code: 'HTTP_UNAUTHORIZED',
    });
    await http.app.close();
    await expect(parley('list')).rejects.toMatchObject({ code: 'RESULTS_UNREACHABLE' });
  });
});
