/** Answers of a model's server as nobody would write them: every part may be right, odd, or nothing of the kind. Same seed, same answer. */
import { type Clock, sleep } from '../../base/clock.ts';
import type { EndpointAnswer } from '../chat-endpoint.ts';
import { toldInBody } from '../chat-failures.ts';

/** What may never be told, heard or logged. */
export const SECRET = 'sk-plantedSecret';
/** What the model thinks. */
export const THOUGHT = 'ТАЙНА';

const WORDS = [
  'Мы ',
  'открыты',
  ' до девяти',
  '.',
  '|',
  ' 5',
  '500',
  '👍',
  ' ',
  '\n',
  '1. ',
  '"',
  '<b>',
  'שלום',
  '—',
];
const THOUGHTS = [
  `<think>${THOUGHT}</think>`,
  `<|channel|>analysis<|message|>${THOUGHT}<|end|>`,
  `<think>${THOUGHT}`,
  `<tool_call>${THOUGHT}</tool_call>`,
];
const VALUES: readonly unknown[] = [
  null,
  0,
  -1,
  1e308,
  true,
  '',
  'x',
  [],
  {},
  [null],
  [[]],
  { toString: 1 },
  'ж'.repeat(500),
  { a: { b: {} } },
];
const COUNTS = ['-1', '"7"', '1e999', '1.5', 'null', '{}', '12', '[]', 'true', '1e12'];
const FINISHES = [
  '"stop"',
  '"stop"',
  '"stop"',
  '"length"',
  '"content_filter"',
  '"error"',
  '"tool_calls"',
  '"ж"',
  'null',
  '7',
  '{}',
];
const STATUSES = [400, 401, 403, 404, 408, 409, 422, 429, 500, 502, 503, 504, 529, 301, 307];
const EDGES = ['\n', '\r\n', '\r'];

export class StrangeAnswers {
  readonly #random: () => number;
  readonly #clock: Clock;
  /** Of bodies, so far. */
  bytesRead = 0;

  constructor(random: () => number, clock: Clock) {
    this.#random = random;
    this.#clock = clock;
  }

