/** Parley is told to stop while people talk to it: they may finish, and who calls now hears the dialplan's fallback. */
import { afterEach, expect, it } from 'vitest';
import { freeTcpPort } from '../../src/base/free-ports.ts';
import { NOTHING } from '../../src/lab/local-asterisk/leftovers.ts';
import type { PhoneCall } from '../../src/lab/phone/phone.ts';
import { startServiceProcess } from '../bench/service-process.ts';
import type { ServiceProcess } from '../bench/service-process.ts';
import { describeRealTelephony } from '../support/describe-telephonies.ts';
import { wentToFallback } from '../support/fallback.ts';
import { until } from '../support/until.ts';
import { listeningTo, startSurroundings } from '../support/world.ts';
import type { Listening, Surroundings } from '../support/world.ts';

const GREETING = 'Добрый день!';
const QUESTION = 'когда вы работаете';
const ANSWER = 'С девяти до шести.';
const GOODBYE = 'Всего доброго.';

const FALLBACK = { DIALPLAN_FALLBACK: 'fallback,s,1' };
const CALLERS = 5;
const CROWD = 50;
/** Greeting, question and answer of a caller among many, on a busy machine. */
const SERVED_WITHIN_MS = 30_000;

/** Nobody is asked into the silence: these callers wait for one another. */
/** Far less than DRAIN_SECONDS, and more than a busy machine takes. */
const AT_ONCE_MS = 20_000;

const bots = { default: { silence: { afterMs: 60_000 } } };

describeRealTelephony('when Parley is told to stop', (kind) => {
  let surroundings: Surroundings;
  let listening: Listening;
  let service: ServiceProcess | undefined;
  let httpPort: number;

  async function start(env: Readonly<Record<string, string>>): Promise<ServiceProcess> {
    httpPort = await freeTcpPort();
    surroundings = await startSurroundings({
      kind,
      bots,
      reply: () => ANSWER,
      env: { ...env, HTTP_PORT: String(httpPort) },
    });
    listening = listeningTo(surroundings.speech);
    service = await startServiceProcess(surroundings.dir, surroundings.environment);
    return service;
  }

  afterEach(async () => {
    await service?.stop();
    await surroundings.stop();
  });

  const dial = () => surroundings.telephony.phone.dial('100');

  async function greeted(): Promise<PhoneCall> {
    const call = await dial();
    await listening.untilHeard(call, GREETING, SERVED_WITHIN_MS);
    return call;
  }

  async function asksAndHangsUp(call: PhoneCall): Promise<void> {
    await call.say(surroundings.speech.callerTone(QUESTION));
    await listening.untilHeard(call, ANSWER, SERVED_WITHIN_MS);
    await call.hangup();
  }

  async function readiness(): Promise<{ readonly ready: boolean; readonly reasons: readonly string[] }> {
    const answer = await fetch(`http://127.0.0.1:${httpPort}/readyz`, { headers: { connection: 'close' } });
    return (await answer.json()) as { ready: boolean; reasons: string[] };
  }

  const texts = (call: PhoneCall) => listening.told(call);
  const crowd = (count: number) =>
    Promise.all(
      Array.from({ length: count }, async (_, index) => {
        await new Promise((resolve) => setTimeout(resolve, index * 50));
        return greeted();
      }),
    );

  it(`${CROWD} callers finish, and new ones hear the fallback`, async () => {
    const parley = await start({ ...FALLBACK, DRAIN_SECONDS: '60' });
    const calls = await crowd(CROWD);
    expect(await readiness()).toMatchObject({ ready: true, reasons: [] });
    parley.signal('SIGTERM');
    await until('it is not ready any more', async () => !(await readiness()).ready);
    expect(await readiness()).toMatchObject({ ready: false, reasons: ['no call is taken: draining'] });
    const late = await dial();
    expect(await late.ended).toMatchObject({ by: 'them' });
    expect(wentToFallback(late)).toBe(true);
    expect(texts(late)).toEqual([]);

    const [first, ...others] = calls;
    await Promise.all(others.map(asksAndHangsUp));
    // Whoever stays keeps the service up.
    if (first) await asksAndHangsUp(first);
    expect(await parley.ended).toBe(0);
    expect(calls.map(texts)).toEqual(calls.map(() => [GREETING, ANSWER]));
    expect(await surroundings.telephony.leftovers()).toEqual(NOTHING);
  });

  it('who talks on beyond DRAIN_SECONDS is told goodbye', async () => {
    const parley = await start({ DRAIN_SECONDS: '1' });
    const calls = await crowd(2);
    parley.signal('SIGTERM');
    for (const call of calls) {
      expect(await call.ended).toMatchObject({ by: 'them' });
      expect(texts(call)).toEqual([GREETING, GOODBYE]);
    }
    expect(await parley.ended).toBe(0);
    expect(await surroundings.telephony.leftovers()).toEqual(NOTHING);
  });

  it('twice, callers go to the fallback at once', async () => {
    const parley = await start({ ...FALLBACK, DRAIN_SECONDS: '60' });
    const calls = await crowd(CALLERS);
    parley.signal('SIGTERM');
    await new Promise((resolve) => setTimeout(resolve, 300));
    parley.signal('SIGINT');
    const askedAtMs = performance.now();
    expect(await parley.ended).toBe(1);
    expect(performance.now() - askedAtMs).toBeLessThan(AT_ONCE_MS);
    for (const call of calls) {
      expect(await call.ended).toMatchObject({ by: 'them' });
      expect(wentToFallback(call)).toBe(true);
    }
    expect(await surroundings.telephony.leftovers()).toEqual(NOTHING);
  });
});
