/** Asterisk dies in a call and Parley is gone before it is back: what neither could delete, the next start of Parley does. */
import { expect, it } from 'vitest';
import { NOTHING } from '../../src/lab/local-asterisk/leftovers.ts';
import { silentLog } from '../../src/base/log.ts';
import { startService } from '../../src/main.ts';
import { describeTelephonies } from '../support/describe-telephonies.ts';
import { tonesSoFar } from '../support/tones-so-far.ts';
import { until } from '../support/until.ts';
import { startSurroundings } from '../support/world.ts';

describeTelephonies('after a crash of both', (kind) => {
  it('nothing is left once Parley has started again', async () => {
    const surroundings = await startSurroundings({ kind, reply: () => 'Хорошо.' });
    const { telephony, settings } = surroundings;
    try {
      const first = await startService(settings, silentLog);
      const call = await telephony.phone.dial('100');
      await until('the greeting is heard', () => tonesSoFar(call).length > 0);
      await telephony.kill();
      await call.ended;
      await first.stop();
      await telephony.restart();
      // A real Asterisk keeps what it was recording when it died; the stand-in only what it had finished.
      if (kind === 'asterisk') expect((await telephony.leftovers()).recordings).toHaveLength(1);
      const second = await startService(settings, silentLog);
      expect(await telephony.leftovers()).toEqual(NOTHING);
      await second.stop();
    } finally {
      await surroundings.stop();
    }
  });
});
