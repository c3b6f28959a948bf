/**
 * How an answer of Asterisk, or the lack of one, becomes a ParleyError. The statuses and messages are those of Asterisk 22,
 * which is not consistent: a channel that is gone is 404 to most requests but 400 when it is put into a bridge, and a channel
 * that has left Stasis is 409 to some and 422 to others.
 */
import type { ErrorCode } from '../../../base/error-catalogue.ts';
import { ParleyError } from '../../../base/errors.ts';
import { systemCode } from '../../../base/system-code.ts';

/** Longer messages are not Asterisk's own but a proxy's page. */
const QUOTED_CHARACTERS = 200;

/** `what` names the request, without its query; `body` is what came with the status. */
export function refusal(what: string, status: number, body: string): ParleyError {
  const message = messageOf(body);
  return new ParleyError(codeOf(status, message), `${what} was answered ${status}: ${message}.`);
}

/** For a request that got no answer at all. Only the code of `cause` is kept: it may carry a socket. */
export function noAnswer(what: string, cause: unknown): ParleyError {
  const code = systemCode(cause) ?? 'unknown reason';
  return new ParleyError('ARI_UNREACHABLE', `${what} got no answer (${code}).`);
}

/** For a request whose deadline has passed. */
export function tooLate(what: string, deadlineMs: number): ParleyError {
  return new ParleyError('ARI_TIMEOUT', `${what} got no answer within ${deadlineMs} ms.`);
}

/** For an answer that is not what Asterisk's API descriptions promise. */
export function strangeAnswer(what: string): ParleyError {
  return new ParleyError('ARI_FAILED', `${what} was answered in a form that is not ARI's.`);
}

function codeOf(status: number, message: string): ErrorCode {
  if (status === 401 || status === 403) return 'ARI_REFUSED';
  if (status === 422 || (status === 409 && /not in (a )?stasis/i.test(message))) return 'ARI_NOT_IN_STASIS';
  if (status === 404 || (status === 400 && /^channel not found/i.test(message))) return 'ARI_GONE';
  // 412: the channel's state does not allow it, for example because it is being hung up.
  if (status === 409 || status === 412) return 'ARI_CONFLICT';
  // `Asterisk not booted`: it listens already, and will answer in a moment.
  if (status === 503) return 'ARI_UNREACHABLE';
  return 'ARI_FAILED';
}

/** Asterisk answers `{"message":"…"}`, and in rare cases `{"error":"…"}`. */
function messageOf(body: string): string {
  const found = /"(?:message|error)"\s*:\s*"((?:[^"\\]|\\.)*)"/.exec(body)?.[1] ?? body;
  return found.slice(0, QUOTED_CHARACTERS);
}
