/** Google's gRPC services as typed method definitions, for clients and for the stand-in server alike; `proto/google/` is the source. Snake case is the wire's. */
import type { MethodDefinition } from '@grpc/grpc-js';
import { loadService } from '../grpc/load-service.ts';

/** `google.cloud.texttospeech.v1.TextToSpeech` */
export type TextToSpeechService = {
  readonly SynthesizeSpeech: MethodDefinition<SynthesizeSpeechRequest, SynthesizeSpeechResponse>;
};

/** `google.cloud.speech.v2.Speech` */
export type SpeechService = {
  readonly StreamingRecognize: MethodDefinition<StreamingRecognizeRequest, StreamingRecognizeResponse>;
};

export interface SynthesizeSpeechRequest {
  readonly input: { readonly text: string };
  readonly voice: {
    readonly language_code: string;
    readonly name?: string;
    readonly ssml_gender?: 'MALE' | 'FEMALE';
  };
  readonly audio_config: {
    readonly audio_encoding: 'PCM';
    readonly speaking_rate: number;
    readonly sample_rate_hertz: number;
  };
}

export interface SynthesizeSpeechResponse {
  readonly audio_content: Uint8Array;
}

export type StreamingRecognizeRequest =
  | { readonly recognizer: string; readonly streaming_config: StreamingRecognitionConfig }
  | { readonly audio: Uint8Array };

export interface StreamingRecognitionConfig {
  readonly config: {
    readonly explicit_decoding_config: {
      readonly encoding: 'LINEAR16';
      readonly sample_rate_hertz: number;
      readonly audio_channel_count: number;
    };
    readonly model: string;
    readonly language_codes: readonly string[];
    readonly features: {
      readonly enable_automatic_punctuation: boolean;
      readonly enable_word_time_offsets?: boolean;
    };
  };
  readonly streaming_features: { readonly interim_results: boolean };
}

export interface StreamingRecognizeResponse {
  readonly results: readonly {
    readonly alternatives: readonly {
      readonly transcript: string;
      /** 0 where it is not told. */
      readonly confidence: number;
      readonly words?: readonly WordInfo[];
    }[];
    readonly is_final: boolean;
    readonly language_code: string;
  }[];
}

/** From the beginning of the stream. No offset is the beginning itself. */
export interface WordInfo {
  readonly word: string;
  readonly start_offset?: Offset | null;
  readonly end_offset?: Offset | null;
}

/** `google.protobuf.Duration` */
export interface Offset {
  readonly seconds: number;
  readonly nanos: number;
}

/** Reads the proto file from disk the first time. */
export function textToSpeechService(): TextToSpeechService {
  return loadService<TextToSpeechService>('google/tts.proto', 'google.cloud.texttospeech.v1.TextToSpeech');
}

/** Reads the proto file from disk the first time. */
export function speechService(): SpeechService {
  return loadService<SpeechService>('google/stt.proto', 'google.cloud.speech.v2.Speech');
}
