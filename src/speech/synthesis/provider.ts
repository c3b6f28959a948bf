/** A Synthesizer that really speaks, a vendor's or our own, and what it can. */
import type { Synthesizer } from './synthesizer.ts';

export interface SynthesisProvider extends Synthesizer {
  readonly capabilities: SynthesisCapabilities;
}

export interface SynthesisCapabilities {
  /** Whether it speaks this language, BCP-47, in any voice. */
  readonly speaks: (language: string) => boolean;
  /** The rates at which it speaks, in hertz. */
  readonly sampleRatesHz: { readonly from: number; readonly to: number } | readonly number[];
  /** Of one request. A longer text is refused. */
  readonly mostCharacters: number;
  /** It tells when each word is spoken. */
  readonly timesWords: boolean;
}
