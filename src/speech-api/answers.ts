/** How the speech API tells of failures: in OpenAI's shape where OpenAI's clients ask, in its own elsewhere. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ERROR_CATALOGUE } from '../base/error-catalogue.ts';
import type { Log } from '../base/log.ts';
import { SPEECH_STATUS, SpeechRefusal, refusalOf } from './refusal.ts';
import type { SpeechCode } from './refusal.ts';

/** Whatever else is below /v1/ is asked for by OpenAI's clients, also what is not there: https://platform.openai.com/docs/api-reference/audio */
const OPENAI_PATHS = /^\/v1\/(?!(speech|batches|files|health|languages|voices)(?![\w-]))/;

/** What OpenAI's clients tell apart. Whatever is not here is a `server_error`. */
const OPENAI_TYPES: Readonly<Partial<Record<SpeechCode, string>>> = {
  AUTHENTICATION_ERROR: 'authentication_error',
  SIGNATURE_INVALID: 'authentication_error',
  PERMISSION_DENIED: 'permission_error',
  RATE_LIMIT_EXCEEDED: 'rate_limit_error',
  VALIDATION_ERROR: 'invalid_request_error',
  TEXT_TOO_LONG: 'invalid_request_error',
  AUDIO_TOO_LARGE: 'invalid_request_error',
  UNSUPPORTED_FORMAT: 'invalid_request_error',
  UNSUPPORTED_ENCODING: 'invalid_request_error',
  AUDIO_PROCESSING_ERROR: 'invalid_request_error',
  CONTENT_REJECTED: 'invalid_request_error',
  RESOURCE_NOT_FOUND: 'invalid_request_error',
  LANGUAGE_NOT_SUPPORTED: 'invalid_request_error',
  PROVIDER_NOT_FOUND: 'invalid_request_error',
};

export function answerFailures(app: FastifyInstance, log: Log): void {
  app.setNotFoundHandler((request, reply) =>
    answerRefusal(request, reply, new SpeechRefusal('RESOURCE_NOT_FOUND', 'There is nothing here.')),
  );
  app.setErrorHandler((error, request, reply) => {
    const refusal = refusalOf(error);
    const told = {
      event: 'speech.refused',
      requestId: request.id,
      route: request.routeOptions.url,
      code: refusal.code,
    };
    // The provider's own message may quote what a client has asked for: only its code is told.
    if (SPEECH_STATUS[refusal.code] < 500) log.debug(told, 'a request was refused');
    else if (refusal.code === 'VOICE_SERVICE_ERROR') log.error({ ...told, error }, 'a request failed');
    else log.warn({ ...told, ...refusal.details }, 'a request failed');
    return answerRefusal(request, reply, refusal);
  });
}

export function answerRefusal(
  request: FastifyRequest,
  reply: FastifyReply,
  refusal: SpeechRefusal,
): FastifyReply {
  const { code, retryAfterSeconds } = refusal;
  if (retryAfterSeconds !== undefined) void reply.header('retry-after', String(retryAfterSeconds));
  // https://www.rfc-editor.org/rfc/rfc9110#section-12.5.3
  if (code === 'UNSUPPORTED_ENCODING') void reply.header('accept-encoding', 'identity');
  if (code === 'AUTHENTICATION_ERROR') void reply.header('www-authenticate', 'Bearer');
  void reply.code(SPEECH_STATUS[code]).type('application/json; charset=utf-8');
  return reply.send(OPENAI_PATHS.test(request.url) ? openAiShape(refusal) : ownShape(refusal, request.id));
}

/** As OpenAI calls what Parley's own paths call otherwise. */
const OPENAI_FIELDS: Readonly<Record<string, string>> = { text: 'input', format: 'response_format' };

/** What OpenAI's clients make an error of. */
export function openAiShape({ code, detail, param }: SpeechRefusal) {
  const message = `${detail} ${ERROR_CATALOGUE[code].advice}`;
  const field = param === undefined ? null : (OPENAI_FIELDS[param] ?? param);
  return { error: { message, type: OPENAI_TYPES[code] ?? 'server_error', param: field, code } };
}

/** The error as Parley's own paths tell it. */
export function ownShape(
  { code, detail, details, param, retryAfterSeconds }: SpeechRefusal,
  requestId: string,
) {
  return {
    error_code: code,
    error_message: detail,
    details: {
      ...details,
      ...(param !== undefined && { field: param }),
      advice: ERROR_CATALOGUE[code].advice,
    },
    request_id: requestId,
    timestamp: new Date().toISOString(),
    retry_after: retryAfterSeconds ?? null,
  };
}
