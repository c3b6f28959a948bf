/**
 * SpeechKit's gRPC services as typed method definitions, for clients and for the stand-in server alike. The proto files in `proto/` are
 * the source; the types here name what Parley uses of them. Fields keep the wire's snake_case names.
 *
 * A client needs no generated class:
 *
 *     const { UtteranceSynthesis: method } = synthesizerService();
 *     const call = client.makeServerStreamRequest(
 *       method.path, method.requestSerialize, method.responseDeserialize, request, metadata, options);
 */
import type { MethodDefinition } from '@grpc/grpc-js';
import { loadService } from '../grpc/load-service.ts';

/** `speechkit.tts.v3.Synthesizer` */
export type SynthesizerService = {
  readonly UtteranceSynthesis: MethodDefinition<UtteranceSynthesisRequest, UtteranceSynthesisResponse>;
};

/** `speechkit.stt.v3.Recognizer` */
export type RecognizerService = {
  readonly RecognizeStreaming: MethodDefinition<StreamingRequest, StreamingResponse>;
};

/** Reads the proto file from disk the first time. */
export function synthesizerService(): SynthesizerService {
  return loadService<SynthesizerService>('speechkit/tts/v3/tts.proto', 'speechkit.tts.v3.Synthesizer');
}

/** Reads the proto file from disk the first time. */
export function recognizerService(): RecognizerService {
  return loadService<RecognizerService>('speechkit/stt/v3/stt.proto', 'speechkit.stt.v3.Recognizer');
}

/** What is left out of a request is not sent. At most one member of a oneof may be there. */
export interface UtteranceSynthesisRequest {
  readonly model?: string;
  readonly text?: string;
  /** One element a hint. */
  readonly hints?: readonly SynthesisHint[];
  readonly output_audio_spec?: AudioFormat;
  readonly loudness_normalization_type?: 'LOUDNESS_NORMALIZATION_TYPE_UNSPECIFIED' | 'MAX_PEAK' | 'LUFS';
  readonly unsafe_mode?: boolean;
}

export type SynthesisHint =
  | { readonly voice: string }
  | { readonly speed: number }
  | { readonly volume: number }
  | { readonly role: string }
  | { readonly pitch_shift: number }
  | { readonly duration: DurationHint };

export interface DurationHint {
  readonly policy: 'EXACT_DURATION' | 'MIN_DURATION' | 'MAX_DURATION';
  readonly duration_ms: number;
}

export interface AudioFormat {
  readonly raw_audio?: RawAudio;
  readonly container_audio?: { readonly container_audio_type: 'WAV' | 'OGG_OPUS' | 'MP3' };
}

export interface RawAudio {
  readonly audio_encoding: 'AUDIO_ENCODING_UNSPECIFIED' | 'LINEAR16_PCM';
  readonly sample_rate_hertz: number;
  /** Recognition only. */
  readonly audio_channel_count?: number;
}

/** Messages that were not sent are null. */
export interface UtteranceSynthesisResponse {
  readonly audio_chunk: { readonly data: Uint8Array } | null;
  readonly text_chunk: { readonly text: string } | null;
  readonly start_ms: number;
  readonly length_ms: number;
  readonly word_timings: readonly ProtoWordTiming[];
}

export interface ProtoWordTiming {
  readonly word: string;
  readonly start_ms: number;
  readonly length_ms: number;
}

export type StreamingRequest =
  | { readonly session_options: StreamingOptions }
  | { readonly chunk: { readonly data: Uint8Array } }
  | { readonly silence_chunk: { readonly duration_ms: number } }
  | { readonly eou: Record<string, never> };

export interface StreamingOptions {
  readonly recognition_model?: {
    readonly model?: string;
    readonly audio_format?: AudioFormat;
    readonly text_normalization?: TextNormalization;
    readonly language_restriction?: LanguageRestriction;
    readonly audio_processing_type?: 'AUDIO_PROCESSING_TYPE_UNSPECIFIED' | 'REAL_TIME' | 'FULL_DATA';
  };
  readonly eou_classifier?: EouClassifier;
}

export interface TextNormalization {
  readonly text_normalization:
    'TEXT_NORMALIZATION_UNSPECIFIED' | 'TEXT_NORMALIZATION_ENABLED' | 'TEXT_NORMALIZATION_DISABLED';
  readonly profanity_filter?: boolean;
  readonly literature_text?: boolean;
  readonly phone_formatting_mode?: 'PHONE_FORMATTING_MODE_UNSPECIFIED' | 'PHONE_FORMATTING_MODE_DISABLED';
}

export interface LanguageRestriction {
  readonly restriction_type: 'LANGUAGE_RESTRICTION_TYPE_UNSPECIFIED' | 'WHITELIST' | 'BLACKLIST';
  readonly language_code: readonly string[];
}

export interface EouClassifier {
  readonly default_classifier?: {
    readonly type: 'EOU_SENSITIVITY_UNSPECIFIED' | 'DEFAULT' | 'HIGH';
    readonly max_pause_between_words_hint_ms?: number;
  };
  readonly external_classifier?: Record<string, never>;
}

/** `Event` names the member of the oneof that is there; it is missing if none is. */
export interface StreamingResponse {
  readonly Event?:
    | 'partial'
    | 'final'
    | 'eou_update'
    | 'final_refinement'
    | 'status_code'
    | 'classifier_update'
    | 'speaker_analysis'
    | 'conversation_analysis'
    | 'summarization';
  readonly session_uuid: { readonly uuid: string; readonly user_request_id: string } | null;
  readonly audio_cursors: AudioCursors | null;
  readonly response_wall_time_ms: number;
  readonly channel_tag: string;
  readonly partial?: AlternativeUpdate;
  readonly final?: AlternativeUpdate;
  readonly eou_update?: { readonly time_ms: number };
  readonly final_refinement?: { readonly final_index: number; readonly normalized_text?: AlternativeUpdate };
  readonly status_code?: {
    readonly code_type: 'CODE_TYPE_UNSPECIFIED' | 'WORKING' | 'WARNING' | 'CLOSED';
    readonly message: string;
  };
}

export interface AudioCursors {
  readonly received_data_ms: number;
  readonly reset_time_ms: number;
  readonly partial_time_ms: number;
  readonly final_time_ms: number;
  readonly final_index: number;
  readonly eou_time_ms: number;
}

export interface AlternativeUpdate {
  /** Best first. */
  readonly alternatives: readonly Alternative[];
}

export interface Alternative {
  readonly text: string;
  readonly words: readonly RecognizedWord[];
  readonly start_time_ms: number;
  readonly end_time_ms: number;
  readonly confidence: number;
  readonly languages: readonly { readonly language_code: string; readonly probability: number }[];
}

export interface RecognizedWord {
  readonly text: string;
  readonly start_time_ms: number;
  readonly end_time_ms: number;
}
