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
  const call = await world.dial('100');
  await world.untilHeard(call, 'Добрый день!');
  await call.say(world.speech.callerTone(QUESTION));
  await world.untilHeard(call, ANSWER);
  await call.say(world.speech.callerTone(NUMBER));
  await world.untilHeard(call, NOTED);
  await call.say(world.speech.callerTone(NAME));
  await world.untilHeard(call, GREETED);
  await call.hangup();
  return recordedCall(world);
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
