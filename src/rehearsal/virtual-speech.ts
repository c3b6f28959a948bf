/** A voice that needs no network: it is silent, and lasts as long as the words would. */
import { silence } from '../audio/pcm.ts';
import type { Pcm } from '../audio/pcm.ts';
import { sleep } from '../base/clock.ts';
import type { Clock } from '../base/clock.ts';
import type { SpeechPiece, SpeechRequest, Synthesizer } from '../speech/synthesis/synthesizer.ts';

/** A character of speech, ms: some fifteen a second, as people and synthesizers speak. */
const CHARACTER_MS = 65;

/** Until a synthesizer's first audio, ms: what a good one needs. */
const FIRST_AUDIO_MS = 200;

const SHORTEST_MS = 200;

export function spokenMs(text: string, speed = 1): number {
  return Math.max(SHORTEST_MS, (text.length * CHARACTER_MS) / speed);
}

export function spokenPcm({ text, voice, sampleRateHz }: SpeechRequest): Pcm {
  return silence(spokenMs(text, voice.speed), sampleRateHz);
}

export class VirtualSynthesizer implements Synthesizer {
  readonly name = 'rehearsal';
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async *synthesize(request: SpeechRequest, signal: AbortSignal): AsyncIterable<SpeechPiece> {
    await sleep(this.#clock, FIRST_AUDIO_MS, signal);
    yield { pcm: spokenPcm(request).data, words: [], provider: this.name };
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
