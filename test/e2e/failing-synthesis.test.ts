import { expect, it } from 'vitest';
import type { Fault } from '../../src/lab/simulator/speechkit/faults.ts';
import { describeCalls } from '../support/describe-calls.ts';
import { EVERY_TELEPHONY } from '../support/telephony.ts';
import type { TelephonyKind } from '../support/telephony.ts';
import {
  APOLOGY,
  FAILING_WORLD,
  FIRST,
  GREETING,
  MOST_SILENCE_MS,
  SECOND,
  THIRD,
  ask,
  silenceMs,
} from '../support/failing.ts';

type FailedChunk = readonly [when: string, fault: Fault, text?: string];
const IN_THE_MIDDLE: FailedChunk = [
  'in the middle of a chunk',
  { kind: 'half', audioMs: 200, then: 'error' },
  SECOND,
];
/** Who speaks instead is decided above the line: each befalls the callers of one telephony, and what is broken off those of all. */
const FAULTS: Readonly<Record<TelephonyKind, readonly FailedChunk[]>> = {
  asterisk: [
    IN_THE_MIDDLE,
    ['by falling silent in the middle of a chunk', { kind: 'half', audioMs: 200, then: 'hang' }, SECOND],
  ],
  simulator: [IN_THE_MIDDLE, ['by never answering', { kind: 'hung' }, SECOND]],
  twilio: [
    IN_THE_MIDDLE,
    ['before a chunk', { kind: 'refused' }],
    ['after a chunk', { kind: 'internal' }, THIRD],
  ],
};

describeCalls('when synthesis fails', { ...FAILING_WORLD, kinds: EVERY_TELEPHONY }, (suite) => {
  it.for(FAULTS[suite.kind])(
    'speaks the whole answer in order when gRPC fails %s',
    async ([, fault, text]) => {
      const { world } = suite;
      world.speech.faults.set('tts-grpc', fault, text === undefined ? {} : { text });
      const { call, endedAtMs } = await ask(suite);
      const last = await world.untilHeard(call, THIRD);
      expect(world.told(call)).toEqual([GREETING, FIRST, SECOND, THIRD]);
      expect(silenceMs(call, endedAtMs, last.startedAtMs)).toBeLessThan(MOST_SILENCE_MS);
    },
  );

  it('is not silent for long when gRPC stops in the middle of a chunk and HTTP is slow to go on', async () => {
    const { world } = suite;
    world.speech.faults.set('tts-grpc', { kind: 'half', audioMs: 200, then: 'hang' }, { text: SECOND });
    world.speech.faults.set('tts-http', { kind: 'slow', delayMs: 1500 }, { text: SECOND });
    const { call, endedAtMs } = await ask(suite);
    const last = await world.untilHeard(call, THIRD);
    expect(world.heard(call).map(({ text }) => text)).toContain('Ещё немного.');
    expect(silenceMs(call, endedAtMs, last.startedAtMs)).toBeLessThan(MOST_SILENCE_MS);
  });

  it('replaces a chunk that nobody can speak by an apology, and goes on with the answer', async () => {
    const { world } = suite;
    world.speech.faults.set('tts-grpc', { kind: 'invalid' }, { text: SECOND });
    world.speech.faults.set('tts-http', { kind: 'invalid' }, { text: SECOND });
    const { call, endedAtMs } = await ask(suite);
    const last = await world.untilHeard(call, THIRD);
    expect(world.told(call)).toEqual([GREETING, FIRST, APOLOGY, THIRD]);
    expect(silenceMs(call, endedAtMs, last.startedAtMs)).toBeLessThan(MOST_SILENCE_MS);
  });

  it('speaks its shipped apology when no synthesizer is there at all', async () => {
    const { world } = suite;
    const call = await world.dial('100');
    await world.untilHeard(call, GREETING);
    await Promise.all([world.speech.kill('tts-grpc'), world.speech.kill('tts-http')]);
    const { endedAtMs } = await call.say(world.speech.callerTone('назови части'));
    const apology = await world.untilHeard(call, APOLOGY);
    const again = await call.say(world.speech.callerTone('назови части'));
    await call.ended;
    await Promise.all([world.speech.restart('tts-grpc'), world.speech.restart('tts-http')]);
    // What lies between is the caller's own time.
    expect(silenceMs(call, endedAtMs, apology.startedAtMs)).toBeLessThan(MOST_SILENCE_MS);
    expect(silenceMs(call, again.endedAtMs)).toBeLessThan(MOST_SILENCE_MS);
  });
});
