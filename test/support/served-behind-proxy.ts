/** The service among its surroundings, behind a connection to Asterisk that can fall silent. */
import type { TestContext } from 'vitest';
import { silentLog } from '../../src/base/log.ts';
import { startService } from '../../src/main.ts';
import { startStallingProxy } from './stalling-proxy.ts';
import { listeningTo, startSurroundings } from './world.ts';
import type { WorldOptions } from './world.ts';

/** For one test, and until its end: with one of its own each, tests that mostly wait can do so side by side. `hooks`: as startService takes them. */
export async function serveBehindProxyFor(
  { onTestFinished }: TestContext,
  options: WorldOptions,
  hooks?: Parameters<typeof startService>[2],
) {
  const surroundings = await startSurroundings(options);
  onTestFinished(() => surroundings.stop());
  const { telephony, settings, speech } = surroundings;
  const proxy = await startStallingProxy(telephony.ari.url);
  onTestFinished(() => proxy.stop());
  const ari = { ...settings.ari, url: proxy.url };
  const service = await startService({ ...settings, ari }, silentLog, hooks);
  onTestFinished(async () => {
    proxy.flow();
    await service.stop();
  });
  await service.prepared;
  return { telephony, speech, proxy, service, listening: listeningTo(speech) };
}
