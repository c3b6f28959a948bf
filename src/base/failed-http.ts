/** What it means where a service over HTTP has failed, in the codes of the catalogue. */
import type { ErrorCode } from './error-catalogue.ts';
import { isParleyError, ParleyError } from './errors.ts';

/** Which family of error codes a failure belongs to. */
type Service = 'ASR' | 'TTS';

/** Of an answer other than 200. */
export function failedHttpCode(service: Service, statusCode: number): ErrorCode {
  if (statusCode === 401 || statusCode === 403) return `${service}_UNAUTHORIZED`;
  if (statusCode === 429) return `${service}_QUOTA`;
  if (statusCode === 408 || statusCode === 504) return `${service}_TIMEOUT`;
  if (statusCode >= 500) return `${service}_UNAVAILABLE`;
  return statusCode >= 400 ? `${service}_REJECTED` : `${service}_BAD_ANSWER`;
}

/** What undici's own error means. Anything else is handed back as it is. */
export function failedConnection(service: Service, error: unknown): unknown {
  if (isParleyError(error) || !(error instanceof Error) || !('code' in error)) return error;
  const code = String(error.code);
  return new ParleyError(
    code.endsWith('_TIMEOUT') && code !== 'UND_ERR_CONNECT_TIMEOUT'
      ? `${service}_TIMEOUT`
      : `${service}_UNAVAILABLE`,
    `${code}.`,
  );
}

/** The server closed an idle connection just as it was used again: nothing is wrong, and a new one will do. */
export function isStaleConnection(error: unknown): boolean {
  return (
    error instanceof Error &&
    'code' in error &&
    ['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE'].includes(String(error.code))
  );
}
