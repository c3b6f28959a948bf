/** A tool that is one HTTP request, as the profile writes it. */
import type { JsonObject } from '../../base/json.ts';
import type { HttpToolProfile } from '../../config/profile-tools.ts';
import type { Secrets } from '../secrets.ts';
import type { Tool, ToolOutcome } from '../tool.ts';
import { bounded, picked } from './answer-text.ts';
import { exchange, traceHeaders } from './exchange.ts';
import type { Exchanged, HttpPorts } from './exchange.ts';
import { httpRequest, Unfillable } from './http-request.ts';

/** Of a server's words about a failure: enough to tell the caller what is wrong. */
const LONGEST_SAID = 500;

/** What the model is told where nobody knows what has become of it. */
export const MAY_BE_DONE =
  'It is not known whether it was done. Tell the caller so. Do not do it again unless the caller asks for it.';

export function httpTool(profile: HttpToolProfile, secrets: Secrets, ports: HttpPorts): Tool {
  const { name, description, readOnly, saying, onInterrupt, http } = profile;
  return {
    name,
    description,
    parameters: parametersOf(profile),
    readOnly,
    saying,
    onInterrupt,
    async run(input, { call, idempotencyKey }, signal) {
      try {
        const request = httpRequest(http, { input, call, secrets });
        const headers = {
          ...traceHeaders(ports, call.id, name),
          ...request.headers,
          ...(!readOnly && { 'idempotency-key': idempotencyKey }),
        };
        const exchanged = await exchange({ ...request, headers }, http, ports, signal);
        return outcomeOf(exchanged, profile, secrets);
      } catch (error) {
        if (!(error instanceof Unfillable)) throw error;
        return { status: 'failed', content: `It was not done: ${error.message}.` };
      }
    },
  };
}

function parametersOf({ arguments: properties, required }: HttpToolProfile): JsonObject {
  return { type: 'object', properties, required, additionalProperties: false };
}

function outcomeOf(
  exchanged: Exchanged,
  { readOnly, http: { pick } }: HttpToolProfile,
  secrets: Secrets,
): ToolOutcome {
  if (exchanged.kind === 'failed') {
    const { reason, said, mayBeDone } = exchanged;
    const words =
      said.trim() === '' ? '' : ` The server says: ${bounded(secrets.hidden(said), LONGEST_SAID)}`;
    if (!readOnly && mayBeDone)
      return { status: 'failed', uncertain: true, content: `It failed: ${reason}. ${MAY_BE_DONE}${words}` };
    return { status: 'failed', content: `It failed and was not done: ${reason}.${words}` };
  }
  const { text } = exchanged;
  const content = text === undefined || pick === undefined ? text : picked(text, pick);
  if (content !== undefined) return { status: 'done', content: bounded(secrets.hidden(content)) || 'Done.' };
  const what =
    text === undefined ? 'the answer could not be read' : 'the answer does not hold what was expected';
  // A server that says 2xx has done it, whatever its words are worth.
  if (readOnly) return { status: 'failed', content: `It failed: ${what}.` };
  return { status: 'done', content: `Done, but ${what}.` };
}
