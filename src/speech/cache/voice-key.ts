/** Under what speech and transcripts are kept: `{operation}:{content}:{provider}:{model}`. */
import { hash } from 'node:crypto';

export interface VoiceKey {
  readonly operation: 'tts' | 'stt';
  /** All that changes the result, which nothing else can be taken for; a digest where that is long. */
  readonly content: string;
  readonly provider: string;
  readonly model: string;
}

/** In memory the content is its own hash. */
export function memoryKey({ operation, content, provider, model }: VoiceKey): string {
  return `${operation}:${content}:${provider}:${model}`;
}

/** The number changes with the shape of what is kept: two versions of Parley may share one Redis. */
const VERSION = 'parley1';

/** What a client has asked for stands nowhere in it. */
export function sharedKey({ operation, content, provider, model }: VoiceKey): string {
  return `${VERSION}:${operation}:${hash('sha256', content, 'base64url')}:${provider}:${model}`;
}
