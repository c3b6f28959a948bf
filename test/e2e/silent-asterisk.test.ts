/** Asterisk is there but says nothing any more: Parley knows it soon, and is back as soon as Asterisk speaks again. */
import { expect, it } from 'vitest';
import type { TestContext } from 'vitest';
import { NOTHING } from '../../src/lab/local-asterisk/leftovers.ts';
import type { Service } from '../../src/main.ts';
import { describeRealTelephony } from '../support/describe-telephonies.ts';
import { serveBehindProxyFor } from '../support/served-behind-proxy.ts';
import { until } from '../support/until.ts';
import type { WorldOptions } from '../support/world.ts';

const GREETING = 'Добрый день!';
const ANSWER = 'С девяти до шести.';

const KNOWN_WITHIN_MS = 10_000;
const BACK_WITHIN_MS = 3_000;

describeRealTelephony('an Asterisk that falls silent', (kind) => {
  const start = (context: TestContext, options: Omit<WorldOptions, 'kind'>) =>
    serveBehindProxyFor(context, { kind, ...options });

  async function isReady({ httpUrl }: Service): Promise<boolean> {
    const answer = await fetch(`${httpUrl}/readyz`, { headers: { connection: 'close' } });
    await answer.arrayBuffer();
    return answer.ok;
  }

  it.concurrent(
    'is known within 10 s, and served again within 3 s of its return, with the call that was live',
    async (context) => {
      const bots = { default: { silence: { afterMs: 60_000 } } };
      const { telephony, speech, proxy, service, listening } = await start(context, {
        bots,
        reply: () => ANSWER,
      });
      const call = await telephony.phone.dial('100');
      await listening.untilHeard(call, GREETING);
      expect(await isReady(service)).toBe(true);

      proxy.stall();
      await until('readiness is false', async () => !(await isReady(service)), KNOWN_WITHIN_MS);
      proxy.flow();
      await until('Parley is back', () => isReady(service), BACK_WITHIN_MS);

      await call.say(speech.callerTone('когда вы работаете'));
      await listening.untilHeard(call, ANSWER);
      await call.hangup();
      expect(listening.told(call)).toEqual([GREETING, ANSWER]);
      expect(await telephony.leftovers()).toEqual(NOTHING);
    },
  );

  it.concurrent('loses no caller who came in the meantime', async (context) => {
    const { telephony, speech, proxy, service, listening } = await start(context, { reply: () => ANSWER });

    proxy.stall();
    // Asterisk lets this one in, and tells a connection that nobody reads.
    const dialling = telephony.phone.dial('100', { answerWithinMs: 30_000 });
    await until('readiness is false', async () => !(await isReady(service)), KNOWN_WITHIN_MS);
    proxy.flow();
    const call = await dialling;
    await listening.untilHeard(call, GREETING);
    await call.say(speech.callerTone('когда вы работаете'));
    await listening.untilHeard(call, ANSWER);
    await call.hangup();
    expect(await telephony.leftovers()).toEqual(NOTHING);
  });
});
