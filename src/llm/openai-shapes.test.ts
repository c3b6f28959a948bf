/** 20,000 answers of every shape: each comes to an end, and harms nobody. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { keptBytes } from '../../test/support/kept-bytes.ts';
import { ParleyError } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import { silentLog } from '../base/log.ts';
import { ManualClock } from '../base/manual-clock.ts';
import { seededRandom } from '../base/seeded.ts';
import type { ChatUsage, ToolCall } from './chat.ts';
import { createOpenAiChat } from './openai.ts';
import type { OpenAiChat } from './openai.ts';
import { SECRET, StrangeAnswers, THOUGHT } from './testing/strange-answers.ts';

const SHAPES = 20_000;
const AT_ONCE = 100;
/** To find other faults, or one again: `SHAPES_SEED=7 npx vitest …`. */
const SEED = Number(process.env['SHAPES_SEED'] ?? 1);

const TOTAL_MS = 30_000;
const MAX_TOKENS = 60;
/** Eight a token, for the tokens and the sentence behind them. */
const MOST_CHARACTERS = (MAX_TOKENS + 33) * 8 + 64;
/** One answer is read no further, twice with the retry. */
const MOST_BYTES = 2 * (8 * 1024 * 1024 + 65_536);
/** Of one answer. */
const MOST_CALLS = 16;
const MOST_HEAP_GROWTH_BYTES = 64 * 1024 * 1024;

const rejections: unknown[] = [];
const onRejection = (reason: unknown) => void rejections.push(reason);
const prints = [
  vi.spyOn(process.stderr, 'write'),
  vi.spyOn(process.stdout, 'write'),
  ...(['log', 'info', 'warn', 'error', 'debug'] as const).map((method) => vi.spyOn(console, method)),
];
const logged: string[] = [];
const log: Log = { ...silentLog, warn: (...said: unknown[]) => void logged.push(JSON.stringify(said)) };

beforeEach(() => {
  process.on('unhandledRejection', onRejection);
  for (const print of prints) print.mockClear();
});
afterEach(() => {
  process.off('unhandledRejection', onRejection);
  vi.restoreAllMocks();
});

it('whatever a model answers, the reply ends in time, with text or a code, and nothing else happens', async () => {
  const clock = new ManualClock();
  const answers = new StrangeAnswers(seededRandom(SEED), clock);
  const heapBytes = keptBytes();
  const tally = new Map<string, number>();
  let mostBytes = 0;
  for (let done = 0; done < SHAPES; done += AT_ONCE) {
    // A new one each time: what it has learnt of the fields of a request would hide refusals.
    const chat = createOpenAiChat(
      {
        apiKey: SECRET,
        baseUrl: 'http://x/v1',
        model: 'm',
        firstTokenMs: 4000,
        totalMs: TOTAL_MS,
        clock,
        log,
        asksUsage: true,
      },
      { post: (_, signal) => answers.next(signal), close: () => Promise.resolve() },
    );
    const before = answers.bytesRead;
    const outcomes = Array.from({ length: AT_ONCE }, () => outcomeOf(chat));
    await clock.advance(TOTAL_MS);
    expect(clock.pending, 'timers left behind').toBe(0);
    mostBytes = Math.max(mostBytes, answers.bytesRead - before);
    for (const outcome of await Promise.all(outcomes)) tally.set(outcome, (tally.get(outcome) ?? 0) + 1);
  }
  expect(prints.flatMap(({ mock }) => mock.calls)).toEqual([]);
  expect(rejections).toEqual([]);
  expect(logged.join('\n')).not.toMatch(new RegExp(`${SECRET}|${THOUGHT}`));
  expect(mostBytes).toBeLessThan(AT_ONCE * MOST_BYTES);
  expect(keptBytes() - heapBytes).toBeLessThan(MOST_HEAP_GROWTH_BYTES);
  // The shapes reach every kind of end.
  expect([...tally.keys()].sort()).toEqual([
    'LLM_BAD_ANSWER',
    'LLM_QUOTA',
    'LLM_REJECTED',
    'LLM_TIMEOUT',
    'LLM_UNAUTHORIZED',
    'LLM_UNAVAILABLE',
    'calls',
    'done',
  ]);
}, 120_000);

async function outcomeOf(chat: OpenAiChat): Promise<string> {
  const usages: ChatUsage[] = [];
  const request = {
    messages: [{ role: 'user', content: 'Алло' }] as const,
    temperature: 0,
    maxTokens: MAX_TOKENS,
    tools: [{ name: 'stock', description: '', parameters: {} }],
    onUsage: (usage: ChatUsage) => void usages.push(usage),
  };
  let text = '';
  let end = 'done';
  const calls: ToolCall[] = [];
  try {
    for await (const event of chat.reply(request, new AbortController().signal)) {
      if (event.kind === 'toolCall') calls.push(event);
      else text += event.text;
      expect(event.kind === 'toolCall' || calls.length === 0, 'words behind calls').toBe(true);
    }
    expect(text === '' && calls.length === 0, 'an answer without anything').toBe(false);
    if (calls.length > 0) end = 'calls';
  } catch (error) {
    if (!(error instanceof ParleyError)) throw error;
    end = error.code;
    expect(error.message).not.toContain(SECRET);
    expect(error.cause).toBeUndefined();
  }
  expect(text).not.toMatch(new RegExp(`${SECRET}|${THOUGHT}|object`));
  expect(text.length).toBeLessThanOrEqual(MOST_CHARACTERS);
  expect(calls.length).toBeLessThanOrEqual(MOST_CALLS);
  for (const { id, name, input, extra = '{}' } of calls) {
    expect(id !== '' && name !== '' && input !== '').toBe(true);
    expect(() => JSON.parse(extra) as unknown).not.toThrow();
  }
  expect(usages.length).toBeLessThanOrEqual(1);
  for (const { inputTokens, outputTokens } of usages)
    expect(Number.isSafeInteger(inputTokens + outputTokens) && inputTokens >= 0 && outputTokens >= 0).toBe(
      true,
    );
  return end;
}
