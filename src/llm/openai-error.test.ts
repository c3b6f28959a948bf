import { APIConnectionTimeoutError, APIError } from 'openai';
import { describe, expect, it } from 'vitest';
import { openAiError } from './openai-error.ts';

describe('an error that the server sends in the middle of its answer', () => {
  it.each<[object, string]>([
    [{ code: 429, message: 'slow down' }, 'LLM_QUOTA'],
    [{ code: 'rate_limit_exceeded' }, 'LLM_QUOTA'],
    [{ type: 'insufficient_quota' }, 'LLM_QUOTA'],
    [{ code: 502 }, 'LLM_UNAVAILABLE'],
    [{ type: 'server_error', message: 'overloaded' }, 'LLM_UNAVAILABLE'],
    [{ type: 'server_error', code: null }, 'LLM_UNAVAILABLE'],
    [{ message: 'no code at all' }, 'LLM_UNAVAILABLE'],
  ])('%o is %s', (body, code) => {
    expect(openAiError(new APIError(undefined, body, undefined, undefined)).code).toBe(code);
  });
});

it('never repeats what the server says, which may quote the key', () => {
  const body = { code: 'invalid_api_key', message: 'Incorrect API key provided: sk-secret' };
  const error = openAiError(new APIError(401, body, undefined, new Headers()));
  expect(error.message).toContain('401 invalid_api_key');
  expect(error.message).not.toContain('sk-secret');
});

it("is a time-out when the system's own connection timer ran out", () => {
  expect(openAiError(new APIConnectionTimeoutError()).code).toBe('LLM_TIMEOUT');
});
