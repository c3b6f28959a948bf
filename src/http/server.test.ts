import { Registry } from 'prom-client';
import { afterEach, expect, it } from 'vitest';
import type { LogFields } from '../base/log.ts';
import { silentLog } from '../base/log.ts';
import { ManualClock } from '../base/manual-clock.ts';
import { FREE } from '../ops/testing/free.ts';
import { startHttp } from './server.ts';
import type { HttpServer } from './server.ts';
import { operated } from './testing/operated.ts';

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of opened.splice(0)) await each.close();
});

async function listening(port: number): Promise<{ http: HttpServer; told: readonly LogFields[] }> {
  const { app, operator } = await operated();
  opened.push(app);
  const told: LogFields[] = [];
  const http = await startHttp(
    { host: '127.0.0.1', port },
    {
      clock: new ManualClock(),
      log: { ...silentLog, info: (fields) => void told.push(fields) },
      version: '1.2.3',
      token: undefined,
      transcripts: 'own',
      prices: FREE,
      notReady: () => [],
      telephones: () => ({}),
      metrics: new Registry(),
      operator,
      history: undefined,
      fleet: {
        isFleet: false,
        degraded: [],
        look: async () => ({ daemons: [], calls: [] }),
        drain: async () => undefined,
      },
      results: { waiting: [], retry: async () => undefined },
      texts: {
        exchange: () => {
          throw new Error('nobody writes');
        },
      },
    },
  );
  opened.push(http);
  return { http, told };
}

it('tells in the log where it listens, which HTTP_PORT=0 leaves open', async () => {
  const { http, told } = await listening(0);
  expect(http.url).toMatch(/^http:\/\/127\.0\.0\.1:[1-9]\d*$/);
  expect(told).toContainEqual({ event: 'http.listening', url: http.url });
});

it('names the setting when its port is taken', async () => {
  const { http } = await listening(0);
  await expect(listening(Number(new URL(http.url).port))).rejects.toMatchObject({
    code: 'HTTP_ADDRESS_UNUSABLE',
    detail: expect.stringContaining('HTTP_PORT') as string,
  });
});
