/** How a model's answer ends, and what is in it, as providers really send it. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { silentLog } from '../base/log.ts';
import type { LogFields } from '../base/log.ts';
import { ManualClock } from '../base/manual-clock.ts';
import { textsOf } from './chat.ts';
import type { ChatRequest, ChatUsage } from './chat.ts';
import { createOpenAiChat } from './openai.ts';
import type { OpenAiOptions } from './openai.ts';
import { DONE, finished, said, toldEndpoint } from './testing/told-endpoint.ts';
import type { ToldAnswer } from './testing/told-endpoint.ts';

const OPEN = 'Мы открыты до девяти.| Хотите записаться';

afterEach(() => vi.restoreAllMocks());

describe('a model that may be silent', () => {
  const body = said('') + finished('stop') + DONE;

  it('has answered without a word, and is not asked again', async () => {
    const endpoint = toldEndpoint({ body });
    expect(await askOf(endpoint, {}, { mayBeSilent: true })).toMatchObject({
      text: '',
      code: undefined,
      requests: 1,
    });
  });

  it('has not if its tokens were used up', async () => {
    const endpoint = toldEndpoint({ body: finished('length') + DONE });
    expect(await askOf(endpoint, {}, { mayBeSilent: true })).toMatchObject({ code: 'LLM_BAD_ANSWER' });
  });
});

describe('an answer is whole', () => {
  it.each<[string, ToldAnswer]>([
    ['with [DONE] and no finish_reason', { body: said(OPEN) + DONE }],
    ['with a finish_reason and no [DONE]', { body: said(OPEN) + finished('stop') }],
    ['with [DONE] as the last line, without an empty one', { body: `${said(OPEN)}data: [DONE]` }],
    ['though the stream stays open behind it', { body: said(OPEN) + finished('stop'), staysOpen: true }],
    ['cut off by its length', { body: said(OPEN) + finished('length') + DONE }],
    ['in one piece of JSON', { body: JSON.stringify({ choices: [{ message: { content: OPEN } }] }) }],
    ['with lines that end in CR LF', { body: (said(OPEN) + DONE).replaceAll('\n', '\r\n') }],
    ['with lines that end in CR', { body: (said(OPEN) + DONE).replaceAll('\n', '\r') }],
    [
      'with all so far told once more in each event',
      { body: saidAgain(OPEN.slice(0, 9)) + saidAgain(OPEN.slice(9), OPEN) + saidAgain('', OPEN) + DONE },
    ],
    [
      'with comments, a BOM and other fields',
      { body: `\ufeff: hi\n\nid: 1\nretry: 5\n${said(OPEN)}${DONE}` },
    ],
    [
      'with an error behind its end',
      { body: `${said(OPEN)}${finished('stop')}data: {"error":{"code":500}}\n\n` },
    ],
  ])('%s', async (_, answer) => {
    expect(await ask(answer)).toMatchObject({ text: OPEN, code: undefined, waitedMs: answerWait(answer) });
  });

  it.each<[string, string, string]>([
    ['that breaks off', said(OPEN), 'LLM_UNAVAILABLE'],
    ['that breaks off in the middle of an event', said(OPEN) + said('x').slice(0, 30), 'LLM_UNAVAILABLE'],
    ['that ends with an error', said(OPEN) + finished('error') + DONE, 'LLM_UNAVAILABLE'],
    ['that a filter ends', said(OPEN) + finished('content_filter') + DONE, 'LLM_REJECTED'],
    [
      'with an error in its middle',
      `${said(OPEN)}data: {"error":{"message":"x","code":429}}\n\n`,
      'LLM_QUOTA',
    ],
    [
      'with an event that is an error',
      `${said(OPEN)}event: error\ndata: {"message":"x"}\n\n`,
      'LLM_UNAVAILABLE',
    ],
  ])('but not one %s', async (_, body, code) => {
    expect(await ask({ body })).toMatchObject({ text: OPEN, code, requests: 1 });
  });

  it('and JSON of an error with status 200 is none', async () => {
    const body = JSON.stringify({ error: { message: 'x', code: 'insufficient_quota' } });
    expect(await ask({ body })).toMatchObject({ text: '', code: 'LLM_QUOTA', requests: 2 });
  });
});

describe('what is in an answer', () => {
  it.each<[string, string, string]>([
    ['a thought', said('<thi') + said('nk>Hm.</th') + said('ink>\n\nДа.|'), '\n\nДа.|'],
    ['the channels of gpt-oss', said('<|channel|>analysis<|message|>Hm.<|end|>') + said('Да.|'), 'Да.|'],
    [
      'parts of text',
      said([
        { type: 'text', text: 'Да' },
        { type: 'text', text: '.|' },
      ]),
      'Да.|',
    ],
    [
      'parts of thought',
      said([{ type: 'thinking', thinking: [{ type: 'text', text: 'Hm' }] }]) + said('Да.|'),
      'Да.|',
    ],
    ['that it declines', 'data: {"choices":[{"delta":{"refusal":"Не могу.|"}}]}\n\n', 'Не могу.|'],
    ['events of other kinds', `data: {"type":"ping"}\n\ndata: null\n\n${said('Да.|')}`, 'Да.|'],
  ])('is heard without what is not for the caller: %s', async (_, body, text) => {
    expect(await ask({ body: body + DONE })).toMatchObject({ text, code: undefined });
  });

  it.each([
    ['an object', said({ text: 'x' })],
    ['a number', said(7)],
    ['choices that are none', 'data: {"choices": "x"}\n\n'],
    ['no JSON', 'data: hello\n\n'],
    ['an event without an end', `data: ${'x'.repeat(300_000)}`],
    ['only a thought', said('<think>x</think>')],
    ['a thought without an end', said('<think>x')],
    ['nothing', ''],
  ])('is LLM_BAD_ANSWER: %s', async (_, body) => {
    expect(await ask({ body: body + DONE })).toMatchObject({ text: '', code: 'LLM_BAD_ANSWER', requests: 2 });
  });

  it('says that the tokens did not reach for a word', async () => {
    const { error } = await ask({ body: said('<think>x') + finished('length') + DONE });
    expect(error?.message).toContain('raise llm.maxTokens');
  });

  it('is asked for again where it is only an emoji', async () => {
    expect(await ask({ body: said('👍') + DONE }, { body: said('👍 Да.|') + DONE })).toMatchObject({
      text: '👍 Да.|',
      requests: 2,
    });
  });

  it('is only an emoji if it is so twice', async () => {
    expect(await ask({ body: said('👍') + DONE })).toMatchObject({
      text: '👍',
      code: undefined,
      requests: 2,
    });
  });

  it.each([
    '{"prompt_tokens": -1, "completion_tokens": 3}',
    '{"prompt_tokens": "7", "completion_tokens": 3}',
    '{"prompt_tokens": 1e999, "completion_tokens": 3}',
    '[]',
    '"x"',
  ])('is told no count where it is none: %s', async (usage) => {
    const body = `${said('Да.|')}${finished('stop')}data: {"choices":[],"usage":${usage}}\n\n${DONE}`;
    expect(await ask({ body })).toMatchObject({ text: 'Да.|', code: undefined, usage: [] });
  });

  it('and its count where it is one', async () => {
    const usage = '{"prompt_tokens": 5, "completion_tokens": 3, "total_tokens": 8}';
    const body = `${said('Да.|')}${finished('stop')}data: {"choices":[],"usage":${usage}}\n\n${DONE}`;
    expect((await ask({ body })).usage).toEqual([{ inputTokens: 5, outputTokens: 3 }]);
  });

  it('never reaches the console', async () => {
    const prints = (['log', 'warn', 'error'] as const).map((method) => vi.spyOn(console, method));
    const body = 'event: thread.message\ndata: Bearer sk-secretsecret asked: my card 4276…\n\n';
    const { error, lines } = await ask({ body });
    expect(error?.code).toBe('LLM_BAD_ANSWER');
    expect(String(error) + JSON.stringify(lines)).not.toMatch(/secret|4276/);
    expect(prints.flatMap(({ mock }) => mock.calls)).toEqual([]);
  });
});

describe('an answer without an end', () => {
  it.each([
    ['of sentences', 'Это да. '],
    ['of marked sentences', 'Да.|'],
  ])('%s ends with the sentence in which its tokens are nearly used up', async (_, sentence) => {
    const { text, code, requests } = await ask({ body: forever(said(sentence)) });
    expect(code).toBeUndefined();
    expect(requests).toBe(1);
    expect(text.trim()).toBe(sentence.repeat(18).trim());
  });

  it('and without a sentence ends soon after', async () => {
    expect((await ask({ body: forever(said('да ')) })).text).toHaveLength(3 * (20 + 32));
  });

  it('in one piece is cut as well', async () => {
    const { text } = await ask({ body: said('слово '.repeat(10_000)) + DONE });
    expect(text.length).toBeLessThan((20 + 33) * 8 + 64);
  });

  it.each([
    ['of thoughts', said('<think>') + said('x'.repeat(1000))],
    ['of comments', `: ${'x'.repeat(1000)}\n\n`],
    ['of empty events', 'data: {}\n\n'.repeat(100)],
  ])('%s is given up', async (_, events) => {
    expect(await ask({ body: forever(events) })).toMatchObject({ code: 'LLM_BAD_ANSWER' });
  });
});

describe('a field that a model does not take', () => {
  const unsupported = (param: string): ToldAnswer => ({
    status: 400,
    error: { message: `Unsupported parameter: '${param}'`, code: 'unsupported_parameter', param },
  });

  it('is left out from then on, and named in the log', async () => {
    const good = { body: said('Да.|') + DONE };
    const endpoint = toldEndpoint(unsupported('max_tokens'), unsupported('temperature'), good);
    const first = await askOf(endpoint);
    expect(first).toMatchObject({ text: 'Да.|', requests: 3 });
    expect(endpoint.requests.map(fields)).toEqual([
      ['max_tokens', 'temperature'],
      ['max_completion_tokens', 'temperature'],
      ['max_completion_tokens'],
    ]);
    expect(first.lines).toEqual([
      { event: 'chat_field_refused', model: 'm', refused: 'max_tokens', instead: 'max_completion_tokens' },
      { event: 'chat_field_refused', model: 'm', refused: 'temperature', instead: undefined },
    ]);
  });

  it('is found by its name in the message', async () => {
    const error = { message: 'Unrecognized request argument supplied: stream_options' };
    const endpoint = toldEndpoint({ status: 400, error }, { body: said('Да.|') + DONE });
    expect(await askOf(endpoint, { asksUsage: true })).toMatchObject({ text: 'Да.|', requests: 2 });
    expect(endpoint.requests.map((request) => 'stream_options' in request)).toEqual([true, false]);
  });

  it('is not asked about for ever', async () => {
    const endpoint = toldEndpoint(
      ...['max_tokens', 'max_completion_tokens', 'temperature', 'max_tokens'].map(unsupported),
    );
    expect(await askOf(endpoint)).toMatchObject({ code: 'LLM_REJECTED', requests: 4 });
  });

  it('is not what another refusal means', async () => {
    const error = { message: 'Unknown model: temperature is nice', param: 'model', code: 'model_not_found' };
    expect(await askOf(toldEndpoint({ status: 404, error }))).toMatchObject({
      code: 'LLM_REJECTED',
      requests: 1,
    });
  });

  it('is not sent where the profile leaves it out', async () => {
    const endpoint = toldEndpoint({ body: said('Да.|') + DONE });
    await askOf(endpoint, {}, { temperature: undefined });
    expect(endpoint.requests.map(fields)).toEqual([['max_tokens']]);
  });
});

describe('a server that wants to be left alone for a while', () => {
  it('is left alone for so long', async () => {
    const answers: ToldAnswer[] = [{ status: 429, retryAfter: '2' }, { body: said('Да.|') + DONE }];
    expect(await ask(...answers)).toMatchObject({ text: 'Да.|', waitedMs: 2000 });
  });

  it('is not asked again where no caller would wait so long', async () => {
    expect(await ask({ status: 429, retryAfter: '30' })).toMatchObject({ code: 'LLM_QUOTA', requests: 1 });
  });

  it.each(['', 'soon', '-1', 'Wed, 21 Oct 2015 07:28:00 GMT'])(
    'or says nothing of it: %s',
    async (retryAfter) => {
      const answers: ToldAnswer[] = [{ status: 503, retryAfter }, { body: said('Да.|') + DONE }];
      expect(await ask(...answers)).toMatchObject({ text: 'Да.|', waitedMs: 100 });
    },
  );
});

/** One event that adds `content`, and tells all that there is by now. */
function saidAgain(content: string, all = content): string {
  const message = { role: 'assistant', content: all };
  return `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content }, message, finish_reason: null }] })}\n\n`;
}

