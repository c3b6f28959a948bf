/** Speaks without a sound: for lines on which the bot is read. Nobody is asked, nothing is waited for. */
import { silence } from '../../audio/pcm.ts';
import type { SpeechPiece, SpeechRequest, Synthesizer } from './synthesizer.ts';

/** A clip of no length would count as one that was not heard, ms. */
const CLIP_MS = 20;

export class MuteSynthesizer implements Synthesizer {
  readonly name = 'none';

  async *synthesize({ sampleRateHz }: SpeechRequest, signal: AbortSignal): AsyncIterable<SpeechPiece> {
    signal.throwIfAborted();
    yield { pcm: silence(CLIP_MS, sampleRateHz).data, words: [], provider: this.name };
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
