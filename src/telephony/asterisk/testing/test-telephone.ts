/** A telephone of tests: at a real clock and with its sound as it is, it notes nothing and takes for speech what is loud. */
import { systemClock } from '../../../base/clock.ts';
import { silentLog } from '../../../base/log.ts';
import { LevelDetector } from '../../streaming/testing/level-detector.ts';
import { AsteriskTelephone } from '../asterisk-telephone.ts';
import type { AsteriskTelephoneOptions } from '../asterisk-telephone.ts';
import { MEDIA_FORMATS } from '../stream/media-format.ts';

type Given = 'ari' | 'mode' | 'mediaDir';

export function testTelephone(
  options: Pick<AsteriskTelephoneOptions, Given> & Partial<AsteriskTelephoneOptions>,
): AsteriskTelephone {
  return new AsteriskTelephone({
    format: MEDIA_FORMATS.slin16,
    clock: systemClock,
    log: silentLog,
    random: Math.random,
    speechDetector: (rateHz) => new LevelDetector(rateHz),
    trace: undefined,
    leftCalls: () => [],
    onArrival: () => undefined,
    onNobodyWaits: () => undefined,
    ...options,
  });
}
