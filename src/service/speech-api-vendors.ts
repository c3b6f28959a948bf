/** The vendors of speech as the speech API asks them: behind breakers, one synthesizer and one recognizer each. */
import { systemClock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import type { SpeechVendor } from '../speech-api/vendor.ts';
import { hasEspeak } from '../speech/espeak/espeak-synthesizer.ts';
import { BreakerRecognizer } from '../speech/recognition/breaker.ts';
import type { RecognitionProvider } from '../speech/recognition/recognizer.ts';
import type { SpeakingCandidate } from '../speech/selection/unfit.ts';
import { BreakerSynthesizer } from '../speech/synthesis/breaker.ts';
import { FailoverSynthesizer } from '../speech/synthesis/failover.ts';
import type { SynthesisProvider } from '../speech/synthesis/provider.ts';
import { speechVendors } from './speech-vendors.ts';
import type { VendorSettings } from './speech-vendors.ts';

/** Between the interfaces of one vendor, ms: a program waits, and no caller. */
const PATIENCE = { firstAudioMs: 4_000, stallMs: 4_000 };

/** Connects in the background. Whoever is not on this machine is left out. Throws CREDENTIALS_INVALID. */
export async function openSpeechVendors(
  settings: VendorSettings,
  log: Log,
): Promise<readonly SpeechVendor[]> {
  const isHere = await hasEspeak();
  const vendors = await speechVendors(settings, log);
  return vendors
    .filter(({ name }) => name !== 'espeak' || isHere)
    .map(({ name, synthesizers, whole, models, probe }) => {
      const recognizer = whole();
      return {
        name,
        synthesizer: speaking(synthesizers(), log),
        recognizer: recognizer && resting(recognizer),
        models,
        probe,
      };
    });
}

/** A vendor with several interfaces: the next one where one fails, chosen as calls choose. */
function speaking(all: readonly SynthesisProvider[], log: Log): SynthesisProvider | undefined {
  const [best, ...others] = all.map((one) => new BreakerSynthesizer(one, { clock: systemClock }));
  if (!best || others.length === 0) return best;
  const failover = new FailoverSynthesizer({
    providers: [best, ...others],
    clock: systemClock,
    settings: { patience: PATIENCE, lastPatience: PATIENCE },
    onFallback: ({ from, to }) =>
      log.warn({ event: 'speech.fallback', from, to }, 'another interface speaks'),
  });
  const together: SpeakingCandidate = {
    name: best.name,
    capabilities: best.capabilities,
    get isResting() {
      return [best, ...others].every(({ isResting }) => isResting);
    },
    synthesize: (request, signal) => failover.synthesize(request, signal),
    close: () => failover.close(),
  };
  return together;
}

function resting(recognizer: RecognitionProvider): RecognitionProvider {
  const { capabilities } = recognizer;
  const breaker = new BreakerRecognizer(recognizer, { clock: systemClock });
  return Object.assign(breaker, { capabilities });
}
