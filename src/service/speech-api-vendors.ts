/** The vendors of speech as the speech API asks them: one synthesizer and one recognizer each. */
import { systemClock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import type { SpeechVendor } from '../speech-api/vendor.ts';
import { hasEspeak } from '../speech/espeak/espeak-synthesizer.ts';
import { BreakerSynthesizer } from '../speech/synthesis/breaker.ts';
import { speechVendors } from './speech-vendors.ts';
import type { VendorSettings } from './speech-vendors.ts';

/** Connects in the background. Whoever is not on this machine is left out. Throws CREDENTIALS_INVALID. */
export async function openSpeechVendors(
  settings: VendorSettings,
  log: Log,
): Promise<readonly SpeechVendor[]> {
  const isHere = await hasEspeak();
  const vendors = await speechVendors(settings, log);
  return vendors
    .filter(({ name }) => name !== 'espeak' || isHere)
    .map(({ name, synthesizers, whole }) => {
      const [best, ...others] = synthesizers();
      // Made, and never asked: failing over is between vendors here.
      for (const other of others) void other.close();
      return {
        name,
        synthesizer: best && new BreakerSynthesizer(best, { clock: systemClock }),
        recognizer: whole(),
      };
    });
}
