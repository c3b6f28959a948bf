/** What a request of the speech API is refused with: a code of the catalogue, and what a program needs to know beside it. */
import { ParleyError, isParleyError } from '../base/errors.ts';
import type { ErrorCode } from '../base/error-catalogue.ts';

/** Every code that the speech API answers with, and its HTTP status. Names and meanings are those of the service that clients come from. */
export const SPEECH_STATUS = {
  VALIDATION_ERROR: 400,
  TEXT_TOO_LONG: 400,
  REQUEST_TOO_SLOW: 408,
  AUDIO_TOO_LARGE: 413,
  UNSUPPORTED_FORMAT: 415,
  UNSUPPORTED_ENCODING: 415,
  AUDIO_PROCESSING_ERROR: 422,
  CONTENT_REJECTED: 422,
  GUARD_UNAVAILABLE: 503,
  AUTHENTICATION_ERROR: 401,
  SIGNATURE_INVALID: 401,
  PERMISSION_DENIED: 403,
  RESOURCE_NOT_FOUND: 404,
  RATE_LIMIT_EXCEEDED: 429,
  SERVICE_BUSY: 503,
  LANGUAGE_NOT_SUPPORTED: 400,
  PROVIDER_NOT_FOUND: 400,
  PROVIDER_NOT_AVAILABLE: 503,
  PROVIDER_ERROR: 502,
  VOICE_TIMEOUT: 504,
  VOICE_CONFIG_ERROR: 502,
  STORAGE_UNAVAILABLE: 503,
  STORAGE_FULL: 507,
  STORAGE_REFUSED: 503,
  VOICE_SERVICE_ERROR: 500,
} as const satisfies Readonly<Partial<Record<ErrorCode, number>>>;

export type SpeechCode = keyof typeof SPEECH_STATUS;

export interface RefusalOptions {
  readonly details?: Readonly<Record<string, unknown>>;
  /** When the same request may succeed; left out where asking again does not help, or nobody knows. */
  readonly retryAfterSeconds?: number | undefined;
  /** The field of the request that is at fault. */
  readonly param?: string | undefined;
  readonly cause?: unknown;
}

export class SpeechRefusal extends ParleyError {
  declare readonly code: SpeechCode;
  readonly details: Readonly<Record<string, unknown>>;
  readonly retryAfterSeconds: number | undefined;
  readonly param: string | undefined;

  constructor(code: SpeechCode, detail: string, options: RefusalOptions = {}) {
    super(code, detail, { cause: options.cause });
    this.details = options.details ?? {};
    this.retryAfterSeconds = options.retryAfterSeconds;
    this.param = options.param;
  }
}

/** So many characters of what a client has written stand in an error. */
const MOST_SHOWN = 40;

/** What a client has written, as an error quotes it. */
export function shown(text: string): string {
  return text.slice(0, MOST_SHOWN);
}

/** What a provider's failure means to a client. Its message stays here: it may quote what another client has said. */
const OF_PROVIDERS: Readonly<Partial<Record<ErrorCode, SpeechCode>>> = {
  TTS_TIMEOUT: 'VOICE_TIMEOUT',
  ASR_TIMEOUT: 'VOICE_TIMEOUT',
  TTS_UNAUTHORIZED: 'VOICE_CONFIG_ERROR',
  ASR_UNAUTHORIZED: 'VOICE_CONFIG_ERROR',
  CREDENTIALS_INVALID: 'VOICE_CONFIG_ERROR',
  CREDENTIALS_UNAVAILABLE: 'PROVIDER_NOT_AVAILABLE',
  TTS_UNAVAILABLE: 'PROVIDER_NOT_AVAILABLE',
  ASR_UNAVAILABLE: 'PROVIDER_NOT_AVAILABLE',
  TTS_QUOTA: 'PROVIDER_NOT_AVAILABLE',
  ASR_QUOTA: 'PROVIDER_NOT_AVAILABLE',
  ASR_BREAKER_OPEN: 'PROVIDER_NOT_AVAILABLE',
  TTS_BREAKER_OPEN: 'PROVIDER_NOT_AVAILABLE',
  TTS_BAD_ANSWER: 'PROVIDER_ERROR',
  ASR_BAD_ANSWER: 'PROVIDER_ERROR',
  TTS_REJECTED: 'PROVIDER_ERROR',
  ASR_REJECTED: 'PROVIDER_ERROR',
  AUDIO_INVALID: 'AUDIO_PROCESSING_ERROR',
};

/** The place, which stands in their messages, is the operator's. */
const OF_STORAGE = ['STORAGE_UNAVAILABLE', 'STORAGE_FULL', 'STORAGE_REFUSED'] as const;

/** The web server's own, by its status. */
const OF_THE_SERVER: Readonly<Record<number, SpeechCode>> = {
  404: 'RESOURCE_NOT_FOUND',
  413: 'AUDIO_TOO_LARGE',
  415: 'UNSUPPORTED_FORMAT',
};

/** The error as a client may be told it: of a fault of Parley's own, only that it is one. */
export function refusalOf(error: unknown): SpeechRefusal {
  if (error instanceof SpeechRefusal) return error;
  if (isParleyError(error)) {
    const ofStorage = OF_STORAGE.find((one) => one === error.code);
    if (ofStorage)
      return new SpeechRefusal(ofStorage, 'The audio cannot be kept, or fetched, now.', { cause: error });
    const code = OF_PROVIDERS[error.code];
    if (code === 'AUDIO_PROCESSING_ERROR') return new SpeechRefusal(code, error.detail, { cause: error });
    if (code)
      return new SpeechRefusal(code, 'The provider has failed.', {
        details: { provider_code: error.code },
        cause: error,
      });
  } else if (error instanceof Error && 'statusCode' in error && Number(error.statusCode) < 500) {
    const code = OF_THE_SERVER[Number(error.statusCode)] ?? 'VALIDATION_ERROR';
    return new SpeechRefusal(code, `${error.message.replace(/\.$/, '')}.`);
  }
  return new SpeechRefusal('VOICE_SERVICE_ERROR', 'This should not have happened; the log says more.', {
    cause: error,
  });
}
