import { it } from 'vitest';
import type { Fault } from '../../src/lab/simulator/speechkit/faults.ts';
import { describeCalls } from '../support/describe-calls.ts';
import { EVERY_TELEPHONY } from '../support/telephony.ts';
import { FAILING_WORLD, expectApologyThenFallback } from '../support/failing.ts';

describeCalls('when recognition fails', { ...FAILING_WORLD, kinds: EVERY_TELEPHONY }, (suite) => {
  it.each<[string, Fault]>([
    ['is refused', { kind: 'refused' }],
    ['hangs', { kind: 'hung' }],
    ['answers garbage', { kind: 'garbage', as: 'html' }],
    ['has no quota left', { kind: 'quota' }],
    ['refuses the key', { kind: 'unauthenticated' }],
  ])(
    'apologises in time when recognition %s, and hands the caller on the second time',
    async (_how, fault) => {
      const { faults } = suite.world.speech;
      faults.set('stt-http', fault);
      if (suite.mode === 'stream') faults.set('stt-grpc', fault);
      await expectApologyThenFallback(suite);
    },
  );
});
