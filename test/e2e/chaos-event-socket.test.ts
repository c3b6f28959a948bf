/** Asterisk's events come late, all at once, in the middle of a call: nothing is said twice or left out, and the call goes on. */
import { expect, it } from 'vitest';
import type { TestContext } from 'vitest';
import { NOTHING } from '../../src/lab/local-asterisk/leftovers.ts';
import { LevelDetector } from '../../src/telephony/streaming/testing/level-detector.ts';
import { describeRealTelephony } from '../support/describe-telephonies.ts';
import { FIRST, GREETING, SECOND, THIRD } from '../support/failing.ts';
import { serveBehindProxyFor } from '../support/served-behind-proxy.ts';
import type { WorldOptions } from '../support/world.ts';

const REST = 'Это всё.';

/** Shorter than a beat of the event socket's heart, so that the connection is not given up. */
const STALL_MS = 3_500;

describeRealTelephony('events that come late', (kind) => {
  const start = (context: TestContext, options: Omit<WorldOptions, 'kind'>) =>
    serveBehindProxyFor(
      context,
      { kind, ...options },
      { speechDetector: (rateHz) => new LevelDetector(rateHz) },
    );

  it.concurrent.for(['file', 'stream'])(
    'spoil neither the answer nor the next, in %s mode',
    async (mode, context) => {
      const reply = [
        ['части', [FIRST, SECOND, THIRD].join('|')],
        ['ещё', REST],
      ] as const;
      const bots = { default: { silence: { afterMs: 60_000 } } };
      const { telephony, speech, proxy, listening } = await start(context, {
        reply,
        bots,
        env: { MEDIA_MODE: mode },
      });
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
    },
  );
});