  async next(signal: AbortSignal): Promise<EndpointAnswer> {
    await this.#wait(signal);
    if (this.#is(0.03)) throw Object.assign(new Error(`connect to ${SECRET}`), { code: 'ECONNRESET' });
    if (this.#is(0.1)) return this.#refusal();
    return { ok: true, body: this.#body(this.#text(), signal) };
  }

  #refusal(): EndpointAnswer {
    const param = this.#pick([
      'max_tokens',
      'max_completion_tokens',
      'temperature',
      'stream_options',
      null,
      7,
    ]);
    const body = this.#pick([
      JSON.stringify({
        error: { message: `Unsupported '${String(param)}' ${SECRET}`, param, code: 'unsupported_parameter' },
      }),
      JSON.stringify([{ error: { code: 429, message: SECRET, status: 'RESOURCE_EXHAUSTED' } }]),
      JSON.stringify({ error: this.#pick(VALUES) }),
      SECRET,
      '',
    ]);
    const retryAfter = this.#pick([
      '',
      '',
      '0',
      '2',
      '1e9',
      '-5',
      'soon',
      'Wed, 21 Oct 2015 07:28:00 GMT',
      '99999999999',
    ]);
    return { ok: false, status: this.#pick(STATUSES), told: toldInBody(body), retryAfter };
  }

  #text(): string {
    if (this.#is(0.04))
      return this.#pick(['', '<!doctype html><h1>Hi</h1>', SECRET, '[]', '{}', 'null', '[[[', '\ufeff']);
    if (this.#is(0.06))
      return `{"choices":[{"message":{"content":${this.#content()}}}],"usage":${this.#usage()}}`;
    if (this.#is(0.03)) return JSON.stringify({ error: { message: SECRET, code: this.#pick(VALUES) } });
    const edge = this.#pick(EDGES);
    const events = Array.from({ length: this.#below(25) }, () => this.#event(edge)).join('');
    const end = this.#is(0.8) ? this.#chunk(`"delta":{},"finish_reason":${this.#pick(FINISHES)}`, edge) : '';
    const usage = this.#is(0.5) ? `data: {"choices":[],"usage":${this.#usage()}}${edge}${edge}` : '';
    const done = this.#is(0.8) ? `data: [DONE]${this.#is(0.8) ? edge + edge : ''}` : '';
    return events + end + usage + done;
  }

  #event(edge: string): string {
    if (this.#is(0.75)) return this.#chunk(`"delta":{"content":${this.#content()}}`, edge);
    if (this.#is(0.3)) return this.#chunk(`"delta":{"tool_calls":${this.#toolCalls()}}`, edge);
    return this.#pick([
      () => this.#chunk(`"delta":{"function_call":${JSON.stringify(this.#pick(VALUES))}}`, edge),
      () => this.#chunk(`"delta":${JSON.stringify(this.#pick(VALUES))}`, edge),
      () => this.#chunk(`"delta":{"reasoning_content":"${THOUGHT}"}`, edge),
      () =>
        this.#chunk(
          `"delta":{"content":null,"refusal":"Нет."},"logprobs":${JSON.stringify(this.#pick(VALUES))}`,
          edge,
        ),
      () => this.#chunk(`"delta":{"content":"ж"},"finish_reason":${this.#pick(FINISHES)}`, edge),
      () => `data: {"choices":${JSON.stringify(this.#pick(VALUES))}}${edge}${edge}`,
      () => `data: ${JSON.stringify(this.#pick(VALUES))}${edge}${edge}`,
      () => `event: thread.message${edge}data: Bearer ${SECRET} asked: …${edge}${edge}`,
      () => `event: error${edge}data: {"message":"${SECRET}"}${edge}${edge}`,
      () => `data: {"error":{"message":"${SECRET}","code":${this.#pick(COUNTS)}}}${edge}${edge}`,
      () => `: ${SECRET}${edge}${edge}`,
      () => `data: {"choices": [{"del${edge}${edge}`,
      () => `id: 7${edge}retry: 1${edge}${edge}${edge}`,
      () => `data${edge}${edge}data:${edge}${edge}`,
    ])();
  }

  #chunk(members: string, edge: string): string {
    return `data: {"object":"chat.completion.chunk","choices":[{"index":0,${members}}]}${edge}${edge}`;
  }

  #content(): string {
    if (this.#is(0.85)) return JSON.stringify(this.#pick(WORDS));
    if (this.#is(0.3)) return JSON.stringify(this.#pick(THOUGHTS));
    if (this.#is(0.1)) return JSON.stringify('слово '.repeat(1000));
    const text = this.#pick(WORDS);
    return JSON.stringify(
      this.#pick([
        [{ type: 'text', text }],
        [{ type: 'thinking', thinking: [{ type: 'text', text: THOUGHT }] }],
        ...VALUES,
      ]),
    );
  }

  /** Pieces of calls: every part may be right, odd, or nothing of the kind. */
  #toolCalls(): string {
    const odd = <Value>(value: Value) => (this.#is(0.7) ? value : this.#pick(VALUES));
    const piece = () => ({
      ...(this.#is(0.7) && { index: odd(this.#below(3)) }),
      ...(this.#is(0.6) && { id: odd(`call_${this.#below(3)}`) }),
      ...(this.#is(0.1) && { extra_content: odd({ google: { thought_signature: 'c2ln' } }) }),
      function: odd({
        ...(this.#is(0.7) && { name: odd(this.#pick(['stock', 'order', '', ' '])) }),
        ...(this.#is(0.8) && {
          arguments: odd(this.#pick(['', '{}', '{"sku"', ':"a"}', '}', 'ж'.repeat(30_000)])),
        }),
      }),
    });
    const pieces = Array.from({ length: this.#below(4) }, () => odd(piece()));
    return JSON.stringify(this.#is(0.9) ? pieces : this.#pick(VALUES));
  }

  #usage(): string {
    return `{"prompt_tokens":${this.#pick(COUNTS)},"completion_tokens":${this.#pick(COUNTS)}}`;
  }

  async *#body(text: string, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    const bytes = Buffer.from(text);
    const longest = this.#pick([9, 60, 500, 100_000]);
    // The stream opens again from its beginning, and again.
    const isEndless = this.#is(0.002) && bytes.length > 0;
    const wholePieces = bytes.length > 20_000 || isEndless;
    for (let at = 0; at < bytes.length;) {
      const length = wholePieces ? 65_536 : 1 + this.#below(longest);
      const piece = bytes.subarray(at, at + length);
      this.bytesRead += piece.length;
      yield piece;
      at = isEndless ? 0 : at + length;
      if (this.#is(0.02)) await this.#wait(signal);
    }
    if (this.#is(0.05)) await sleep(this.#clock, 1e9, signal);
    if (this.#is(0.05)) throw Object.assign(new Error(SECRET), { code: 'UND_ERR_SOCKET' });
  }

  async #wait(signal: AbortSignal): Promise<void> {
    const waitMs = this.#pick([0, 0, 0, 0, 30, 1000, 3000, 1e9]);
    if (waitMs > 0) await sleep(this.#clock, waitMs, signal);
  }

  #is(share: number): boolean {
    return this.#random() < share;
  }

  #below(limit: number): number {
    return Math.floor(this.#random() * limit);
  }

  #pick<Item>(items: readonly Item[]): Item {
    return items[this.#below(items.length)] as Item;
  }
}
