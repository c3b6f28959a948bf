import { expect, it } from 'vitest';
import type { ChatFault } from '../../src/lab/simulator/chat.ts';
import { describeCalls } from '../support/describe-calls.ts';
import { EVERY_TELEPHONY } from '../support/telephony.ts';
import type { TelephonyKind } from '../support/telephony.ts';
import {
  FAILING_WORLD,
  FIRST,
  GREETING,
  MOST_SILENCE_MS,
  SECOND,
  THIRD,
  ask,
  expectApologyThenFallback,
  silenceMs,
} from '../support/failing.ts';

const HOLD = 'Ещё немного.';

/** What comes of them is decided above the line: each befalls the callers of one telephony, and any of them shows it. */
const FAULTS: Readonly<Record<TelephonyKind, readonly (readonly [how: string, fault: ChatFault])[]>> = {
  asterisk: [['hangs', { kind: 'hang' }]],
  simulator: [
    ['hangs in mid-answer', { kind: 'hang', afterTokens: 4 }],
    ['answers with a web page', { kind: 'garbage', what: 'html' }],
  ],
  twilio: [
    ['breaks off', { kind: 'cut', afterTokens: 4 }],
    ['answers nothing', { kind: 'garbage', what: 'empty' }],
    ['has no quota left', { kind: 'status', status: 429 }],
  ],
};

describeCalls('when the model fails', { ...FAILING_WORLD, kinds: EVERY_TELEPHONY }, (suite) => {
  it('finds the pauses itself where the model forgets the marks', async () => {
    const { world } = suite;
    const { call } = await ask(suite, '100', 'скажи без черт');
    await world.untilHeard(call, 'Наконец третья часть.');
    expect(world.told(call)).toEqual([
      GREETING,
      'Сначала первая часть.',
      'Потом вторая часть.',
      'Наконец третья часть.',
    ]);
  });

  it('bridges a slow model with a filler and a hold phrase, and then answers', async () => {
    const { world } = suite;
    // Each request: the first may be an early answer's, which is thrown away.
    world.chat.fail({ kind: 'slow', firstTokenMs: 3000, perTokenMs: 0 });
    const { call, endedAtMs } = await ask(suite, 'filling');
    const answer = await world.untilHeard(call, FIRST);
    await world.untilHeard(call, THIRD);
    const [greeting, filler, ...rest] = world.heard(call).map(({ text }) => text);
    expect([greeting, filler]).toEqual([GREETING, 'Секунду.']);
    // How many there is time for is the machine's.
    expect(rest.filter((text) => text === HOLD).length).toBeGreaterThan(0);
    expect(rest.filter((text) => text !== HOLD)).toEqual([FIRST, SECOND, THIRD]);
    expect(silenceMs(call, endedAtMs, answer.startedAtMs)).toBeLessThan(MOST_SILENCE_MS);
  });

  it.each<readonly [string, ChatFault]>([['is refused', { kind: 'refused' }], ...FAULTS[suite.kind]])(
    'apologises in time when the model %s, and hands the caller on the second time',
    async (_how, fault) => {
      suite.world.chat.fail(fault);
      await expectApologyThenFallback(suite);
    },
  );
});
