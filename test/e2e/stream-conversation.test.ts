/** Whole calls in stream mode, with recorded voices: the detector there tells speech from tones, and tones would not be heard. */
import { beforeEach, expect, it } from 'vitest';
import type { Pcm } from '../../src/audio/pcm.ts';
import type { CallDetail, CallList } from '../../src/http/contract.ts';
import { measureTurns } from '../../src/lab/probe/measures.ts';
import { describeCalls } from '../support/describe-calls.ts';
import { understoodCaller } from '../support/recorded-callers.ts';
import { until } from '../support/until.ts';
import type { World } from '../support/world.ts';

const GREETING = 'Добрый день!';
const HOURS = 'Мы работаем с девяти до шести, без обеда, каждый день недели.';
const SATURDAY = 'В субботу до двух.';
const reply = [
  ['суббот', SATURDAY],
  ['часы', HOURS],
] as const;

/** From the first sample, a hiss, to silence, ms: a fifth of a second on a quiet machine, and far less than what was left to say. */
const STOPS_WITHIN_MS = 1000;

/** What the way to a phone adds to a wait, and what a busy machine does to its packets, ms: far less than the wait. */
const ON_THE_WAY_MS = 250;

/** People pause for up to 400 ms within a sentence. */
const bots = { default: { endpointing: { silenceMs: 700 } } };

describeCalls(
  'recorded voices',
  { reply, bots, hears: 'voices', modes: ['stream'], matrix: 'full' },
  (suite) => {
    let question: Pcm;
    let interruption: Pcm;

    beforeEach(async () => {
      question = await understoodCaller(suite.world.speech, 'question1');
      interruption = await understoodCaller(suite.world.speech, 'interruption');
    });

    it('greets, hears a voice, and answers', async () => {
      const { world } = suite;
      const call = await world.dial('100');
      await world.untilHeard(call, GREETING);
      const asked = await call.say(question);
      await world.untilHeard(call, HOURS);
      await call.hangup();
      expect(world.told(call)).toEqual([GREETING, HOURS]);
      const [turn] = measureTurns({
        said: call.said(),
        heard: call.heard(),
        utterances: [{ name: 'question', ...asked }],
        botSilenceMs: 700,
      });
      const { answers, from, unheardTurns } = await earOf(suite.world);
      expect({ from, unheardTurns, answers: answers.length }).toEqual({
        from: 'line',
        unheardTurns: [],
        answers: 1,
      });
      expect(Math.abs((answers[0]?.waitMs ?? NaN) - (turn?.voiceToVoiceMs ?? NaN))).toBeLessThan(
        ON_THE_WAY_MS,
      );
      expect(Math.abs(answers[0]?.inside?.differenceMs ?? NaN)).toBeLessThan(ON_THE_WAY_MS);
    });

    it('falls silent when the caller speaks over it, and answers that', async () => {
      const { world } = suite;
      const call = await world.dial('100');
      await world.untilHeard(call, GREETING);
      await call.say(question);
      await world.untilStarted(call, HOURS);
      const said = await call.say(interruption);
      await world.untilHeard(call, SATURDAY);
      await call.hangup();
      const [, cut] = world.heard(call);
      expect(cut?.text).toBe(HOURS);
      expect((cut?.endedAtMs ?? Infinity) - said.startedAtMs).toBeLessThan(STOPS_WITHIN_MS);
      expect(world.told(call)).toEqual([GREETING, HOURS, SATURDAY]);
    });
  },
);

/** What the service has heard of the call that ended last, by the line's own sound. */
async function earOf({ service }: Pick<World, 'service'>) {
  await until('the call is over', () => service.activeCalls === 0);
  const ask = async (path: string): Promise<unknown> =>
    (await fetch(`${service.httpUrl}/api/${path}`)).json();
  const { past } = (await ask('calls')) as CallList;
  const { ear } = (await ask(`calls/${past[0]?.id ?? ''}`)) as CallDetail;
  if (!ear) throw new Error('nobody has listened');
  return ear;
}
