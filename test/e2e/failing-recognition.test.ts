import { it } from 'vitest';
import type { Fault } from '../../src/lab/simulator/speechkit/faults.ts';
import { describeCalls } from '../support/describe-calls.ts';
import { EVERY_TELEPHONY } from '../support/telephony.ts';
import { FAILING_WORLD, expectApologyThenFallback } from '../support/failing.ts';

/** A recognizer of files and one of streams are asked in two ways, by whatever telephony: Twilio's calls are streams as Asterisk's are. */
const ANY: readonly (readonly [how: string, fault: Fault])[] = [
  ['hangs', { kind: 'hung' }],
  ['answers garbage', { kind: 'garbage', as: 'html' }],
  ['has no quota left', { kind: 'quota' }],
  ['refuses the key', { kind: 'unauthenticated' }],
];
const FAULTS = { asterisk: ANY, simulator: ANY, twilio: [] } as const;

describeCalls('when recognition fails', { ...FAILING_WORLD, kinds: EVERY_TELEPHONY }, (suite) => {
  it.each<readonly [string, Fault]>([['is refused', { kind: 'refused' }], ...FAULTS[suite.kind]])(
    'apologises in time when recognition %s, and hands the caller on the second time',
    async (_how, fault) => {
      const { faults } = suite.world.speech;
      faults.set('stt-http', fault);
      if (suite.mode === 'stream') faults.set('stt-grpc', fault);
      await expectApologyThenFallback(suite);
    },
  );
});
