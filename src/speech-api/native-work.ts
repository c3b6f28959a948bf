/** The work of Parley's own paths: what is asked for there, and what is told of it; alike for single requests and batches. */
import { errorCode } from '../base/errors.ts';
import type { Storage, StoredFile } from '../storage/storage.ts';
import type { Desks } from './desks.ts';
import { CONTENT_TYPES } from './formats/speech-formats.ts';
import type { SttWish, TtsWish } from './native-wishes.ts';
import { wholeSpeech } from './send-speech.ts';
import type { Speech } from './speech-desk.ts';
import type { Warning } from './warning.ts';
import { withoutPunctuation } from './without-punctuation.ts';

/** A text spoken, whole. Throws what a SpeechDesk throws. */
export async function spokenWish(
  { speaking }: Desks,
  { emotion: role, preferred_provider: preferred, ...wish }: TtsWish,
  signal: AbortSignal,
): Promise<{ readonly speech: Speech; readonly audio: Uint8Array }> {
  const speech = await speaking.speak({ ...wish, role, preferred }, signal);
  return { speech, audio: await wholeSpeech(speech) };
}

export function toldSpeech(speech: Speech, audio: Uint8Array) {
  return {
    content_type: CONTENT_TYPES[speech.format],
    duration: seconds(speech.durationMs()),
    file_size: audio.byteLength,
    voice: speech.voice,
    provider_used: speech.provider,
    cached: speech.cached,
  };
}

/** Kept where its owner can fetch it later. Throws STORAGE_*. */
export function keptSpeech(
  storage: Storage,
  { format, provider, voice }: Speech,
  content: Uint8Array,
  owner: string,
): Promise<StoredFile> {
  const metadata = { owner, provider, voice: voice.slice(0, MOST_OF_A_NAME) };
  return storage.store({ bucket: 'voice-files', content, contentType: CONTENT_TYPES[format], metadata });
}

/** Of what goes into metadata, which have little room. */
const MOST_OF_A_NAME = 100;

/** The address of what is kept; where it could not be, a warning instead: the audio itself is in the answer. */
export async function linkTo(
  files: { linkTo(speech: Speech, audio: Uint8Array, owner: string): Promise<string> } | undefined,
  speech: Speech,
  audio: Uint8Array,
  owner: string,
): Promise<{ readonly url: string | null; readonly warnings: readonly Warning[] }> {
  if (!files) return { url: null, warnings: [] };
  try {
    return { url: await files.linkTo(speech, audio, owner), warnings: [] };
  } catch (error) {
    const message = `The audio could not be kept: ${errorCode(error) ?? 'unknown reason'}.`;
    return { url: null, warnings: [{ field: 'audio_url', message }] };
  }
}

/** A recording written down. Throws what a HearingDesk throws. */
export async function heardWish({ hearing }: Desks, file: Uint8Array, wish: SttWish, signal: AbortSignal) {
  const order = {
    file,
    language: wish.detect_language ? undefined : wish.language,
    preferred: wish.preferred_provider,
    wordTimes: wish.word_timestamps,
    noiseReduction: wish.noise_reduction,
  };
  const heard = await hearing.hear(order, signal);
  const told = wish.punctuation ? (text: string) => text : withoutPunctuation;
  return {
    text: told(heard.text),
    language: heard.language ?? null,
    confidence: heard.confidence ?? null,
    segments: heard.segments.map(({ startMs, endMs, text }) => ({
      start: seconds(startMs),
      end: seconds(endMs),
      text: told(text),
    })),
    words:
      heard.words?.map(({ word, startMs, endMs }) => ({
        word: told(word),
        start: seconds(startMs),
        end: seconds(endMs),
      })) ?? null,
    duration: seconds(heard.durationMs),
    file_size: file.byteLength,
    provider_used: heard.provider,
    cached: heard.cached,
    details: { warnings: heard.warnings },
  };
}

export const seconds = (ms: number) => Math.round(ms) / 1000;
