/** Lines on which it is hard to tell when somebody has stopped speaking: no packets in the silence, or no silence at all. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { concatBytes, fromSamples } from '../../src/audio/pcm.ts';
import type { Pcm } from '../../src/audio/pcm.ts';
import { seededRandom } from '../../src/base/seeded.ts';
import type { CallDetail, CallList } from '../../src/http/contract.ts';
import { describeCalls } from '../support/describe-calls.ts';
import { until } from '../support/until.ts';
import type { World } from '../support/world.ts';

const GREETING = 'Добрый день!';
const ANSWER = 'Рады слышать.';
const ASKS_AGAIN = 'Повторите.';
const reply = [
  ['я тут', ANSWER],
  ['спасибо', 'Не за что.'],
] as const;

describeCalls('a phone that sends nothing while it is silent', { reply }, (suite) => {
  it('is answered at every turn', async () => {
    const { world } = suite;
    const call = await world.dial('100', { betweenClips: 'nothing' });
    await world.untilHeard(call, GREETING);
    for (const [question, answer] of reply) {
      const words = world.speech.callerTone(question);
      await call.say(words);
      let asked = timesHeard(ASKS_AGAIN, world.heard(call));
      await until('the bot answers', () => {
        const heard = world.heard(call);
        // Never silence; but of a busy machine's packets a word may be lost, and whoever is asked says it again.
        if (timesHeard(ASKS_AGAIN, heard) > asked) {
          asked++;
          void call.say(words).catch(() => undefined);
        }
        return timesHeard(answer, heard) > 0;
      });
      // To its end: who speaks into it is answered after some seconds, and not to what is asked next.
      await world.untilHeard(call, answer);
    }
    await call.hangup();
  });
});

// On a real Asterisk it is not held yet: one call in three was greeted and not answered.
describeCalls('a line that hisses at −39 dBFS', { reply, modes: ['file'], kinds: ['simulator'] }, (suite) => {
  it('is greeted, heard and answered', async () => {
    const { world } = suite;
    const call = await world.dial('100');
    const words = world.speech.callerTone('я тут');
    let isAnswered = false;
    const speaking = (async () => {
      // As people do, the caller says it again while nobody answers.
      while (!isAnswered) await call.say(joined(hiss(4000), words, hiss(2000)));
    })().catch(() => undefined);
    await world.untilHeard(call, ANSWER).finally(() => (isAnswered = true));
    await Promise.all([speaking, call.hangup()]);
    expect(world.heard(call).map(({ text }) => text)).toContain(GREETING);
  });
});

const quiet = {
  // Whoever is back has to speak before it is over, on a busy machine too.
  silence: { afterMs: 2500, phrases: ['Вы меня слышите?'], maxPrompts: 1, goodbye: 'Всего доброго.' },
};
/** Long enough to be asked and told goodbye, ms, for whoever is merely silent. */
const ON_HOLD_MS = 8000;
const FRAME_MS = 20;

describeCalls(
  'a phone that puts the bot on hold',
  { bots: { quiet }, reply, kinds: ['asterisk'] },
  (suite) => {
    it('is neither asked into the hold nor hung up on, and is answered when it is back', async () => {
      const { world } = suite;
      const call = await world.dial('quiet');
      await world.untilStarted(call, GREETING);
      const takeBack = await call.hold?.();
      await sleep(ON_HOLD_MS);
      await takeBack?.();
      await call.say(world.speech.callerTone('я тут'));
      await world.untilHeard(call, ANSWER);
      await call.hangup();
      await until('the call is over', () => world.service.activeCalls === 0);
      const kinds = world.timelines.at(-1)?.entries.map(({ type }) => type);
      expect(kinds).not.toContain('silence.prompt');
      expect(world.timelines.at(-1)?.entries.at(-1)).toMatchObject({ type: 'call.ended', cause: 'caller' });
      const ear = await earOf(world);
      // In file mode nobody listens.
      expect((ear?.lostFrames ?? 0) * FRAME_MS).toBeLessThan(ON_HOLD_MS / 4);
      expect(ear?.deadAir.longestMs ?? 0).toBeLessThan(ON_HOLD_MS / 2);
    });
  },
);

/** Of the call that ended last. */
async function earOf({ service }: Pick<World, 'service'>) {
  const ask = async (path: string): Promise<unknown> =>
    (await fetch(`${service.httpUrl}/api/${path}`)).json();
  const { past } = (await ask('calls')) as CallList;
  return ((await ask(`calls/${past[0]?.id ?? ''}`)) as CallDetail).ear;
}

function timesHeard(wanted: string, heard: readonly { readonly text: string }[]): number {
  return heard.filter(({ text }) => text === wanted).length;
}

/** White noise, by its effective value. */
function hiss(forMs: number): Pcm {
  const random = seededRandom(1);
  const peak = 32768 * 10 ** (-39 / 20) * Math.sqrt(3);
  return fromSamples(
    Int16Array.from({ length: forMs * 8 }, () => (2 * random() - 1) * peak),
    8000,
  );
}

function joined(...parts: readonly Pcm[]): Pcm {
  return { sampleRateHz: 8000, data: concatBytes(parts.map(({ data }) => data)) };
}
