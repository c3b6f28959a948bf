/** Who speaks and hears for the speech API. */
import type { RecognitionProvider } from '../speech/recognition/recognizer.ts';
import type { KnownVoice, SynthesisProvider } from '../speech/synthesis/provider.ts';

export interface VendorModels {
  readonly speaks: string;
  readonly hears: string;
}

export interface SpeechVendor {
  /** As clients name it: `yandex`, `espeak`. */
  readonly name: string;
  /** Undefined where it does not speak. */
  readonly synthesizer: SynthesisProvider | undefined;
  /** Undefined where it does not hear. */
  readonly recognizer: RecognitionProvider | undefined;
  /** Whether it is there, by something that costs nothing. Throws whatever keeps it from being so. Undefined where nothing can be asked. */
  readonly probe?: ((signal: AbortSignal) => Promise<void>) | undefined;
  /** Where its voice and its ear depend on the settings: by what they are told apart when one that was kept is looked for. */
  readonly models?: VendorModels | undefined;
}

/** The first of a language speaks where nobody asks for a voice. */
export function voicesOf({ synthesizer }: SpeechVendor): readonly KnownVoice[] {
  return synthesizer?.capabilities.voices ?? [];
}

export async function closeVendors(vendors: readonly SpeechVendor[]): Promise<void> {
  const providers = vendors.flatMap(({ synthesizer, recognizer }) => [synthesizer, recognizer]);
  await Promise.all(providers.map(async (provider) => provider?.close()));
}
