/** A Synthesizer that really speaks, a vendor's or our own, and what it can. */
import type { Synthesizer } from './synthesizer.ts';

export interface SynthesisProvider extends Synthesizer {
  readonly capabilities: SynthesisCapabilities;
}

export interface SynthesisCapabilities {
  /** Whether it speaks this language, BCP-47, in any voice. */
  readonly speaks: (language: string) => boolean;
  /** The languages that it is known to speak, BCP-47: what is told to people. `speaks` decides. */
  readonly languages: readonly string[];
  /** Those that are known by name; within a language and a gender the best stand-in for others comes first. It may have more. */
  readonly voices: readonly KnownVoice[];
  /** The rates at which it speaks, in hertz. */
  readonly sampleRatesHz: { readonly from: number; readonly to: number } | readonly number[];
  /** Of one request. A longer text is refused. */
  readonly mostCharacters: number;
  /** It tells when each word is spoken. */
  readonly timesWords: boolean;
  /** The first sound comes while the rest is still being made. */
  readonly streams: boolean;
}

export interface KnownVoice {
  readonly name: string;
  readonly gender: 'female' | 'male';
  /** BCP-47; a voice without one speaks whatever its provider speaks. */
  readonly language?: string;
  /** Its manners of speaking, if it has several. */
  readonly roles?: readonly string[];
}
