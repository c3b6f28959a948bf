/** Asterisk dies, comes back, falls silent or is slow: the service is not touched, and calls go on or end. */
import { afterEach, expect, it } from 'vitest';
import type { PhoneCall } from '../../src/lab/phone/phone.ts';
import type { AsteriskSimulator } from '../../src/lab/simulator/asterisk/asterisk-simulator.ts';
import { describeCalls } from '../support/describe-calls.ts';
import { until } from '../support/until.ts';
import type { World } from '../support/world.ts';

const GREETING = 'Добрый день!';
const QUESTION = 'когда вы работаете';
const ANSWER = 'С девяти до шести, без обеда и выходных.';

/** After which Parley serves calls again, from when Asterisk is up. */
const BACK_WITHIN_MS = 3_000;
/** Long enough for the wait between two attempts to connect to have grown to its longest. */
const OUTAGE_MS = 4_000;
/** A silent event socket is found out within 8 s. */
const FOUND_OUT_WITHIN_MS = 12_000;

const options = { reply: () => ANSWER, matrix: 'diagonal' } as const;

describeCalls('when Asterisk is killed and started again', options, (suite) => {
  it.each<[state: string, reach: (world: World, call: PhoneCall) => Promise<void>]>([
    ['while the bot speaks', async (world, call) => untilSounds(world, call, ANSWER)],
    [
      'while the caller speaks',
      async (world, call) => {
        await world.untilHeard(call, ANSWER);
        call.say(world.speech.callerTone('это уже другой вопрос')).catch(() => undefined);
        const { length } = speechStarts(world);
        await until('the bot hears it', () => speechStarts(world).length > length);
      },
    ],
  ])('%s, the call ends, and the next one is answered', async (_state, reach) => {
    const { world } = suite;
    const { telephony, service } = world;
    const call = await asked(world);
    await reach(world, call);
    await telephony.kill();
    expect(await call.ended).toMatchObject({ by: 'network' });
    await new Promise((resolve) => setTimeout(resolve, OUTAGE_MS));
    await telephony.restart();
    await until('Parley is back', () => isReady(world), BACK_WITHIN_MS);
    await until('the dead call is over', () => service.activeCalls === 0);
    expect(world.timelines.at(-1)?.entries.at(-1)).toMatchObject({ type: 'call.ended', cause: 'lost' });

    const next = await asked(world);
    await world.untilHeard(next, ANSWER);
    await next.hangup();
    expect(texts(world, next)).toEqual([GREETING, ANSWER]);
  });
});

/** Faults that a real Asterisk cannot be asked for: it says nothing, loses only its events, or takes its time. */
describeCalls(
  "a call goes on over Asterisk's ills",
  { reply: () => ANSWER, kinds: ['simulator'] },
  (suite) => {
    const simulator = (): AsteriskSimulator => {
      const stood = suite.world.telephony.simulator;
      if (!stood) throw new Error("these ills are the stand-in's alone");
      return stood;
    };

    afterEach(() => {
      simulator().faults.rest = undefined;
    });

    it.each<[ill: string, strike: () => void, withinMs: number]>([
      ['its events are cut off', () => simulator().faults.dropEventSockets(), BACK_WITHIN_MS],
      ['its events fall silent', () => simulator().faults.blackHoleEventSockets(), FOUND_OUT_WITHIN_MS],
    ])('%s while the bot speaks', async (_ill, strike, withinMs) => {
      const { world } = suite;
      const call = await asked(world);
      await untilSounds(world, call, ANSWER);
      strike();
      await untilLogged(world, 'ari_down', withinMs);
      await until('Parley is back', () => isReady(world), withinMs);
      await world.untilHeard(call, ANSWER);
      await call.say(world.speech.callerTone(QUESTION));
      await until('the second answer sounds', () => texts(world, call).filter(isAnswer).length === 2);
      await call.hangup();
      expect(texts(world, call).filter((text) => text !== 'Вы тут?')).toEqual([GREETING, ANSWER, ANSWER]);
    });

    it('its events are cut off while the caller speaks', async () => {
      const { world } = suite;
      const call = await world.telephony.phone.dial('100');
      await world.untilHeard(call, GREETING);
      const saying = call.say(world.speech.callerTone(QUESTION));
      await until('the bot hears it', () => speechStarts(world).length === 1);
      simulator().faults.dropEventSockets();
      await saying;
      await world.untilHeard(call, ANSWER);
      await call.hangup();
      expect(texts(world, call)).toEqual([GREETING, ANSWER]);
    });

    it('each request takes it 300 ms', async () => {
      const { world } = suite;
      simulator().faults.rest = { kind: 'delay', delayMs: 300 };
      const call = await asked(world);
      await world.untilHeard(call, ANSWER);
      await call.hangup();
      await until('the call is over', () => world.service.activeCalls === 0);
      // A slow Asterisk may cost the caller a word that fills the gap, but nothing else.
      expect(texts(world, call)).toEqual([GREETING, ANSWER]);
    });
  },
);

/** A call whose caller has heard the greeting and asked. */
async function asked(world: World): Promise<PhoneCall> {
  const call = await world.telephony.phone.dial('100');
  await world.untilHeard(call, GREETING);
  await call.say(world.speech.callerTone(QUESTION));
  return call;
}

function texts(world: World, call: PhoneCall): readonly string[] {
  return world.told(call);
}

function isAnswer(text: string): boolean {
  return text === ANSWER;
}

function speechStarts(world: World) {
  return world.timelines.at(-1)?.entries.filter(({ type }) => type === 'speech.started') ?? [];
}

function untilSounds(world: World, call: PhoneCall, text: string): Promise<void> {
  return until(`«${text}» sounds`, () => texts(world, call).includes(text));
}

function untilLogged({ log }: World, event: string, withinMs: number): Promise<void> {
  const { length } = log;
  return until(event, () => log.slice(length - 1).some((line) => line['event'] === event), withinMs);
}

async function isReady({ service }: World): Promise<boolean> {
  const answer = await fetch(`${service.httpUrl}/readyz`, { headers: { connection: 'close' } });
  await answer.arrayBuffer();
  return answer.ok;
}
