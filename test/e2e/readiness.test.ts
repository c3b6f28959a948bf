/** Whoever decides where calls go asks whether one could be served now: no while nobody can speak or hear, and yes again by itself. */
import { expect, it } from 'vitest';
import { describeCalls } from '../support/describe-calls.ts';
import { until } from '../support/until.ts';
import type { World } from '../support/world.ts';

const GREETING = 'Добрый день!';
const ANSWER = 'С девяти до шести.';
const BREAKER_OPEN_SECONDS = 2;

const env = {
  DIALPLAN_FALLBACK: 'fallback,s,1',
  TTS_CACHE_MB: '0',
  TTS_BREAKER_FAILURES: '1',
  TTS_BREAKER_SUCCESSES: '1',
  TTS_BREAKER_OPEN_SECONDS: String(BREAKER_OPEN_SECONDS),
};

describeCalls('readiness', { env, kinds: ['simulator'], reply: () => ANSWER }, (suite) => {
  async function whyNot(world: World): Promise<readonly string[]> {
    const answer = await fetch(`${world.service.httpUrl}/readyz`);
    const { ready, reasons } = (await answer.json()) as { ready: boolean; reasons: string[] };
    expect(answer.status).toBe(ready ? 200 : 503);
    return reasons;
  }

  /** Asks until the call has gone to the fallback. */
  async function askInVain(world: World): Promise<void> {
    const call = await world.dial('100');
    await world.untilHeard(call, GREETING);
    let isOver = false;
    void call.ended.then(() => (isOver = true));
    for (let asked = 0; asked < 5 && !isOver; asked++) {
      await call.say(world.speech.callerTone('когда вы работаете')).catch(() => undefined);
      await Promise.race([call.ended, new Promise((resolve) => setTimeout(resolve, 1500))]);
    }
    await call.ended;
  }

  async function askAndHear(world: World): Promise<void> {
    const call = await world.dial('100');
    await world.untilHeard(call, GREETING);
    await call.say(world.speech.callerTone('когда вы работаете'));
    await world.untilHeard(call, ANSWER);
    await call.hangup();
  }

  it('is no while every synthesizer fails, and yes again when they have rested, though nobody has called', async () => {
    const { world } = suite;
    expect(await whyNot(world)).toEqual([]);
    await Promise.all([world.speech.kill('tts-grpc'), world.speech.kill('tts-http')]);
    const call = await world.dial('100');
    await world.untilHeard(call, GREETING);
    await call.say(world.speech.callerTone('когда вы работаете'));
    await until('it is not ready', async () => (await whyNot(world)).length > 0);
    expect(await whyNot(world)).toEqual(['every synthesizer fails']);
    await call.hangup();
    await Promise.all([world.speech.restart('tts-grpc'), world.speech.restart('tts-http')]);
    const withinMs = BREAKER_OPEN_SECONDS * 1000 + 1000;
    await until('it is ready again', async () => (await whyNot(world)).length === 0, withinMs);
    await askAndHear(world);
    expect(await whyNot(world)).toEqual([]);
  });

  it('is no as soon as the model refuses the key, and yes with the next answer', async () => {
    const { world } = suite;
    world.chat.fail({ kind: 'status', status: 401 });
    const call = await world.dial('100');
    await world.untilHeard(call, GREETING);
    await call.say(world.speech.callerTone('когда вы работаете'));
    await until('it is not ready', async () => (await whyNot(world)).length > 0);
    expect(await whyNot(world)).toEqual(['the model refuses the key']);
    const state = async () => {
      const answer = await fetch(`${world.service.httpUrl}/api/service`);
      return (await answer.json()) as { model: object; alerts: { name: string }[] };
    };
    expect((await state()).model).toEqual({ name: 'openai', state: 'refuses' });
    await until('somebody is told', async () =>
      (await state()).alerts.some(({ name }) => name === 'model_refuses'),
    );
    await call.hangup();
    world.chat.heal();
    await askAndHear(world);
    expect(await whyNot(world)).toEqual([]);
  });

  it('is no when every recognizer has failed again and again, and yes with the next utterance that is understood', async () => {
    const { world } = suite;
    await Promise.all([world.speech.kill('stt-grpc'), world.speech.kill('stt-http')]);
    // One that rests is not asked, so that it takes some calls until each has failed often enough.
    const isNotReady = async () => {
      await askInVain(world);
      return (await whyNot(world)).length > 0;
    };
    await until('it is not ready', isNotReady, 120_000);
    expect(await whyNot(world)).toEqual(['every recognizer fails']);
    await Promise.all([world.speech.restart('stt-grpc'), world.speech.restart('stt-http')]);
    await askAndHear(world);
    expect(await whyNot(world)).toEqual([]);
  });
});
