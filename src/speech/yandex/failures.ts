import { status } from '@grpc/grpc-js';
import { isParleyError, ParleyError } from '../../base/errors.ts';
import { failedHttpCode } from '../../base/failed-http.ts';
import { grpcCode, isGrpcStatus } from '../grpc/status-codes.ts';
import type { SpeechService } from '../grpc/status-codes.ts';

/** SpeechKit refuses a request with it, as with the others. */
const REFUSALS = [status.OUT_OF_RANGE];

/** The server does not take the credentials: the key is wrong, or a token has been taken back before its time. */
export class CredentialsRefused extends ParleyError {}

/** What a failed RPC means. Anything that is not a gRPC status is handed back as it is, a ParleyError among it. */
export function grpcFailure(service: SpeechService, error: unknown): unknown {
  if (isParleyError(error) || !isGrpcStatus(error)) return error;
  const Failure = error.code === status.UNAUTHENTICATED ? CredentialsRefused : ParleyError;
  return new Failure(grpcCode(service, error, REFUSALS), `gRPC ${status[error.code] ?? error.code}.`, {
    quote: error.details,
  });
}

/** What an HTTP status other than 200 means; `body` is its answer, of which a little is quoted. */
export function httpFailure(service: SpeechService, statusCode: number, body: string): ParleyError {
  const Failure = statusCode === 401 ? CredentialsRefused : ParleyError;
  return new Failure(failedHttpCode(service, statusCode), `HTTP ${statusCode}.`, { quote: messageOf(body) });
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

/** True where another connection might have done better. */
export function blamesConnection(error: unknown): boolean {
  return isParleyError(error, 'ASR_UNAVAILABLE', 'ASR_TIMEOUT', 'TTS_UNAVAILABLE', 'TTS_TIMEOUT');
}
