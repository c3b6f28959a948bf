/** People dictate, and some never breathe: all of it reaches the model, in order, in one turn. */
import { expect, it } from 'vitest';
import { concatBytes, durationMs, silence } from '../../src/audio/pcm.ts';
import type { Pcm } from '../../src/audio/pcm.ts';
import { describeCalls } from '../support/describe-calls.ts';
import { plainly } from '../support/plainly.ts';
import type { World } from '../support/world.ts';

/** A breath: longer than what Asterisk takes for one word, shorter than the end of a turn. */
const BREATH_MS = 200;

/** Between words: too short for Asterisk to take for a pause, and long enough for a cut. */
const NO_BREATH_MS = 120;

const sentences = (count: number, who: string) =>
  Array.from(
    { length: count },
    (_, index) => `${who} ${index + 1} продолжает рассказ, и конца ему ещё не видно`,
  );
const WITH_BREATHS = sentences(27, 'первый');
const WITHOUT_BREATH = sentences(22, 'второй');

const options = { reply: () => 'Я всё записал.', matrix: 'diagonal' } as const;

describeCalls('somebody who talks for long', options, (suite) => {
  it('is heard whole, with breaths and without', async () => {
    const { world } = suite;
    const dictations = [
      { texts: WITH_BREATHS, speech: joined(world, WITH_BREATHS, BREATH_MS) },
      { texts: WITHOUT_BREATH, speech: joined(world, WITHOUT_BREATH, NO_BREATH_MS) },
    ] as const;
    expect(durationMs(dictations[0].speech)).toBeGreaterThan(45_000);
    expect(durationMs(dictations[1].speech)).toBeGreaterThan(35_000);
    const heard = await Promise.all(dictations.map(({ speech }) => dictated(world, speech)));
    for (const texts of heard) expect(texts).toEqual(['Добрый день!', 'Я всё записал.']);
    const understood = world.chat.requests.map(({ messages }) => plainly(messages.at(-1)?.content ?? ''));
    // What was begun at a breath and thrown away is here as well.
    expect(understood).toEqual(
      expect.arrayContaining(dictations.map(({ texts }) => plainly(texts.join(' ')))),
    );
  });
});

async function dictated(world: World, speech: Pcm): Promise<readonly string[]> {
  const call = await world.telephony.phone.dial('100');
  await world.untilHeard(call, 'Добрый день!');
  await call.say(speech);
  await world.untilHeard(call, 'Я всё записал.');
  await call.hangup();
  return world.told(call);
}

function joined({ speech }: World, texts: readonly string[], pauseMs: number): Pcm {
  const sampleRateHz = 8000;
  const pause = silence(pauseMs, sampleRateHz).data;
  const pieces = texts.flatMap((text) => [speech.callerTone(text, sampleRateHz).data, pause]);
  return { sampleRateHz, data: concatBytes(pieces.slice(0, -1)) };
}
