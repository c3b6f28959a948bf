/** The process runs out of files and sockets: who calls then is sent on, who talks already is served, and it passes with the calls. */
import { expect, it } from 'vitest';
import type { TestContext } from 'vitest';
import { freeTcpPort } from '../../src/base/free-ports.ts';
import { NOTHING } from '../../src/lab/local-asterisk/leftovers.ts';
import { describeRealTelephony } from '../support/describe-telephonies.ts';
import { APOLOGY, FIRST, GREETING } from '../support/failing.ts';
import { limitProcess } from '../support/process-limits.ts';
import { wentToFallback } from '../support/fallback.ts';
import { serveApartFor } from '../support/served-apart.ts';
import type { ServedApart } from '../support/served-apart.ts';
import { until } from '../support/until.ts';

const REST = 'Это всё.';
const reply = [
  ['часы', FIRST],
  ['суббот', REST],
] as const;
const bots = { default: { silence: { afterMs: 60_000 } } };

/** What the service keeps free, and what it counts on for a call. */
const RESERVED = 32;
const A_CALL = 4;

/** Every process has as many: it is the numbers of files that are limited, and these are the lowest. */
const NONE = 5;

/** How long a call counts as one that has not opened everything yet: 10 s, and a busy machine. */
const YOUNG_MS = 20_000;

interface Readiness {
  readonly ready: boolean;
  readonly reasons: readonly string[];
}

describeRealTelephony('short of files and sockets', (kind) => {
  const start = async (context: TestContext, mode: string) => {
    const HTTP_PORT = String(await freeTcpPort());
    const env = { MEDIA_MODE: mode, DIALPLAN_FALLBACK: 'fallback,s,1', HTTP_PORT };
    return serveApartFor(context, { kind, reply, bots, env });
  };

  const dial = ({ surroundings }: ServedApart) => surroundings.telephony.phone.dial('100');

  async function readiness({ surroundings }: ServedApart): Promise<Readiness> {
    const url = `http://127.0.0.1:${surroundings.environment['HTTP_PORT']}/readyz`;
    const answer = await fetch(url, { headers: { connection: 'close' } });
    return (await answer.json()) as Readiness;
  }

  it.for(['file', 'stream'])(
    'it sends on who calls, and serves who is there, in %s mode',
    async (mode, context) => {
      const served = await start(context, mode);
      const { service: parley, listening, surroundings, texts } = served;
      const call = await dial(served);
      await listening.untilHeard(call, GREETING);
      // There is room for what is open now and one call more would need, but not for that call. What the greeting had open may only
      // now be closed: the limit follows.
      await until('it is not ready', async () => {
        await limitProcess(parley.pid, { openFiles: (await parley.openFiles()) + RESERVED + A_CALL - 2 });
        return !(await readiness(served)).ready;
      });
      expect(await readiness(served)).toMatchObject({
        ready: false,
        reasons: ['no call is taken: open-files'],
      });

      const refused = await dial(served);
      expect(await refused.ended).toMatchObject({ by: 'them' });
      expect(wentToFallback(refused)).toBe(true);

      await served.say(call, 'question1');
      await listening.untilHeard(call, FIRST);
      await call.hangup();
      expect(texts(call)).toEqual([GREETING, FIRST]);

      await limitProcess(parley.pid, { openFiles: (await parley.openFiles()) + RESERVED + 2 * A_CALL });
      await until('it is ready again', async () => (await readiness(served)).ready, YOUNG_MS);
      const next = await dial(served);
      await listening.untilHeard(next, GREETING);
      await next.hangup();
      expect(await surroundings.telephony.leftovers()).toEqual(NOTHING);
    },
  );

  it('with none at all, a caller in stream mode hears an apology, and an answer as soon as there are some', async (context) => {
    const served = await start(context, 'stream');
    const { listening, surroundings, texts } = served;
    const { pid } = served.service;
    const call = await dial(served);
    await listening.untilHeard(call, GREETING);
    await limitProcess(pid, { openFiles: NONE });
    await served.say(call, 'question1');
    await listening.untilHeard(call, APOLOGY);
    await limitProcess(pid, { openFiles: 1000 });
    await served.say(call, 'interruption');
    await listening.untilHeard(call, REST);
    await call.hangup();
    expect(texts(call)).toEqual([GREETING, APOLOGY, REST]);
    expect(await surroundings.telephony.leftovers()).toEqual(NOTHING);
  });
});
