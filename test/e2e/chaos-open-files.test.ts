/** The process runs out of files and sockets: who calls then is sent on, who talks already is served, and it passes with the calls. */
import { afterEach, expect, it } from 'vitest';
import { freeTcpPort } from '../../src/base/free-ports.ts';
import { NOTHING } from '../../src/lab/local-asterisk/leftovers.ts';
import type { PhoneCall } from '../../src/lab/phone/phone.ts';
import { startServiceProcess } from '../bench/service-process.ts';
import type { ServiceProcess } from '../bench/service-process.ts';
import { describeRealTelephony } from '../support/describe-telephonies.ts';
import { APOLOGY, FIRST, GREETING } from '../support/failing.ts';
import { limitProcess } from '../support/process-limits.ts';
import { wentToFallback } from '../support/fallback.ts';
import { understoodCaller } from '../support/recorded-callers.ts';
import { until } from '../support/until.ts';
import { listeningTo, startSurroundings } from '../support/world.ts';
import type { Listening, Surroundings } from '../support/world.ts';

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

describeRealTelephony('short of files and sockets', (kind) => {
  let surroundings: Surroundings;
  let listening: Listening;
  let service: ServiceProcess | undefined;
  let httpPort: number;

  async function start(mode: string): Promise<ServiceProcess> {
    httpPort = await freeTcpPort();
    const env = { MEDIA_MODE: mode, DIALPLAN_FALLBACK: 'fallback,s,1', HTTP_PORT: String(httpPort) };
    surroundings = await startSurroundings({ kind, reply, bots, env });
    listening = listeningTo(surroundings.speech);
    service = await startServiceProcess(surroundings.dir, surroundings.environment);
    return service;
  }

  afterEach(async () => {
    await service?.stop();
    await surroundings.stop();
  });

  /** Recorded voices: stream mode tells speech from tones. */
  const say = async (call: PhoneCall, name: string) =>
    call.say(await understoodCaller(surroundings.speech, name));

  const dial = () => surroundings.telephony.phone.dial('100');
  const texts = (call: PhoneCall) => listening.told(call);

  async function readiness(): Promise<{ readonly ready: boolean; readonly reasons: readonly string[] }> {
    const answer = await fetch(`http://127.0.0.1:${httpPort}/readyz`, { headers: { connection: 'close' } });
    return (await answer.json()) as { ready: boolean; reasons: string[] };
  }

  it.each(['file', 'stream'])('it sends on who calls, and serves who is there, in %s mode', async (mode) => {
    const parley = await start(mode);
    const call = await dial();
    await listening.untilHeard(call, GREETING);
    // There is room for what is open now and one call more would need, but not for that call. What the greeting had open may only
    // now be closed: the limit follows.
    await until('it is not ready', async () => {
      await limitProcess(parley.pid, { openFiles: (await parley.openFiles()) + RESERVED + A_CALL - 2 });
      return !(await readiness()).ready;
    });
    expect(await readiness()).toMatchObject({ ready: false, reasons: ['no call is taken: open-files'] });

    const refused = await dial();
    expect(await refused.ended).toMatchObject({ by: 'them' });
    expect(wentToFallback(refused)).toBe(true);

    await say(call, 'question1');
    await listening.untilHeard(call, FIRST);
    await call.hangup();
    expect(texts(call)).toEqual([GREETING, FIRST]);

    await limitProcess(parley.pid, { openFiles: (await parley.openFiles()) + RESERVED + 2 * A_CALL });
    await until('it is ready again', async () => (await readiness()).ready, YOUNG_MS);
    const next = await dial();
    await listening.untilHeard(next, GREETING);
    await next.hangup();
    expect(await surroundings.telephony.leftovers()).toEqual(NOTHING);
  });

  it('with none at all, a caller in stream mode hears an apology, and an answer as soon as there are some', async () => {
    const { pid } = await start('stream');
    const call = await dial();
    await listening.untilHeard(call, GREETING);
    await limitProcess(pid, { openFiles: NONE });
    await say(call, 'question1');
    await listening.untilHeard(call, APOLOGY);
    await limitProcess(pid, { openFiles: 1000 });
    await say(call, 'interruption');
    await listening.untilHeard(call, REST);
    await call.hangup();
    expect(texts(call)).toEqual([GREETING, APOLOGY, REST]);
    expect(await surroundings.telephony.leftovers()).toEqual(NOTHING);
  });
});
