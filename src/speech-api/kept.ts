/** What is kept of speech and of transcripts, and how it travels between processes. */
import type { Clock } from '../base/clock.ts';
import { LayeredCache } from '../speech/cache/layered-cache.ts';
import { packParcel, unpackParcel } from '../speech/cache/packing.ts';
import type { Packing } from '../speech/cache/packing.ts';
import { VoiceCache } from '../speech/cache/voice-cache.ts';
import type { Transcript } from './hearing-desk.ts';

/** Speech that was made before, in its format. */
export interface KeptSpeech {
  readonly bytes: Uint8Array;
  readonly durationMs: number;
}

export const SPEECH_PACKING: Packing<KeptSpeech> = {
  pack: ({ bytes, durationMs }) => packParcel({ about: { durationMs }, bytes }),
  unpack: (packed) => {
    const { about, bytes } = unpackParcel(packed) ?? {};
    const durationMs = fieldOf(about, 'durationMs');
    return bytes && typeof durationMs === 'number' ? { bytes, durationMs } : undefined;
  },
};

export const TRANSCRIPT_PACKING: Packing<Transcript> = {
  pack: (about) => packParcel({ about, bytes: new Uint8Array() }),
  unpack: (packed) => {
    const { about } = unpackParcel(packed) ?? {};
    const isTranscript =
      typeof fieldOf(about, 'text') === 'string' && Array.isArray(fieldOf(about, 'segments'));
    return isTranscript ? (about as Transcript) : undefined;
  },
};

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

/** For a command that asks once. */
export function keepingNothing<Value>(packing: Packing<Value>, clock: Clock): LayeredCache<Value> {
  const memory = new VoiceCache<Value>({ maxBytes: 0, ttlMs: 0, clock });
  return new LayeredCache({ memory, shared: undefined, packing, ttlMs: 0, clock });
}
