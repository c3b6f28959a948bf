/** Speech as it leaves the stand-in, piece by piece, with its scripted pace and faults: the same for gRPC and HTTP. */
import { sleep, type Clock } from '../../../base/clock.ts';
import { bytesToMs, durationMs, slice } from '../../../audio/pcm.ts';
import type { SpeechKitDelays } from './delays.ts';
import { hang, passFault, Refusal, type Fault } from './faults.ts';
import type { SimulatedVoice } from './voice.ts';

export interface SpokenPiece {
  readonly data: Uint8Array;
  readonly startMs: number;
  readonly lengthMs: number;
  /** The words that begin in this piece. */
  readonly words: readonly SpokenWord[];
}

export interface SpokenWord {
  readonly word: string;
  readonly startMs: number;
  readonly lengthMs: number;
}

export interface SpeechSource {
  readonly voice: SimulatedVoice;
  readonly delays: SpeechKitDelays;
  readonly clock: Clock;
  readonly random: () => number;
}

export interface SpeechOrder {
  readonly text: string;
  readonly sampleRateHz: number;
  readonly fault: Fault | undefined;
}

/** Speaks at the scripted pace. Throws a Refusal where a fault says so, and the signal's reason when the client goes. */
export async function* speak(
  { voice, delays, clock, random }: SpeechSource,
  { text, sampleRateHz, fault }: SpeechOrder,
  signal: AbortSignal,
): AsyncGenerator<SpokenPiece> {
  // Drawn before anything is awaited, so that the seed gives each request the same delay however they run beside each other.
  const firstAudioMs = delays.firstAudioMs + random() * delays.firstAudioJitterMs;
  await passFault(fault, clock, signal);
  await sleep(clock, firstAudioMs, signal);
  if (fault?.kind === 'garbage' && fault.as === 'empty') return;

  const pcm = await voice(text, sampleRateHz);
  const lengthMs = durationMs(pcm);
  const words = wordTimes(text, lengthMs);
  const untilMs = fault?.kind === 'half' ? Math.min(fault.audioMs, lengthMs) : lengthMs;
  for (let startMs = 0; startMs < untilMs; startMs += delays.pieceMs) {
    const endMs = Math.min(startMs + delays.pieceMs, untilMs);
    if (delays.realTimeFactor > 0) await sleep(clock, (endMs - startMs) * delays.realTimeFactor, signal);
    const data = slice(pcm, startMs, endMs < lengthMs ? endMs : Infinity).data;
    const odd = fault?.kind === 'garbage' && fault.as === 'oddLength' && endMs === untilMs;
    yield {
      data: odd ? data.subarray(0, -1) : data,
      startMs,
      lengthMs: bytesToMs(data.byteLength, sampleRateHz),
      words: words.filter((word) => word.startMs >= startMs && word.startMs < endMs),
    };
  }
  if (fault?.kind !== 'half') return;
  if (fault.then === 'hang') await hang(signal);
  throw new Refusal('internal', 'scripted: broken off');
}

/** Every character of the text takes the same time. */
export function wordTimes(text: string, lengthMs: number): SpokenWord[] {
  const perCharMs = lengthMs / Math.max(1, text.length);
  return [...text.matchAll(/[\p{L}\p{N}]+/gu)].map(({ 0: word, index }) => ({
    word,
    startMs: Math.round(index * perCharMs),
    lengthMs: Math.round(word.length * perCharMs),
  }));
}
