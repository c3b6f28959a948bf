/** An operator watches calls over HTTP and gives orders: what the caller hears is what counts. */
import { expect, it } from 'vitest';
import type { PhoneCall } from '../../src/lab/phone/phone.ts';
import { describeCalls } from '../support/describe-calls.ts';
import { operatorOf } from '../support/operator.ts';
import { wentToFallback } from '../support/fallback.ts';
import { until } from '../support/until.ts';

const GREETING = 'Добрый день!';
const GOODBYE = 'Всего доброго.';
const ANSWER = 'С девяти до шести, без обеда.';
const AFTER = 'И по субботам.';
const OPERATORS_WORDS = 'Минуту, соединяю со специалистом.';

/** What was said once is not remembered: the next test must be able to fail it. */
const env = { TTS_CACHE_MB: '0' };
const bots = { default: { silence: { afterMs: 20_000 } } };
const options = { bots, env, matrix: 'diagonal', reply: () => `${ANSWER}|${AFTER}` } as const;

describeCalls('an operator', options, (suite) => {
  const operator = () => operatorOf(suite.world.service.httpUrl);
  const texts = (call: PhoneCall) => suite.world.told(call);

  async function greeted() {
    const { world } = suite;
    const call = await world.dial('100');
    await world.untilHeard(call, GREETING);
    const { id } = await operator().onlyCall();
    return { call, id };
  }

  it('speaks to a caller who waits, and the conversation goes on', async () => {
    const { world } = suite;
    const { call, id } = await greeted();
    expect(await operator().order(`calls/${id}/say`, { text: OPERATORS_WORDS })).toMatchObject({
      status: 202,
    });
    await world.untilHeard(call, OPERATORS_WORDS);
    await call.say(world.speech.callerTone('когда вы работаете'));
    await world.untilHeard(call, AFTER);
    expect(texts(call)).toEqual([GREETING, OPERATORS_WORDS, ANSWER, AFTER]);
  });

  it('speaks behind an answer that is being said', async () => {
    const { world } = suite;
    const { call, id } = await greeted();
    await call.say(world.speech.callerTone('когда вы работаете'));
    await world.untilStarted(call, ANSWER);
    await operator().order(`calls/${id}/say`, { text: OPERATORS_WORDS });
    await world.untilHeard(call, OPERATORS_WORDS);
    expect(texts(call)).toEqual([GREETING, ANSWER, AFTER, OPERATORS_WORDS]);
  });

  it('is not heard when nobody can speak the words, and the conversation goes on', async () => {
    const { world } = suite;
    const { call, id } = await greeted();
    for (const port of ['tts-grpc', 'tts-http'] as const)
      world.speech.faults.set(port, { kind: 'invalid' }, { text: OPERATORS_WORDS });
    await operator().order(`calls/${id}/say`, { text: OPERATORS_WORDS });
    const failed = async () =>
      (await operator().call(id)).timeline.some(
        ({ kind, outcome }) => kind === 'operator' && outcome === 'failed',
      );
    await until('the operator can see that', failed);
    await call.say(world.speech.callerTone('когда вы работаете'));
    await world.untilHeard(call, AFTER);
    expect(texts(call)).toEqual([GREETING, ANSWER, AFTER]);
  });

  it('hangs up: the caller is told goodbye', async () => {
    const { call, id } = await greeted();
    expect(await operator().order(`calls/${id}/hangup`)).toMatchObject({ status: 202 });
    expect(await call.ended).toMatchObject({ by: 'them' });
    expect(texts(call)).toEqual([GREETING, GOODBYE]);
    await until('the call is over', async () => (await operator().calls()).live.length === 0);
    expect(await operator().call(id)).toMatchObject({ state: 'ended', endCause: 'operator' });
    expect(await operator().order(`calls/${id}/hangup`)).toMatchObject({
      status: 409,
      body: { code: 'CALL_OVER' },
    });
  });

  it('hands a caller over at once, in the middle of an answer', async () => {
    const { world } = suite;
    const { call, id } = await greeted();
    await call.say(world.speech.callerTone('когда вы работаете'));
    await world.untilStarted(call, ANSWER);
    const place = { context: 'fallback', extension: 's', priority: 1 };
    const nowhere = { context: 'no-such-context', extension: 's', priority: 1 };
    expect(await operator().order(`calls/${id}/transfer`, nowhere)).toMatchObject({ status: 422 });
    expect(await operator().call(id)).toMatchObject({ endCause: null });
    expect(await operator().order(`calls/${id}/transfer`, place)).toMatchObject({ status: 202 });
    expect(await call.ended).toMatchObject({ by: 'them' });
    expect(wentToFallback(call)).toBe(true);
    expect(texts(call)).not.toContain(AFTER);
    await until('the call is over', async () => (await operator().calls()).live.length === 0);
    expect(await operator().call(id)).toMatchObject({ endCause: 'transferred' });
  });

  it('sees a call from its beginning to its end as it happens', async () => {
    const { world } = suite;
    const ear = await operator().listen();
    const call = await world.dial('100');
    await world.untilHeard(call, GREETING);
    await call.say(world.speech.callerTone('когда вы работаете'));
    await world.untilHeard(call, AFTER);
    const live = await operator().onlyCall();
    expect(live).toMatchObject({ bot: 'default', state: 'listening', turns: 1 });
    expect(live.lastLatencyMs).toBeGreaterThan(0);
    await call.hangup();
    await until('the end is told', () => ear.events.at(-1)?.event === 'call.ended');
    await ear.stop();

    expect(ear.events[0]).toMatchObject({ event: 'calls', data: { live: [] } });
    const states = ear.events.flatMap(({ event, data }) => (event === 'call.changed' ? [data.state] : []));
    expect(states).toEqual(expect.arrayContaining(['listening', 'speaking', 'hearing', 'thinking']));
    const told = ear.events.flatMap(({ event, data }) => (event === 'entry' ? [data.entry] : []));
    const { id, timeline } = await operator().call(live.id);
    expect(id).toBe(live.id);
    expect(told).toEqual(timeline);
    expect(timeline.filter(({ type }) => type === 'recognition.done')).toMatchObject([
      { text: expect.stringMatching(/^когда вы работаете/i) as string },
    ]);
    expect(ear.events.at(-1)).toMatchObject({ data: { state: 'ended', endCause: 'caller' } });
  });
});
