/** When nobody speaks, when nobody ends, and when somebody would rather press a key. */
import { expect, it } from 'vitest';
import type { PhoneCall } from '../../src/lab/phone/phone.ts';
import { describeCalls } from '../support/describe-calls.ts';
import { EVERY_TELEPHONY } from '../support/telephony.ts';
import { wentToFallback } from '../support/fallback.ts';
import { until } from '../support/until.ts';
import type { World } from '../support/world.ts';

const GREETING = 'Добрый день!';
/** Long enough for a caller to speak into it, however late the phone is. */
const GOODBYE = 'До свидания, звоните нам ещё, мы на месте каждый день с девяти утра и до восьми вечера.';
/** So much of it is heard on a busy machine at least, as a share: what comes late is lost to a phone. */
const HEARD_SHARE = 0.5;
const FALLBACK = 'fallback,s,1';
const NUMBER = '+15550002099';
const env = { DIALPLAN_FALLBACK: `${FALLBACK};${NUMBER}` };
/** Longer than the call may last. */
const STORY = Array.from({ length: 20 }, (_, chapter) => `Глава ${chapter} длинной истории.`);

const bots = {
  quiet: {
    silence: { afterMs: 1000, phrases: ['Вы тут?', 'Вы меня слышите?'], maxPrompts: 2, goodbye: GOODBYE },
  },
  // Whoever has heard a prompt to its end has half a second less to speak up, and a busy machine takes of that.
  patient: {
    silence: { afterMs: 3000, phrases: ['Вы тут?', 'Вы меня слышите?'], maxPrompts: 2, goodbye: GOODBYE },
  },
  brief: { maxCallMs: 10_000, silence: { goodbye: GOODBYE } },
};
const reply = [
  ['я тут', 'Рады слышать.'],
  ['историю', STORY.join('|')],
] as const;

describeCalls('a call', { bots, reply, kinds: EVERY_TELEPHONY, matrix: 'diagonal', env }, (suite) => {
  it('in which nobody speaks is asked twice, told goodbye and ended', async () => {
    const { world } = suite;
    const call = await world.telephony.phone.dial('quiet');
    expect(await call.ended).toMatchObject({ by: 'them' });
    expect(texts(world, call)).toEqual([GREETING, 'Вы тут?', 'Вы меня слышите?', GOODBYE]);
    expect(soundMs(world, call, GOODBYE)).toBeGreaterThan(HEARD_SHARE * toneMs(world, GOODBYE));
    await untilEnded(world, 'silence');
    expectHeardOut(world, GOODBYE);
  });

  it('goes on when the caller speaks after the prompt', async () => {
    const { world } = suite;
    const call = await world.telephony.phone.dial('patient');
    await world.untilHeard(call, 'Вы тут?');
    await call.say(world.speech.callerTone('я тут'));
    await world.untilHeard(call, 'Рады слышать.');
    await call.hangup();
    expect(upTo('Рады слышать.', texts(world, call))).toEqual([GREETING, 'Вы тут?', 'Рады слышать.']);
  });

  it('goes on when the caller speaks into the goodbye', async () => {
    const { world } = suite;
    const call = await world.telephony.phone.dial('quiet');
    await until('the goodbye begins', () => texts(world, call).includes(GOODBYE));
    await call.say(world.speech.callerTone('я тут'));
    await world.untilHeard(call, 'Рады слышать.');
    await call.hangup();
    const heard = upTo('Рады слышать.', texts(world, call));
    expect(heard).toEqual([GREETING, 'Вы тут?', 'Вы меня слышите?', GOODBYE, 'Рады слышать.']);
    expect(soundMs(world, call, GOODBYE)).toBeLessThan(0.8 * toneMs(world, GOODBYE));
  });

  it('that has lasted too long is ended with a goodbye, even while the bot speaks', async () => {
    const { world } = suite;
    const call = await world.telephony.phone.dial('brief');
    await world.untilHeard(call, GREETING);
    await call.say(world.speech.callerTone('расскажите историю'));
    expect(await call.ended).toMatchObject({ by: 'them' });
    const [greeting, ...told] = texts(world, call);
    expect(greeting).toBe(GREETING);
    expect(told.at(-1)).toBe(GOODBYE);
    expect(told.slice(0, -1)).toEqual(STORY.slice(0, told.length - 1));
    expect(told.length).toBeLessThan(STORY.length);
    expect(soundMs(world, call, GOODBYE)).toBeGreaterThan(HEARD_SHARE * toneMs(world, GOODBYE));
    await untilEnded(world, 'tooLong');
    expectHeardOut(world, GOODBYE);
  });

  it('notes a key and goes on', async () => {
    const { world } = suite;
    const call = await world.telephony.phone.dial('100');
    await world.untilHeard(call, GREETING);
    await call.sendDigit('5');
    await call.say(world.speech.callerTone('я тут'));
    await world.untilHeard(call, 'Рады слышать.');
    await call.hangup();
    const digits = world.timelines.at(-1)?.entries.filter(({ type }) => type === 'digit');
    expect(digits).toMatchObject([{ digit: '5' }]);
  });

  it('goes to a person at the key 0', async () => {
    const { world } = suite;
    const call = await world.telephony.phone.dial('100');
    await until('the greeting begins', () => texts(world, call).length > 0);
    await call.sendDigit('0');
    expect(await call.ended).toMatchObject({ by: 'them' });
    await untilEnded(world, 'digit');
    const { simulator, twilio } = world.telephony;
    if (twilio)
      expect(decodeURIComponent(twilio.orders.at(-1) ?? '')).toContain(`<Number>${NUMBER}</Number>`);
    else expect(wentToFallback(call)).toBe(true);
    if (simulator) expect(simulator.handedBack().at(-1)?.place).toBe(FALLBACK);
  });
});

/** Whoever is slow to hang up is asked again, and rightly. */
function upTo(text: string, heard: readonly string[]): readonly string[] {
  return heard.slice(0, heard.indexOf(text) + 1);
}

function texts(world: World, call: PhoneCall): readonly string[] {
  return world.told(call);
}

function soundMs(world: World, call: PhoneCall, text: string): number {
  return world.heard(call).find((heard) => heard.text === text)?.soundMs ?? 0;
}

function toneMs(world: World, text: string): number {
  const { data, sampleRateHz } = world.speech.callerTone(text);
  return (data.byteLength / 2 / sampleRateHz) * 1000;
}

/** Nobody hung up in the middle of it. */
function expectHeardOut(world: World, text: string): void {
  const entries = world.timelines.at(-1)?.entries ?? [];
  const began = entries.findIndex((entry) => entry.type === 'playback.started' && entry.text === text);
  const ended = entries.slice(began).find(({ type }) => type === 'playback.finished');
  expect(ended).toMatchObject({ outcome: 'heard' });
}

async function untilEnded(world: World, cause: string): Promise<void> {
  await until('the call is over', () => world.service.activeCalls === 0);
  expect(world.timelines.at(-1)?.entries.at(-1)).toMatchObject({ type: 'call.ended', cause });
}
