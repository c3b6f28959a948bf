/** Asterisk's events come late, all at once, in the middle of a call: nothing is said twice or left out, and the call goes on. */
import { afterEach, expect, it } from 'vitest';
import { silentLog } from '../../src/base/log.ts';
import { NOTHING } from '../../src/lab/local-asterisk/leftovers.ts';
import { startService } from '../../src/main.ts';
import type { Service } from '../../src/main.ts';
import { LevelDetector } from '../../src/telephony/streaming/testing/level-detector.ts';
import { describeRealTelephony } from '../support/describe-telephonies.ts';
import { FIRST, GREETING, SECOND, THIRD } from '../support/failing.ts';
import { startStallingProxy } from '../support/stalling-proxy.ts';
import type { StallingProxy } from '../support/stalling-proxy.ts';
import { listeningTo, startSurroundings } from '../support/world.ts';
import type { Surroundings } from '../support/world.ts';

const REST = 'Это всё.';

/** Shorter than a beat of the event socket's heart, so that the connection is not given up. */
const STALL_MS = 3_500;

describeRealTelephony('events that come late', (kind) => {
  let surroundings: Surroundings;
  let proxy: StallingProxy | undefined;
  let service: Service | undefined;

  afterEach(async () => {
    proxy?.flow();
    await service?.stop();
    await proxy?.stop();
    await surroundings.stop();
  });

  it.each(['file', 'stream'])('spoil neither the answer nor the next, in %s mode', async (mode) => {
    const reply = [
      ['части', [FIRST, SECOND, THIRD].join('|')],
      ['ещё', REST],
    ] as const;
    const bots = { default: { silence: { afterMs: 60_000 } } };
    surroundings = await startSurroundings({ kind, reply, bots, env: { MEDIA_MODE: mode } });
    const { telephony, settings, speech } = surroundings;
    const listening = listeningTo(speech);
    proxy = await startStallingProxy(telephony.ari.url);
    service = await startService({ ...settings, ari: { ...settings.ari, url: proxy.url } }, silentLog, {
      speechDetector: (rateHz) => new LevelDetector(rateHz),
    });
    await service.prepared;
    const call = await telephony.phone.dial('100');
    await listening.untilHeard(call, GREETING);
    await call.say(speech.callerTone('назови части'));
    await listening.untilStarted(call, FIRST);
    proxy.stall(/^GET \/ari\/events/);
    await new Promise((resolve) => setTimeout(resolve, STALL_MS));
    proxy.flow();
    await listening.untilHeard(call, THIRD);
    await call.say(speech.callerTone('что ещё'));
    await listening.untilHeard(call, REST);
    await call.hangup();
    expect(listening.told(call)).toEqual([GREETING, FIRST, SECOND, THIRD, REST]);
    expect(await telephony.leftovers()).toEqual(NOTHING);
  });
});
