import { status } from '@grpc/grpc-js';
import { isParleyError, ParleyError, type ErrorCode } from '../../base/errors.ts';

/** Said by servers that are up but refuse this request; the same request is refused again. */
const REFUSALS: readonly status[] = [
  status.INVALID_ARGUMENT,
  status.NOT_FOUND,
  status.PERMISSION_DENIED,
  status.FAILED_PRECONDITION,
  status.OUT_OF_RANGE,
  status.UNAUTHENTICATED,
];

/** grpc-js gives an answer that it cannot decode the code INTERNAL and a text that begins like this. */
const UNDECODABLE = 'Response message parsing error';

/** What a failed RPC means. Anything that is not a gRPC status is handed back as it is, a ParleyError among it. */
export function grpcFailure(error: unknown): unknown {
  if (isParleyError(error) || !isStatus(error)) return error;
  return new ParleyError(
    grpcCode(error),
    `gRPC ${status[error.code] ?? error.code}: ${excerpt(error.details)}.`,
  );
}

function grpcCode({ code, details }: GrpcStatus): ErrorCode {
  if (REFUSALS.includes(code)) return 'TTS_REJECTED';
  if (code === status.RESOURCE_EXHAUSTED) return 'TTS_QUOTA';
  if (code === status.DEADLINE_EXCEEDED) return 'TTS_TIMEOUT';
  if (code === status.UNIMPLEMENTED || details.startsWith(UNDECODABLE)) return 'TTS_BAD_ANSWER';
  return 'TTS_UNAVAILABLE';
}

interface GrpcStatus {
  readonly code: status;
  readonly details: string;
}

function isStatus(error: unknown): error is GrpcStatus {
  return error instanceof Error && 'details' in error && 'code' in error && typeof error.code === 'number';
}

/** What an HTTP status other than 200 means; `body` is its answer, of which a little is quoted. */
export function httpFailure(statusCode: number, body: string): ParleyError {
  return new ParleyError(httpCode(statusCode), `HTTP ${statusCode}: ${excerpt(messageOf(body))}.`);
}

function httpCode(statusCode: number): ErrorCode {
  if (statusCode === 429) return 'TTS_QUOTA';
  if (statusCode === 408 || statusCode === 504) return 'TTS_TIMEOUT';
  if (statusCode >= 500) return 'TTS_UNAVAILABLE';
  return statusCode >= 400 ? 'TTS_REJECTED' : 'TTS_BAD_ANSWER';
}

/** v1 answers `{"error_code": "...", "error_message": "..."}`; a proxy before it may answer anything. */
function messageOf(body: string): string {
  try {
    const { error_message: message } = JSON.parse(body) as { error_message?: unknown };
    return typeof message === 'string' ? message : body;
  } catch {
    return body;
  }
}

/** What undici's own error means. */
export function connectionFailure(error: unknown): unknown {
  if (isParleyError(error) || !(error instanceof Error) || !('code' in error)) return error;
  const code = String(error.code);
  return new ParleyError(
    code.endsWith('_TIMEOUT') && code !== 'UND_ERR_CONNECT_TIMEOUT' ? 'TTS_TIMEOUT' : 'TTS_UNAVAILABLE',
    `${code}.`,
  );
}

const EXCERPT_CHARACTERS = 200;

/** A server may quote the key it was sent. */
function excerpt(text: string): string {
  return text.replace(/\b(AQVN|t1\.|y[0-3]_)[\w.-]+/g, '***').slice(0, EXCERPT_CHARACTERS);
}
