/** What is private in a recorded call, and must not touch the disk. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { slice } from '../../src/audio/pcm.ts';
import type { Pcm } from '../../src/audio/pcm.ts';
import { outcomeOf } from '../../src/recordings/replay/outcome.ts';
import { replayCall } from '../../src/recordings/replay/replay.ts';
import { describeCalls } from '../support/describe-calls.ts';
import type { CallsOptions, Suite } from '../support/describe-calls.ts';
import { recordedCall, sidesOfMix, textsIn } from '../support/recorded-calls.ts';
import type { Recorded } from '../support/recorded-calls.ts';

const QUESTION = 'когда вы работаете';
const NUMBER = 'восемь девятьсот двенадцать три четыре';
const NAME = 'меня зовут Аркадий';
const ANSWER = 'Мы работаем весь день.';
const REPEATED = 'Восемь девятьсот двенадцать три четыре.';
const NOTED = 'Спасибо, записал.';
const GREETED = 'Очень приятно.';

/** Whole lines, to be told from where it came. */
const PRIVATE = /.*(девятьсот|двенадцать|Аркадий).*/gi;

const reply = [
  ['работаете', ANSWER],
  ['девятьсот', `${REPEATED}|${NOTED}`],
  ['зовут', GREETED],
] as const;

const bots = { default: { endpointing: { mode: 'fixed' }, silence: { afterMs: 20_000 } } };

async function talk({ world }: Suite): Promise<Recorded> {
  const sinceMs = Date.now();
  const call = await world.dial('100');
  await world.untilHeard(call, 'Добрый день!');
  await call.say(world.speech.callerTone(QUESTION));
  await world.untilHeard(call, ANSWER);
  await call.say(world.speech.callerTone(NUMBER));
  await world.untilHeard(call, NOTED);
  await call.say(world.speech.callerTone(NAME));
  await world.untilHeard(call, GREETED);
  await call.hangup();
  return recordedCall(world, sinceMs);
}

async function privateIn(dir: string): Promise<readonly string[]> {
  return (await readFile(join(dir, 'call.json'), 'utf8')).match(PRIVATE) ?? [];
}

const isSilent = ({ data }: Pcm) => data.every((byte) => byte === 0);

function masksAll(suite: Suite): void {
  it('is in no text, and is silent on both sides; the rest is there, and can be replayed', async () => {
    const { world } = suite;
    const recorded = await talk(suite);
    const { call, caller, bot, dir } = recorded;
    expect(await privateIn(dir)).toEqual([]);

    const mix = await sidesOfMix(recorded);
    for (const side of [caller, mix.left]) expect(textsIn(side, world)).toEqual([QUESTION]);
    for (const side of [bot, mix.right])
      expect(textsIn(side, world)).toEqual(['Добрый день!', ANSWER, NOTED, GREETED]);
    const [, number, name] = call.utterances;
    for (const utterance of [number, name]) {
      const { fromMs = NaN, finishedAtMs = NaN } = utterance ?? {};
      expect(finishedAtMs - fromMs).toBeGreaterThan(400);
      for (const side of [caller, mix.left]) expect(isSilent(slice(side, fromMs, finishedAtMs))).toBe(true);
    }

    const [before, after] = [outcomeOf(call.timeline), outcomeOf(await replayCall(recorded))];
    expect(after.dialogue.map(({ text }) => text)).toEqual(before.dialogue.map(({ text }) => text));
  });
}

const DAY_MS = 24 * 60 * 60 * 1000;
const DAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];
/** Three days from now: neither today nor yesterday, however long the suite takes. */
const ANOTHER_DAY = DAYS[new Date(Date.now() + 3 * DAY_MS).getUTCDay()] ?? '';

const night = {
  prompt: 'Сейчас {{now}}, звонят с {{caller.number}}.',
  timeZone: 'Etc/UTC',
  silence: { afterMs: 20_000 },
  hours: {
    week: { [ANOTHER_DAY]: '09:00-18:00' },
    outside: { greeting: 'Ночь, {{caller.number}}.', prompt: 'Никого нет.' },
  },
};
const away = { hours: { ...night.hours, outside: { fallback: true } } };

const afterHours: CallsOptions = {
  reply: () => ANSWER,
  bots: { night, away },
  kinds: ['simulator'],
  modes: ['stream'],
  env: { RECORD_CALLS: 'all', RECORD_REDACT: 'text', DIALPLAN_FALLBACK: 'fallback,s,1' },
};
describeCalls('a call after hours', afterHours, (suite) => {
  it('hears another greeting, is answered by a model that knows the hour, and replays without its number', async () => {
    const { world } = suite;
    const sinceMs = Date.now();
    const call = await world.dial('night');
    const number = '1001';
    await world.untilHeard(call, `Ночь, ${number}.`);
    await call.say(world.speech.callerTone(QUESTION));
    await world.untilHeard(call, ANSWER);
    await call.hangup();
    const [told] = world.chat.requests.at(-1)?.messages ?? [];
    expect(told?.content).toContain(`${new Date().getUTCFullYear()}`);
    expect(told?.content).toContain(`звонят с ${number}.`);
    expect(told?.content).toContain('Никого нет.');

    const { dir } = await recordedCall(world, sinceMs);
    expect(await readFile(join(dir, 'call.json'), 'utf8')).not.toContain(number);

    const shortSinceMs = Date.now();
    const short = await world.dial('night');
    await world.untilHeard(short, `Ночь, ${number}.`);
    await short.hangup();
    const recorded = await recordedCall(world, shortSinceMs);
    const { dialogue } = outcomeOf(await replayCall(recorded));
    expect(dialogue.map(({ text }) => text)).toEqual(['Ночь, 0000.']);
  });

  it('goes to the fallback unanswered, where the profile wants that', async () => {
    const { world } = suite;
    const call = await world.dial('away');
    expect(await call.ended).toMatchObject({ by: 'them' });
    expect(world.heard(call)).toEqual([]);
    expect(world.log.filter(({ event }) => event === 'call.refused')).toMatchObject([{ reason: 'closed' }]);
  });
});

const audio: CallsOptions = { reply, bots, env: { RECORD_CALLS: 'all', RECORD_REDACT: 'audio' } };
describeCalls('what is private in a call', { ...audio, modes: ['stream'] }, masksAll);
describeCalls('what is private in a call', { ...audio, modes: ['file'], kinds: ['simulator'] }, masksAll);

const text: CallsOptions = {
  ...audio,
  kinds: ['simulator'],
  env: { RECORD_CALLS: 'all', RECORD_REDACT: 'text' },
};
describeCalls('what is private in the texts of a call', text, (suite) => {
  it('is masked there, and the audio is kept', async () => {
    const { caller, bot, dir } = await talk(suite);
    expect(await privateIn(dir)).toEqual([]);
    expect(textsIn(caller, suite.world)).toEqual([QUESTION, NUMBER, NAME]);
    expect(textsIn(bot, suite.world)).toContain(REPEATED);
  });
});
