/** A provider's connection is cut in the middle of its work: the caller hears the rest, or an apology, and is answered the next time. */
import { expect, it } from 'vitest';
import type { PhoneCall } from '../../src/lab/phone/phone.ts';
import { describeCalls } from '../support/describe-calls.ts';
import {
  APOLOGY,
  ask,
  FAILING_WORLD,
  FIRST,
  GREETING,
  MOST_SILENCE_MS,
  SECOND,
  silenceMs,
  THIRD,
} from '../support/failing.ts';
import { until } from '../support/until.ts';

const LONG_QUESTION = 'назови, пожалуйста, все части своего ответа по порядку';
const PART_OF_QUESTION_MS = 500;
/** Longer than any machine takes to see that a request is there. */
const UNTIL_IT_IS_CUT_MS = 60_000;
/** The model's tokens are four letters long: by then the first chunk is whole, and the second has begun. */
const TOKENS_OF_FIRST_CHUNK = 10;

describeCalls('when a connection is cut', FAILING_WORLD, (suite) => {
  const texts = (call: PhoneCall) => suite.world.told(call);
  const logged = (event: string) => suite.world.log.filter((line) => line['event'] === event);
  const pause = (forMs: number) => new Promise((resolve) => setTimeout(resolve, forMs));

  it('to synthesis, in the middle of a chunk, the answer is heard to its end, and so is the next', async () => {
    const { world } = suite;
    world.speech.delays.realTimeFactor = 0.8;
    const { call } = await ask(suite);
    await until('speech is on its way', () =>
      world.speech.requests.some(
        ({ service, outcome, audioMs }) => service === 'tts-grpc' && outcome === 'open' && audioMs > 0,
      ),
    );
    await world.speech.kill('tts-grpc');
    world.speech.delays.realTimeFactor = 0;
    try {
      await world.untilHeard(call, THIRD);
    } finally {
      await world.speech.restart('tts-grpc');
    }
    expect(texts(call)).toEqual([GREETING, FIRST, SECOND, THIRD]);
    expect(logged('synthesis.fallback')).not.toEqual([]);
    await call.say(world.speech.callerTone('назови части'));
    await expect
      .poll(() => texts(call), { timeout: 15_000 })
      .toEqual([...[GREETING, FIRST, SECOND, THIRD], ...[FIRST, SECOND, THIRD]]);
  });

  it('to recognition, in the middle of a question, the question is answered', async () => {
    const { world, mode } = suite;
    const service = mode === 'stream' ? 'stt-grpc' : 'stt-http';
    // File mode asks when the caller has said everything, and would be answered at once.
    if (mode === 'file') world.speech.delays.recognitionMs = UNTIL_IT_IS_CUT_MS;
    const call = await world.dial('100');
    await world.untilHeard(call, GREETING);
    const saying = call.say(world.speech.callerTone(LONG_QUESTION));
    await until('a part of the question is there', () =>
      world.speech.requests.some(
        (request) =>
          request.service === service && request.outcome === 'open' && request.audioMs > PART_OF_QUESTION_MS,
      ),
    );
    await world.speech.kill(service);
    world.speech.delays.recognitionMs = 0;
    await world.speech.restart(service);
    await saying;
    await world.untilHeard(call, THIRD);
    expect(texts(call)).toEqual([GREETING, FIRST, SECOND, THIRD]);
    const cut = world.speech.requests.filter((request) => request.service === service);
    expect(cut.map(({ outcome }) => outcome)).toContain('cancelled');
  });

  it('to the model, in the middle of its answer, what came is heard, then an apology; the next answer is whole', async () => {
    const { world } = suite;
    world.chat.fail({ kind: 'cut', afterTokens: TOKENS_OF_FIRST_CHUNK });
    const { call, endedAtMs } = await ask(suite);
    const apology = await world.untilHeard(call, APOLOGY);
    world.chat.heal();
    expect(texts(call)).toEqual([GREETING, FIRST, APOLOGY]);
    expect(silenceMs(call, endedAtMs, apology.startedAtMs)).toBeLessThan(MOST_SILENCE_MS);
    await call.say(world.speech.callerTone('назови части'));
    await world.untilHeard(call, THIRD);
    expect(texts(call)).toEqual([GREETING, FIRST, APOLOGY, FIRST, SECOND, THIRD]);
  });

  it('to all of them at once, an apology is heard, and when they are back, an answer', async () => {
    const { world } = suite;
    const { speech, chat } = world;
    const services = ['tts-grpc', 'tts-http', 'stt-grpc', 'stt-http'] as const;
    const call = await world.dial('100');
    await world.untilHeard(call, GREETING);
    const saying = call.say(speech.callerTone('назови части'));
    await pause(100);
    chat.fail({ kind: 'refused' });
    await Promise.all(services.map((service) => speech.kill(service)));
    const { endedAtMs } = await saying;
    const apology = await world.untilHeard(call, APOLOGY);
    expect(silenceMs(call, endedAtMs, apology.startedAtMs)).toBeLessThan(MOST_SILENCE_MS);
    await Promise.all(services.map((service) => speech.restart(service)));
    chat.heal();
    await call.say(speech.callerTone('назови части'));
    await world.untilHeard(call, THIRD);
    expect(texts(call)).toEqual([GREETING, APOLOGY, FIRST, SECOND, THIRD]);
  });
});
