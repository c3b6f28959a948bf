/** A call is recorded while it is held, and runs again from what was recorded. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { durationMs } from '../../src/audio/pcm.ts';
import { outcomeOf } from '../../src/recordings/replay/outcome.ts';
import { replayCall } from '../../src/recordings/replay/replay.ts';
import { describeCalls } from '../support/describe-calls.ts';
import { recordedCall, textsIn } from '../support/recorded-calls.ts';
import { stagesApart } from '../support/stages-apart.ts';

const reply = [
  ['работаете', 'Мы работаем с девяти до шести.|В субботу до двух.'],
  ['адрес', 'Улица Ленина, дом пять.|Вход со двора, мимо детской площадки и направо.|Домофон не работает.'],
  ['спасибо', 'Пожалуйста, звоните ещё.'],
] as const;

/** By so much the tracks of both sides may end apart on a busy machine: some packets. */
const LATE_PACKETS_MS = 250;

/** So far into a text it is spoken into, ms: of one that has only begun nothing is left where its beginning is told of late. */
const UNDER_WAY_MS = 500;
/** From one event to the next the process itself takes time, which a replay does not: on a busy machine as much as some packets. */
const WORKED_MS = 160;

describeCalls('a recorded call', { reply, matrix: 'full', env: { RECORD_CALLS: 'all' } }, (suite) => {
  it('holds what both sides said, and its replay comes to the same', async () => {
    const { world } = suite;
    const sinceMs = Date.now();
    const call = await world.dial('100');
    await world.untilHeard(call, 'Добрый день!');
    await call.say(world.speech.callerTone('когда вы работаете'));
    await world.untilHeard(call, 'В субботу до двух.');
    await call.say(world.speech.callerTone('какой у вас адрес'));
    await world.untilStarted(call, 'Вход со двора, мимо детской площадки и направо.');
    await sleep(UNDER_WAY_MS);
    await call.say(world.speech.callerTone('спасибо'));
    await world.untilHeard(call, 'Пожалуйста, звоните ещё.');
    await call.hangup();

    const bundle = await recordedCall(world, sinceMs);
    expect(textsIn(bundle.bot, world)).toEqual(world.heard(call).map(({ text }) => text));
    expect(textsIn(bundle.caller, world)).toEqual(['когда вы работаете', 'какой у вас адрес', 'спасибо']);
    expect(Math.abs(durationMs(bundle.bot) - durationMs(bundle.caller))).toBeLessThan(LATE_PACKETS_MS);

    const before = outcomeOf(bundle.call.timeline);
    const beganAtMs = performance.now();
    const after = outcomeOf(await replayCall(bundle));
    expect(performance.now() - beganAtMs).toBeLessThan(10_000);
    expect(after.dialogue.map(({ who, text }) => [who, text])).toEqual(
      before.dialogue.map(({ who, text }) => [who, text]),
    );
    expect(after.endedBy).toBe('caller');
    expect(after.interruptions.map(({ became }) => became)).toEqual(
      before.interruptions.map(({ became }) => became),
    );
    expect(stagesApart(before, after, WORKED_MS)).toEqual([]);
    expect(JSON.stringify(outcomeOf(await replayCall(bundle)))).toBe(JSON.stringify(after));
  });
});
