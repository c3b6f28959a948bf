/** Synthesis that makes speech slower than it is spoken: the caller hears it in stretches of whole words, not torn at every piece. */
import { expect, it } from 'vitest';
import { findSounds } from '../../src/lab/phone/hear.ts';
import { describeCalls } from '../support/describe-calls.ts';
import { FAILING_WORLD, GREETING } from '../support/failing.ts';
import { LATE_PACKETS_MS, MS_PER_CHARACTER } from '../support/world.ts';

const QUESTION = 'когда откроетесь';
/** Three seconds. */
const ANSWER =
  'Мы откроемся в понедельник в девять часов утра и будем работать весь день до самого позднего вечера.';

/** But for a packet or two on a busy machine. */
const WHOLE_MS = MS_PER_CHARACTER * ANSWER.length - LATE_PACKETS_MS;

/** A piece of 200 ms takes 300. */
const SLOWER = 1.5;
/** Edges are found to 5 ms, and a machine may be late by a packet or two. */
const LEAST_STRETCH_MS = 340;
/** What comes when it is due, and what comes after the first hiccup. */
const TORN = 2;

describeCalls(
  'while synthesis is slower than speech',
  { ...FAILING_WORLD, matrix: 'real', modes: ['stream'], reply: [['откроетесь', ANSWER]] },
  (suite) => {
    it('the caller hears the answer in stretches', async () => {
      const { world } = suite;
      const call = await world.dial('100');
      await world.untilHeard(call, GREETING);
      world.speech.delays.realTimeFactor = SLOWER;
      const { endedAtMs } = await call.say(world.speech.callerTone(QUESTION));
      const stretchesMs = () =>
        findSounds(call.heard())
          .filter(({ startedAtMs }) => startedAtMs > endedAtMs)
          .map(({ startMs, endMs }) => endMs - startMs);
      const soundMs = () => stretchesMs().reduce((sum, ms) => sum + ms, 0);
      await expect.poll(soundMs, { timeout: 15_000 }).toBeGreaterThan(WHOLE_MS);
      world.speech.delays.realTimeFactor = 0;
      for (const ms of stretchesMs().slice(TORN, -1)) expect(ms).toBeGreaterThan(LEAST_STRETCH_MS);
      expect(stretchesMs().length).toBeGreaterThan(TORN + 1);
    });
  },
);
