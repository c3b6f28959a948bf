/** Asterisk makes media channels but lets nobody connect to them: a caller who cannot be heard is not kept waiting in silence. */
import { expect, it } from 'vitest';
import { describeCalls } from '../support/describe-calls.ts';
import { until } from '../support/until.ts';

/** Far less than a caller would wait; the media socket's own patience is 2 s. */
const OVER_WITHIN_MS = 5000;

describeCalls(
  'a call without a media socket',
  { reply: () => 'Хорошо.', modes: ['stream'], kinds: ['simulator'] },
  (suite) => {
    it('is hung up where there is no fallback, and the next one is served', async () => {
      const { world } = suite;
      const { simulator } = world.telephony;
      if (!simulator) throw new Error('only the stand-in refuses media sockets');
      simulator.faults.refuseMediaSockets = true;
      const dialling = world.telephony.phone.dial('100', { answerWithinMs: OVER_WITHIN_MS });
      await expect(dialling).rejects.toThrow(/hung up/);
      await until('the call is over', () => world.service.activeCalls === 0, 1000);
      simulator.faults.refuseMediaSockets = false;
      const call = await world.dial('100');
      await world.untilHeard(call, 'Добрый день!');
    });
  },
);
