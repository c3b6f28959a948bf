/** One call more than can be served: it is sent on before anybody has answered, and the others do not notice. */
import { expect, it } from 'vitest';
import { describeCalls } from '../support/describe-calls.ts';
import { wentToFallback } from '../support/fallback.ts';
import { until } from '../support/until.ts';

const GREETING = 'Добрый день!';
const ANSWER = 'С девяти до шести.';

/** Between two attempts there are 4 s at most by then, and a busy machine's; who gives up comes to no end, ms. */
const SOON_MS = 6000;

/** The place reads the variable. */
describeCalls(
  'the second caller with MAX_CALLS=1',
  { reply: () => ANSWER, env: { MAX_CALLS: '1', DIALPLAN_FALLBACK: 'refused,s,1' }, kinds: ['asterisk'] },
  (suite) => {
    it('hears the fallback, the first is served, and so is the next when the first has hung up', async () => {
      const { world } = suite;
      const first = await world.dial('100');
      await world.untilHeard(first, GREETING);
      expect(world.service.refusal).toBe('too-many-calls');

      const second = await world.dial('100');
      expect(await second.ended).toMatchObject({ by: 'them' });
      expect(wentToFallback(second)).toBe(true);
      expect(world.told(second)).toEqual([]);
      const refused = world.log.filter(({ event }) => event === 'call.refused');
      expect(refused).toMatchObject([{ reason: 'too-many-calls' }]);

      await first.say(world.speech.callerTone('когда вы работаете'));
      await world.untilHeard(first, ANSWER);
      await first.hangup();
      expect(world.told(first)).toEqual([GREETING, ANSWER]);
      await until('there is room', () => world.service.refusal === undefined);
      const third = await world.dial('100');
      await world.untilHeard(third, GREETING);
    });
  },
);

describeCalls(
  'a caller who is refused while Asterisk cannot be asked for anything',
  { reply: () => ANSWER, env: { MAX_CALLS: '1', DIALPLAN_FALLBACK: 'fallback,s,1' }, kinds: ['simulator'] },
  (suite) => {
    it('is hung up as soon as it can, and does not stay in silence', async () => {
      const { world } = suite;
      const first = await world.dial('100');
      await world.untilHeard(first, GREETING);
      const faults = world.telephony.simulator?.faults;
      if (!faults) throw new Error('only the stand-in can be made to fail');
      faults.rest = { kind: 'reset', only: /continue|^DELETE .*channels/ };
      const second = world.dial('100').catch((error: unknown) => error);
      await until('the transfer has failed', () => world.log.some(({ event }) => event === 'call.sendOn'));
      // The first attempts to hang up fail as well.
      await new Promise((resolve) => setTimeout(resolve, 300));
      const healedAtMs = performance.now();
      faults.rest = undefined;
      expect(await second).toMatchObject({ code: 'DIAL_FAILED' });
      expect(performance.now() - healedAtMs).toBeLessThan(SOON_MS);
      expect(world.log.filter(({ event }) => event === 'ari_down')).toEqual([]);
    });
  },
);
