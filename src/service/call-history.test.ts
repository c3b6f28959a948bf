import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { silentLog } from '../base/log.ts';
import { ManualClock } from '../base/manual-clock.ts';
import { readSettings } from '../config/settings.ts';
import { CallLog } from '../ops/call-log.ts';
import { createMetrics } from '../ops/metrics.ts';
import { Timeline } from '../timeline/timeline.ts';
import { openHistory } from './call-history.ts';

/** A thread begins, on a machine that has much else to do. */
const WITHIN_MS = 60_000;

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'parley-history-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

async function opened(env: Readonly<Record<string, string>>) {
  const clock = new ManualClock();
  const calls = new CallLog({ clock, epochMs: () => Date.now() });
  const metrics = createMetrics();
  const ari = { ARI_USERNAME: 'u', ARI_PASSWORD: 'p' };
  const required = { ...ari, YANDEX_API_KEY: 'k', YANDEX_FOLDER_ID: 'f', OPENAI_API_KEY: 'k' };
  const settings = readSettings({ ...required, DATA_DIR: dir, ...env });
  const history = await openHistory({ settings, calls, metrics, log: silentLog });
  const end = (id: string, number: string) => {
    const timeline = new Timeline(clock);
    const party = { direction: 'inbound', number, name: 'Ann', dialled: '100', bot: undefined } as const;
    calls.follow({ timeline, line: { id, party }, profile: { name: 'default' } });
    timeline.mark('recognition.done', { text: 'my card is 4000' });
    timeline.mark('call.ended', { cause: 'caller' });
  };
  return { history, metrics, end };
}

it(
  'keeps calls that end, but not those of the canary, and nothing that may not be seen',
  { timeout: WITHIN_MS },
  async () => {
    const { history, metrics, end } = await opened({});
    end('one', '+79161234512');
    end('two', 'canary');
    end('three', '');
    await history?.close();
    const { history: again } = await opened({ LOG_TRANSCRIPTS: 'true' });
    const found = await again?.history.search({ limit: 10, numbersMasked: false });
    expect(found?.calls.map(({ call, number }) => [call, number])).toEqual([
      ['three', ''],
      ['one', '+7 *** **12'],
    ]);
    expect(JSON.stringify(await again?.history.find(found?.calls[1]?.key ?? ''))).not.toMatch(/4000|9161/);
    await again?.close();
    expect(await metrics.registry.metrics()).toContain('parley_history_total{outcome="kept"} 2');
  },
);

it('keeps none where none is wanted, and lets go of those that were kept before', async () => {
  const file = join(dir, 'history.sqlite');
  await writeFile(file, 'earlier calls');
  const { history } = await opened({ HISTORY_KEEP_DAYS: '0' });
  expect(history).toBeUndefined();
  await expect(stat(file)).rejects.toMatchObject({ code: 'ENOENT' });
});
