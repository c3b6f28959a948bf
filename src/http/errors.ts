/** What a request is answered when it fails: always the same three fields, always a code of the catalogue. */
import type { FastifyInstance, FastifyReply } from 'fastify';
import { ERROR_CATALOGUE } from '../base/error-catalogue.ts';
import { ParleyError, isParleyError } from '../base/errors.ts';
import type { ErrorCode } from '../base/error-catalogue.ts';
import type { Log } from '../base/log.ts';
import type { ApiError } from './contract.ts';

/** A code that is not here is a fault of Parley's own: 500. */
const STATUS: Readonly<Partial<Record<ErrorCode, number>>> = {
  HTTP_INVALID: 400,
  HTTP_UNAUTHORIZED: 401,
  HTTP_FORBIDDEN: 403,
  HISTORY_PRIVATE: 403,
  TWILIO_SIGNATURE_WRONG: 403,
  HTTP_NOT_FOUND: 404,
  CALL_UNKNOWN: 404,
  HISTORY_UNKNOWN: 404,
  RESULT_UNKNOWN: 404,
  HISTORY_OFF: 404,
  HISTORY_UNRECORDED: 404,
  CAMPAIGN_UNKNOWN: 404,
  DAEMON_UNKNOWN: 404,
  CONVERSATION_UNKNOWN: 404,
  CALL_OVER: 409,
  CALL_ORDER_CONFLICT: 409,
  BOT_PROFILE_UNKNOWN: 422,
  NUMBER_INVALID: 422,
  TELEPHONE_UNKNOWN: 422,
  CALL_NOT_PLACED: 503,
  CALL_ORDER_UNKEPT: 503,
  CONVERSATION_BUSY: 409,
  CAMPAIGN_EXISTS: 409,
  CAMPAIGN_STATE: 409,
  HTTP_TOO_LARGE: 413,
  HTTP_WRONG_TYPE: 415,
  BOT_PROFILE_INVALID: 422,
  BUNDLE_UNREADABLE: 422,
  BUNDLE_INVALID: 422,
  BUNDLE_NEWER: 422,
  TENANTS_INVALID: 422,
  TRANSFER_NOWHERE: 422,
  TRANSFER_KIND_WRONG: 422,
  CAMPAIGN_INVALID: 422,
  LEADS_INVALID: 422,
  HTTP_TOO_MANY: 429,
  CONVERSATIONS_FULL: 429,
  CALL_REFUSED: 503,
  CAMPAIGNS_UNAVAILABLE: 503,
  FLEET_AWAY: 503,
  TELEPHONE_AWAY: 503,
  HISTORY_UNAVAILABLE: 503,
  HISTORY_NEWER: 503,
};

/** What the web server itself refuses, by its status; whatever else is below 500 is HTTP_INVALID. */
const CODES: Readonly<Record<number, ErrorCode>> = {
  404: 'HTTP_NOT_FOUND',
  413: 'HTTP_TOO_LARGE',
  415: 'HTTP_WRONG_TYPE',
  429: 'HTTP_TOO_MANY',
};

export function answerErrors(app: FastifyInstance, log: Log): void {
  app.setNotFoundHandler((_request, reply) =>
    answerWith(reply, new ParleyError('HTTP_NOT_FOUND', 'There is nothing here.')),
  );
  app.setErrorHandler((error, request, reply) => {
    const told = toldError(error);
    if (told.code === 'INTERNAL')
      log.error({ event: 'http.failure', route: request.routeOptions.url, error }, 'a request failed');
    return answerWith(reply, told);
  });
}

export function answerWith(reply: FastifyReply, { code, detail }: ParleyError): FastifyReply {
  const body: ApiError = { code, message: detail, help: ERROR_CATALOGUE[code].advice };
  return reply.code(STATUS[code] ?? 500).send(body);
}

/** The error as it may be told: of a fault of Parley's own, only that it is one. */
export function toldError(error: unknown): ParleyError {
  if (isParleyError(error) && STATUS[error.code] !== undefined) return error;
  if (!(error instanceof Error) || isParleyError(error)) return fault();
  const status = 'statusCode' in error ? Number(error.statusCode) : 500;
  return status < 500
    ? new ParleyError(CODES[status] ?? 'HTTP_INVALID', `${error.message.replace(/\.$/, '')}.`)
    : fault();
}

function fault(): ParleyError {
  return new ParleyError('INTERNAL', 'This should not have happened; the log says more.');
}
