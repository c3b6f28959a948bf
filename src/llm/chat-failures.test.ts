import { describe, expect, it } from 'vitest';
import { brokenOff, connectionFailure, refusal, toldInBody } from './chat-failures.ts';

describe('an error that the server sends in the middle of its answer', () => {
  it.each<[unknown, string]>([
    [{ code: 429, message: 'slow down' }, 'LLM_QUOTA'],
    [{ code: 'rate_limit_exceeded' }, 'LLM_QUOTA'],
    [{ type: 'insufficient_quota' }, 'LLM_QUOTA'],
    [{ code: 502 }, 'LLM_UNAVAILABLE'],
    [{ code: '502' }, 'LLM_UNAVAILABLE'],
    [{ type: 'server_error', message: 'overloaded' }, 'LLM_UNAVAILABLE'],
    [{ type: 'server_error', code: null }, 'LLM_UNAVAILABLE'],
    [{ message: 'no code at all' }, 'LLM_UNAVAILABLE'],
    ['only words', 'LLM_UNAVAILABLE'],
    [{ code: {}, type: [], message: 7 }, 'LLM_UNAVAILABLE'],
  ])('%o is %s', (error, code) => {
    expect(brokenOff(error).code).toBe(code);
  });
});

describe('what the server says is only a quote, for it may quote the caller, and never the key', () => {
  it.each([
    [{ code: 'invalid_api_key', message: 'Incorrect API key provided: sk-secret' }, '401 invalid_api_key'],
    [{ code: 'sk-secretsecret', message: 'x' }, '401.'],
    [{ code: '4276 5500 1234 5678', type: 'card 4276550012345678 secret' }, '401.'],
    ['Bearer sk-secretsecret', '401.'],
  ])('%o', (error, told) => {
    const { message, quote } = refusal(401, toldInBody(JSON.stringify({ error })));
    expect(message).toContain(told);
    expect(message).not.toMatch(/secret|4276|Incorrect/);
    expect(quote ?? '').not.toContain('secret');
  });
});

it('its words stand in the quote', () => {
  const error = { message: 'The model `m` does not exist.', code: 'model_not_found' };
  expect(refusal(404, toldInBody(JSON.stringify({ error }))).quote).toBe('The model `m` does not exist.');
});

it("reads the list in which Gemini's errors come", () => {
  const body = JSON.stringify([{ error: { code: 400, message: 'no', status: 'INVALID_ARGUMENT' } }]);
  expect(toldInBody(body)).toMatchObject({ code: 'INVALID_ARGUMENT', status: 400 });
});

it('a redirect is refused: no prompt goes where the settings do not say', () => {
  expect(refusal(307, toldInBody('')).code).toBe('LLM_REJECTED');
});

it.each([
  [Object.assign(new Error('x'), { code: 'UND_ERR_CONNECT_TIMEOUT' }), 'LLM_TIMEOUT'],
  [
    new Error('fetch failed', { cause: Object.assign(new Error('x'), { code: 'ECONNREFUSED' }) }),
    'LLM_UNAVAILABLE',
  ],
  ['no error at all', 'LLM_UNAVAILABLE'],
])('a connection that fails with %o is %s', (thrown, code) => {
  expect(connectionFailure(thrown).code).toBe(code);
});
