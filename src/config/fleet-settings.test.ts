import { expect, it } from 'vitest';
import { readSettings } from './settings.ts';
import { isDaemonName } from './setting-kinds.ts';

const CALLS = {
  ...{ ARI_USERNAME: 'u', ARI_PASSWORD: 'p', YANDEX_API_KEY: 'k', YANDEX_FOLDER_ID: 'f' },
  OPENAI_API_KEY: 'k',
};
const REDIS_URL = 'redis://redis:6379';

it('a daemon with a Redis and no name stays alone: the speech API has one as well', () => {
  expect(readSettings({ ...CALLS, REDIS_URL })).toMatchObject({ fleet: undefined, ari: { app: 'voicebot' } });
});

it('a daemon with a name has an application of its own, and is of the fleet that ARI_APP names', () => {
  const { ari, fleet } = readSettings({ ...CALLS, REDIS_URL, INSTANCE_ID: 'parley-1', ARI_APP: 'shop' });
  expect(ari.app).toBe('shop-parley-1');
  expect(fleet).toEqual({
    ...{ instance: 'parley-1', name: 'shop', redisUrl: REDIS_URL, maxCalls: undefined },
    cacheTtlMs: 86_400_000,
  });
});

it('takes the name of its machine where that is wanted, as far as it can be one', () => {
  const { fleet } = readSettings({ ...CALLS, REDIS_URL, INSTANCE_ID: 'host' });
  expect(fleet?.instance).toMatch(/^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$/);
});

it('tells who has a name and no memory what is missing, and which names there are', () => {
  expect(() => readSettings({ ...CALLS, INSTANCE_ID: 'one' })).toThrow(/REDIS_URL: is missing; expected/);
  for (const wrong of ['Shop', 'a,b', '-a', 'a_b'])
    expect(() => readSettings({ ...CALLS, REDIS_URL, INSTANCE_ID: wrong })).toThrow(/INSTANCE_ID/);
});

it.each(['..', 'a/b', '', 'Parley', '-a', 'a'.repeat(41)])('no daemon is called «%s»', (name) => {
  expect(isDaemonName(name)).toBe(false);
});
