/** Under what the speech API keeps what it has spoken and heard. */
import { hash } from 'node:crypto';
import type { VoiceKey } from '../speech/cache/voice-key.ts';
import type { Speaker } from './choose-voice.ts';
import type { HearingOrder, SpeechOrder } from './speech-orders.ts';
import type { SpeechVendor } from './vendor.ts';

/** The text comes last: nothing in it can be taken for another field. `role`: as this voice takes it. */
export function speechKey(
  { vendor, voice, language }: Speaker,
  { text, speed, format, pitch = 1, volume = 1, ssml = false }: SpeechOrder,
  role: string | undefined,
): VoiceKey {
  const how = `${language}\n${voice}\n${role ?? ''}\n${speed}\n${format}\n${pitch}\n${volume}\n${ssml ? 'ssml' : 'text'}`;
  const model = vendor.models?.speaks ?? vendor.synthesizer?.name ?? '';
  return { operation: 'tts', content: `${how}\n${text}`, provider: vendor.name, model };
}

/** The recording counts by its SHA-256: nobody can make another one that is taken for it. */
export function recordingKey(
  vendor: SpeechVendor,
  language: string,
  { file, wordTimes = false, noiseReduction = false }: HearingOrder,
): VoiceKey {
  const asked = `${language} ${wordTimes ? 'words' : ''} ${noiseReduction ? 'quiet' : ''}`;
  return {
    operation: 'stt',
    content: `${hash('sha256', file, 'base64url')} ${asked}`,
    provider: vendor.name,
    model: vendor.models?.hears ?? vendor.recognizer?.name ?? '',
  };
}