function ask(...answers: readonly ToldAnswer[]) {
  return askOf(toldEndpoint(...answers));
}

/** Reads the reply to its end, whatever that is, in the time of a clock of its own. */
async function askOf(
  endpoint: ReturnType<typeof toldEndpoint>,
  options: Partial<OpenAiOptions> = {},
  asked: Partial<ChatRequest> = {},
) {
  const clock = new ManualClock();
  const lines: LogFields[] = [];
  const log = { ...silentLog, warn: (fields: LogFields) => void lines.push(fields) };
  const patience = { firstTokenMs: 4000, totalMs: 30_000 };
  const chat = createOpenAiChat(
    { apiKey: 'sk-secret', baseUrl: 'http://x/v1', model: 'm', clock, log, ...patience, ...options },
    endpoint,
  );
  const usage: ChatUsage[] = [];
  let text = '';
  const reading = (async () => {
    const request = {
      messages: [{ role: 'user', content: 'Алло' }] as const,
      temperature: 0.5,
      maxTokens: 20,
      onUsage: (told: ChatUsage) => void usage.push(told),
      ...asked,
    };
    for await (const token of textsOf(chat.reply(request, new AbortController().signal))) text += token;
  })();
  const error = await clock.runUntil(
    reading.then(
      () => undefined,
      (thrown: unknown) => thrown as Error & { code: string },
    ),
  );
  expect(clock.pending).toBe(0);
  return {
    text,
    error,
    code: error?.code,
    usage,
    lines,
    requests: endpoint.requests.length,
    waitedMs: clock.nowMs(),
  };
}

function answerWait(answer: ToldAnswer): number {
  return 'staysOpen' in answer ? 250 : 0;
}

function* forever(events: string): Generator<string> {
  for (;;) yield events;
}

function fields(request: Readonly<Record<string, unknown>>): string[] {
  return Object.keys(request)
    .filter((name) => /max|temperature/.test(name))
    .sort();
}
