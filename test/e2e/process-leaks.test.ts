/** A service that has stopped leaves its process as it found it: whoever embeds Parley can start and stop it as often as they like. */
import { afterEach, expect, it } from 'vitest';
import { silentLog } from '../../src/base/log.ts';
import { startService } from '../../src/main.ts';
import { describeTelephonies } from '../support/describe-telephonies.ts';
import { resourcesBeyond, resourcesNow } from '../support/resources.ts';
import { tonesSoFar } from '../support/tones-so-far.ts';
import { until } from '../support/until.ts';
import { startSurroundings } from '../support/world.ts';
import type { Surroundings } from '../support/world.ts';

describeTelephonies('a service that has stopped', (kind) => {
  let surroundings: Surroundings | undefined;

  afterEach(async () => {
    await surroundings?.stop();
    surroundings = undefined;
  });

  it.each([
    ['between two calls', 'hangup'],
    ['in a call', 'stay'],
  ])('%s leaves no timer, socket or file open', async (_when, then) => {
    surroundings = await startSurroundings({ kind, reply: () => 'Раз, два, три.' });
    const { settings, telephony, speech } = surroundings;
    const before = resourcesNow();
    const service = await startService(settings, silentLog);
    const call = await telephony.phone.dial('100');
    const heard = () => tonesSoFar(call).map(({ hz }) => speech.textOf(hz));
    await until('the greeting is heard', () => heard().includes('Добрый день!'));
    await call.say(speech.callerTone('считайте'));
    await until('the answer is heard', () => heard().includes('Раз, два, три.'));
    if (then === 'hangup') await call.hangup();
    await service.stop();
    await call.ended;
    if (then === 'stay') expect(heard().at(-1)).toBe('Всего доброго.');
    await until('nothing is left', () => resourcesBeyond(before).length === 0, 5000).catch(() => undefined);
    expect(resourcesBeyond(before)).toEqual([]);
  });
});
