/** Commands that ask the service which runs here, over its HTTP interface. */
import { z } from 'zod';
import { ParleyError } from '../base/errors.ts';
import type { ErrorCode } from '../base/error-catalogue.ts';
import { hostInUrl } from '../base/host-in-url.ts';
import { parsedJson } from '../base/json.ts';
import type { Settings } from '../config/settings.ts';

/** What the service answers a question with that it does not want. */
const apiError = z.object({ code: z.string(), message: z.string() });

/** A service on this machine answers in milliseconds; one that hangs does not, ms. */
const ANSWERS_WITHIN_MS = 10_000;

export interface ServiceQuestion {
  /** After `/api/`. */
  readonly path: string;
  /** Given, it is posted as JSON. */
  readonly body?: unknown;
  /** Default 10 s. */
  readonly withinMs?: number;
  /** What is told if nobody answers, or if there is nothing of that name. */
  readonly unreachable: ErrorCode;
  readonly unknown: ErrorCode;
  /** Codes that the service answers with and that are told as they are; anything else is HTTP_INVALID. */
  readonly told?: readonly ErrorCode[];
}

/** The answer as text. Throws `unreachable`, `unknown`, HTTP_UNAUTHORIZED, what is in `told`, or HTTP_INVALID. */
export async function askService(
  settings: Settings,
  { path, ...question }: ServiceQuestion,
): Promise<string> {
  const response = await askedService(settings, `/api/${path}`, question);
  try {
    return await response.text();
  } catch (error) {
    throw new ParleyError(question.unreachable, `${response.url} does not answer as Parley does.`, {
      cause: error,
    });
  }
}

/** The same for any path, with an answer that may still be coming. */
export async function askedService(
  { http }: Settings,
  path: string,
  question: Omit<ServiceQuestion, 'path'>,
): Promise<Response> {
  const { body, withinMs = ANSWERS_WITHIN_MS, told = [] } = question;
  const url = `http://${hostInUrl(http.host)}:${http.port}${path}`;
  const headers = {
    ...(body !== undefined && { 'content-type': 'application/json' }),
    ...(http.token !== undefined && { authorization: `Bearer ${http.token}` }),
  };
  let response: Response;
  let answer: string;
  try {
    response = await fetch(url, {
      ...(body !== undefined && { method: 'POST', body: JSON.stringify(body) }),
      headers,
      redirect: 'error',
      signal: AbortSignal.timeout(withinMs),
    });
    if (response.ok) return response;
    answer = await response.text();
  } catch (error) {
    throw new ParleyError(question.unreachable, `${url} does not answer as Parley does.`, { cause: error });
  }
  const { code, message } = apiError
    .catch({ code: '', message: `HTTP ${response.status}.` })
    .parse(parsedJson(answer));
  const known = told.find((one) => one === code);
  if (known) throw new ParleyError(known, message);
  if (response.status === 404) throw new ParleyError(question.unknown, message);
  throw new ParleyError(response.status === 401 ? 'HTTP_UNAUTHORIZED' : 'HTTP_INVALID', message);
}
