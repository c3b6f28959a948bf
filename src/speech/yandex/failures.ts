import { status } from '@grpc/grpc-js';
import { isParleyError, ParleyError, type ErrorCode } from '../../base/errors.ts';
import { failedHttpCode } from '../../base/failed-http.ts';

/** Which family of error codes a failure belongs to. */
type Service = 'ASR' | 'TTS';

/** Said by servers that are up but refuse this request; the same request is refused again. */
const REFUSALS: readonly status[] = [
  status.INVALID_ARGUMENT,
  status.NOT_FOUND,
  status.FAILED_PRECONDITION,
  status.OUT_OF_RANGE,
];

/** Said to whoever has no right to ask. */
const UNAUTHORIZED: readonly status[] = [status.UNAUTHENTICATED, status.PERMISSION_DENIED];

/**
 * What grpc-js itself says of an answer that it cannot take. It gives the codes INTERNAL and RESOURCE_EXHAUSTED, which servers use for
 * other things.
 */
const UNTAKEN = /^(Response message parsing error|Received message larger than max)/;

/** The server does not take the credentials: the key is wrong, or a token has been taken back before its time. */
export class CredentialsRefused extends ParleyError {}

/** What a failed RPC means. Anything that is not a gRPC status is handed back as it is, a ParleyError among it. */
export function grpcFailure(service: Service, error: unknown): unknown {
  if (isParleyError(error) || !isStatus(error)) return error;
  const Failure = error.code === status.UNAUTHENTICATED ? CredentialsRefused : ParleyError;
  return new Failure(grpcCode(service, error), `gRPC ${status[error.code] ?? error.code}.`, {
    quote: error.details,
  });
}

function grpcCode(service: Service, { code, details }: GrpcStatus): ErrorCode {
  if (code === status.UNIMPLEMENTED || UNTAKEN.test(details)) return `${service}_BAD_ANSWER`;
  if (UNAUTHORIZED.includes(code)) return `${service}_UNAUTHORIZED`;
  if (REFUSALS.includes(code)) return `${service}_REJECTED`;
  if (code === status.RESOURCE_EXHAUSTED) return `${service}_QUOTA`;
  if (code === status.DEADLINE_EXCEEDED) return `${service}_TIMEOUT`;
  return `${service}_UNAVAILABLE`;
}

interface GrpcStatus {
  readonly code: status;
  readonly details: string;
}

function isStatus(error: unknown): error is GrpcStatus {
  return error instanceof Error && 'details' in error && 'code' in error && typeof error.code === 'number';
}

/** What an HTTP status other than 200 means; `body` is its answer, of which a little is quoted. */
export function httpFailure(service: Service, statusCode: number, body: string): ParleyError {
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
