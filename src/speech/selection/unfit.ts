/** What is known of a provider before it is asked: its health, by its breaker, and what it can. */
import { ParleyError } from '../../base/errors.ts';
import type { RecognitionRequest, Recognizer } from '../recognition/recognizer.ts';
import type { SynthesisProvider } from '../synthesis/provider.ts';
import type { SpeechRequest } from '../synthesis/synthesizer.ts';

/** A provider of speech, behind a breaker or not. */
export interface SpeakingCandidate extends SynthesisProvider {
  /** Asking it now is in vain. */
  readonly isResting?: boolean;
}

/** A provider that hears, behind a breaker or not. */
export interface HearingCandidate extends Recognizer {
  /** Asking it now is in vain. */
  readonly isResting?: boolean;
}

/** TTS_BREAKER_OPEN or TTS_REJECTED, without asking. */
export function unfitToSpeak(
  { name, isResting = false, capabilities }: SpeakingCandidate,
  { language, sampleRateHz, text }: SpeechRequest,
): ParleyError | undefined {
  const { mostCharacters, sampleRatesHz, speaks } = capabilities;
  if (isResting) return new ParleyError('TTS_BREAKER_OPEN', `${name} failed too often of late.`);
  if (!speaks(language)) return rejected(`${name} does not speak ${language}.`);
  if (text.length > mostCharacters)
    return rejected(`${name} speaks at most ${mostCharacters} characters: this has ${text.length}.`);
  if (!isAmong(sampleRatesHz, sampleRateHz)) return rejected(`${name} does not speak at ${sampleRateHz} Hz.`);
  return undefined;
}

/** ASR_BREAKER_OPEN or ASR_REJECTED, without asking; whoever does not say what it can is taken to hear all. */
export function unfitToHear(
  { name, isResting = false, capabilities }: HearingCandidate,
  { language, sampleRateHz }: RecognitionRequest,
): ParleyError | undefined {
  if (isResting) return new ParleyError('ASR_BREAKER_OPEN', `${name} failed too often of late.`);
  if (!capabilities) return undefined;
  const { hears, sampleRatesHz } = capabilities;
  if (!hears(language)) return new ParleyError('ASR_REJECTED', `${name} does not hear ${language}.`);
  if (!sampleRatesHz.includes(sampleRateHz))
    return new ParleyError('ASR_REJECTED', `${name} does not hear at ${sampleRateHz} Hz.`);
  return undefined;
}

const rejected = (what: string) => new ParleyError('TTS_REJECTED', what);

function isAmong(rates: SynthesisProvider['capabilities']['sampleRatesHz'], rateHz: number): boolean {
  return 'from' in rates ? rateHz >= rates.from && rateHz <= rates.to : rates.includes(rateHz);
}
