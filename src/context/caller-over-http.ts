/** The lookup of a caller as the profile writes it: one HTTP request, to the host that stands there. */
import { ParleyError } from '../base/errors.ts';
import type { Json } from '../base/json.ts';
import type { HttpRequestProfile } from '../config/profile-http.ts';
import { picked } from '../tools/http/answer-text.ts';
import { exchange, traceHeaders } from '../tools/http/exchange.ts';
import type { HttpPorts } from '../tools/http/exchange.ts';
import { httpRequest, Unfillable } from '../tools/http/http-request.ts';
import type { Secrets } from '../tools/secrets.ts';
import type { CallFacts } from '../tools/tool.ts';
import type { CallerSource } from './caller-lookup.ts';

/** How a server says that it knows nobody of that number. */
const UNKNOWN = /^HTTP (404|410)$/;

/** Asks nobody for a number that is withheld. Rejects with CALLER_LOOKUP_FAILED, without secrets, addresses or numbers in it. */
export function callerOverHttp(
  http: HttpRequestProfile,
  call: CallFacts,
  secrets: Secrets,
  ports: HttpPorts,
): CallerSource['lookUp'] {
  return async (signal) => {
    if (call.callerNumber === '') return undefined;
    const request = requestFor(http, call, secrets);
    const headers = { ...traceHeaders(ports, call.id), ...request.headers };
    const exchanged = await exchange({ ...request, headers }, http, ports, signal);
    if (exchanged.kind === 'failed') {
      if (UNKNOWN.test(exchanged.reason)) return undefined;
      throw new ParleyError(
        'CALLER_LOOKUP_FAILED',
        `The caller could not be looked up: ${exchanged.reason}.`,
        {
          quote: secrets.hidden(exchanged.said),
        },
      );
    }
    if (exchanged.text === undefined)
      throw new ParleyError(
        'CALLER_LOOKUP_FAILED',
        `The answer could not be read: it is cut off, or longer than ${http.maxBytes} bytes.`,
      );
    const text = secrets.hidden(exchanged.text);
    const chosen = http.pick === undefined ? text : picked(text, http.pick);
    return chosen === undefined || chosen.trim() === '' ? undefined : jsonOf(chosen);
  };
}

function requestFor(http: HttpRequestProfile, call: CallFacts, secrets: Secrets) {
  try {
    return httpRequest(http, { input: {}, call, secrets });
  } catch (error) {
    if (!(error instanceof Unfillable)) throw error;
    throw new ParleyError(
      'CALLER_LOOKUP_FAILED',
      'The address cannot be made of what is known of the call.',
      { cause: error },
    );
  }
}

/** Text that is no JSON is a text. */
function jsonOf(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text.trim();
  }
}
