/** Asterisk is there but says nothing any more: Parley knows it soon, and is back as soon as Asterisk speaks again. */
import { afterEach, expect, it } from 'vitest';
import { silentLog } from '../../src/base/log.ts';
import { NOTHING } from '../../src/lab/local-asterisk/leftovers.ts';
import { startService } from '../../src/main.ts';
import type { Service } from '../../src/main.ts';
import { describeRealTelephony } from '../support/describe-telephonies.ts';
import { startStallingProxy } from '../support/stalling-proxy.ts';
import type { StallingProxy } from '../support/stalling-proxy.ts';
import { until } from '../support/until.ts';
import { listeningTo, startSurroundings } from '../support/world.ts';
import type { Surroundings } from '../support/world.ts';

const GREETING = 'Добрый день!';
const ANSWER = 'С девяти до шести.';

const KNOWN_WITHIN_MS = 10_000;
const BACK_WITHIN_MS = 3_000;

describeRealTelephony('an Asterisk that falls silent', (kind) => {
  let surroundings: Surroundings;
  let proxy: StallingProxy | undefined;
  let service: Service | undefined;

  afterEach(async () => {
    proxy?.flow();
    await service?.stop();
    await proxy?.stop();
    await surroundings.stop();
  });

  async function isReady(): Promise<boolean> {
    const answer = await fetch(`${service?.httpUrl}/readyz`, { headers: { connection: 'close' } });
    await answer.arrayBuffer();
    return answer.ok;
  }

  it('is known within 10 s, and served again within 3 s of its return, with the call that was live', async () => {
    const bots = { default: { silence: { afterMs: 60_000 } } };
    surroundings = await startSurroundings({ kind, bots, reply: () => ANSWER });
    const { telephony, settings, speech } = surroundings;
    const listening = listeningTo(speech);
    proxy = await startStallingProxy(telephony.ari.url);
    service = await startService({ ...settings, ari: { ...settings.ari, url: proxy.url } }, silentLog);
    const call = await telephony.phone.dial('100');
    await listening.untilHeard(call, GREETING);
    expect(await isReady()).toBe(true);

    proxy.stall();
    await until('readiness is false', async () => !(await isReady()), KNOWN_WITHIN_MS);
    proxy.flow();
    await until('Parley is back', isReady, BACK_WITHIN_MS);

    await call.say(speech.callerTone('когда вы работаете'));
    await listening.untilHeard(call, ANSWER);
    await call.hangup();
    expect(listening.told(call)).toEqual([GREETING, ANSWER]);
    expect(await telephony.leftovers()).toEqual(NOTHING);
  });

  it('loses no caller who came in the meantime', async () => {
    surroundings = await startSurroundings({ kind, reply: () => ANSWER });
    const { telephony, settings, speech } = surroundings;
    const listening = listeningTo(speech);
    proxy = await startStallingProxy(telephony.ari.url);
    service = await startService({ ...settings, ari: { ...settings.ari, url: proxy.url } }, silentLog);

    proxy.stall();
    // Asterisk lets this one in, and tells a connection that nobody reads.
    const dialling = telephony.phone.dial('100', { answerWithinMs: 30_000 });
    await until('readiness is false', async () => !(await isReady()), KNOWN_WITHIN_MS);
    proxy.flow();
    const call = await dialling;
    await listening.untilHeard(call, GREETING);
    await call.say(speech.callerTone('когда вы работаете'));
    await listening.untilHeard(call, ANSWER);
    await call.hangup();
    expect(await telephony.leftovers()).toEqual(NOTHING);
  });
});
