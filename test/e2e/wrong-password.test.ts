/** The service starts before its Asterisk, or with a password that Asterisk does not know. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { Settings } from '../../src/config/settings.ts';
import { silentLog } from '../../src/base/log.ts';
import { startService } from '../../src/main.ts';
import { freeTcpPort } from '../../src/base/free-ports.ts';
import { describeTelephonies } from '../support/describe-telephonies.ts';
import { resourcesBeyond, resourcesNow, type Resources } from '../support/resources.ts';
import { tonesSoFar } from '../support/tones-so-far.ts';
import { until } from '../support/until.ts';
import { startSurroundings } from '../support/world.ts';
import type { Surroundings } from '../support/world.ts';

/** A wrong password is told at once; the rest is for a busy machine. */
const PROMPTLY_MS = 20_000;

describeTelephonies('a service that starts', (kind) => {
  let surroundings: Surroundings;
  let settings: Settings;
  let before: Resources;

  beforeEach(async () => {
    surroundings = await startSurroundings({ kind, reply: () => 'Хорошо.' });
    settings = {
      ...surroundings.settings,
      http: { ...surroundings.settings.http, port: await freeTcpPort() },
    };
    before = resourcesNow();
  });
  afterEach(() => surroundings.stop());

  const nothingIsLeft = () => until('nothing is left', () => resourcesBeyond(before).length === 0);

  it('with a wrong password says so at once, and leaves nothing behind', async () => {
    const wrong = { ...settings, ari: { ...settings.ari, password: 'wrong' } };
    const startedAtMs = performance.now();
    await expect(startService(wrong, silentLog)).rejects.toMatchObject({ code: 'ARI_REFUSED' });
    expect(performance.now() - startedAtMs).toBeLessThan(PROMPTLY_MS);
    await nothingIsLeft();
  });

  it('before Asterisk says that it is not ready, answers pages, and calls once Asterisk is there', async () => {
    const { telephony, speech } = surroundings;
    await telephony.kill();
    const events: unknown[] = [];
    const log = { ...silentLog, warn: ({ event }: { event?: unknown }) => void events.push(event) };
    const starting = startService(settings, log);
    await until('a first attempt has failed', () => events.includes('ari_not_up'));
    expect(await readyz(settings)).toBe(503);
    expect(await pageIsGreeted(settings)).toBe(true);
    await telephony.restart();
    const service = await starting;
    expect(await readyz(settings)).toBe(200);
    const call = await telephony.phone.dial('100');
    const heard = () => tonesSoFar(call).map(({ hz }) => speech.textOf(hz));
    await until('the greeting is heard', () => heard().includes('Добрый день!'));
    await call.hangup();
    await service.stop();
  });

  it('can be told to stop while it waits for Asterisk, and leaves nothing behind', async () => {
    await surroundings.telephony.kill();
    before = resourcesNow();
    const stopping = new AbortController();
    const starting = startService(settings, silentLog, { signal: stopping.signal });
    await until('it waits', async () => (await readyz(settings).catch(() => 0)) === 503);
    stopping.abort(new Error('told to stop'));
    await expect(starting).rejects.toThrow('told to stop');
    await nothingIsLeft();
  });
});

async function readyz({ http }: Settings): Promise<number> {
  const headers = { connection: 'close' };
  const answer = await fetch(`http://${http.host}:${http.port}/readyz`, { headers });
  await answer.arrayBuffer();
  return answer.status;
}

/** Calls the bot as the dashboard does, and waits until it hears something. */
async function pageIsGreeted({ http }: Settings): Promise<boolean> {
  const origin = `http://${http.host}:${http.port}`;
  const page = new WebSocket(`${origin.replace('http', 'ws')}/api/phone`, ['parley.phone'], { origin });
  const heard = await new Promise<boolean>((resolve) => {
    page.on('message', (_data, isBinary) => isBinary && resolve(true));
    page.once('close', () => resolve(false));
    page.once('error', () => resolve(false));
  });
  page.close();
  await new Promise((resolve) => page.once('close', resolve));
  return heard;
}
