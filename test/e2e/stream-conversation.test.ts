/** Whole calls in stream mode, with recorded voices: the detector there tells speech from tones, and tones would not be heard. */
import { beforeEach, expect, it } from 'vitest';
import type { Pcm } from '../../src/audio/pcm.ts';
import { describeCalls } from '../support/describe-calls.ts';
import { understoodCaller } from '../support/recorded-callers.ts';

const GREETING = 'Добрый день!';
const HOURS = 'Мы работаем с девяти до шести, без обеда, каждый день недели.';
const SATURDAY = 'В субботу до двух.';
const reply = [
  ['суббот', SATURDAY],
  ['часы', HOURS],
] as const;

/** From the first sample, a hiss, to silence, ms: a fifth of a second on a quiet machine, and far less than what was left to say. */
const STOPS_WITHIN_MS = 1000;

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
      await call.say(question);
      await world.untilHeard(call, HOURS);
      await call.hangup();
      expect(world.heard(call).map(({ text }) => text)).toEqual([GREETING, HOURS]);
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
      expect(world.heard(call).map(({ text }) => text)).toEqual([GREETING, HOURS, SATURDAY]);
    });
  },
);
