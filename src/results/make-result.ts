/** Makes the result of an ended call: the model fills in the schema, and is asked once more where it does not fit. */
import { childWithin } from '../base/abort.ts';
import { sleep } from '../base/clock.ts';
import type { Clock } from '../base/clock.ts';
import { ParleyError, errorCode, isParleyError } from '../base/errors.ts';
import { schemaCheck } from '../base/json-schema.ts';
import { textsOf } from '../llm/chat.ts';
import type { Chat, ChatMessage } from '../llm/chat.ts';
import { resultOf } from './call-result.ts';
import type { CallResult } from './call-result.ts';
import type { EndedCall } from './ended-call.ts';
import { repairRequest, resultRequest } from './result-prompt.ts';
import { writtenObject } from './written-json.ts';

/** A form of some dozen fields, twice over: languages with letters of their own need two tokens a word. */
const MAX_TOKENS = 2000;

/** A model that was down is asked once more after this, ms: nobody waits for it but a file on the disk. */
const ASK_AGAIN_AFTER_MS = 3000;

export interface Maker {
  readonly chat: Chat;
  readonly clock: Clock;
}

interface Attempt {
  readonly answer: string;
  readonly summary: string;
  readonly data: Record<string, unknown> | undefined;
  readonly faults: readonly string[];
}

/**
 * Always a result: where the model is down, late or cannot do it, one that is not valid, with all that is known without it. Throws only
 * the signal's reason.
 */
export async function makeResult(call: EndedCall, maker: Maker, signal: AbortSignal): Promise<CallResult> {
  const { clock } = maker;
  const { deadlineMs } = call.wanted;
  const late = () => new ParleyError('LLM_TIMEOUT', `No result within ${deadlineMs} ms.`);
  const work = childWithin(deadlineMs, clock, late, signal);
  let last: Attempt | undefined;
  try {
    const asked = resultRequest(call);
    last = await attempt(call, asked, maker, work.signal);
    if (last.faults.length > 0)
      last = await attempt(call, repairRequest(asked, last.answer, last.faults), maker, work.signal);
    return made(call, last);
  } catch (error) {
    signal.throwIfAborted();
    return made(call, last, errorCode(work.signal.aborted ? work.signal.reason : error));
  } finally {
    work.release();
  }
}

function made(call: EndedCall, last: Attempt | undefined, code?: string): CallResult {
  const { summary = '', data = null, faults = [] } = last ?? {};
  const valid = last !== undefined && faults.length === 0;
  return resultOf(call, {
    summary,
    valid,
    data,
    ...(faults.length > 0 && { faults: [...faults] }),
    ...(code !== undefined && { code }),
  });
}

async function attempt(
  call: EndedCall,
  messages: readonly ChatMessage[],
  maker: Maker,
  signal: AbortSignal,
): Promise<Attempt> {
  const answer = await answered(call, messages, maker, signal);
  const written = writtenObject(answer);
  if (!written)
    return { answer, summary: '', data: undefined, faults: ['there is no whole JSON object in the answer'] };
  const { data, summary } = partsOf(written);
  const read = schemaCheck(call.wanted.schema);
  const faults =
    'faults' in read ? read.faults.map(({ message }) => `the schema: ${message}`) : read.check(data);
  return { answer, summary, data: isObject(data) ? data : undefined, faults };
}

/** Some models leave the frame out, and give the data itself. */
function partsOf(written: Record<string, unknown>): { readonly data: unknown; readonly summary: string } {
  const data = 'data' in written ? written['data'] : written;
  const summary = written['summary'] ?? (isObject(data) ? data['summary'] : undefined);
  return { data, summary: typeof summary === 'string' ? summary.trim() : '' };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** All that the model writes. A failure that may pass is given one more chance. */
async function answered(
  call: EndedCall,
  messages: readonly ChatMessage[],
  { chat, clock }: Maker,
  signal: AbortSignal,
): Promise<string> {
  const { provider, model, temperature } = call.wanted;
  const ask = async () => {
    signal.throwIfAborted();
    const request = { messages, provider, model, temperature, maxTokens: MAX_TOKENS };
    let text = '';
    for await (const piece of textsOf(chat.reply(request, signal))) text += piece;
    return text;
  };
  try {
    return await ask();
  } catch (error) {
    if (signal.aborted || !isParleyError(error) || !error.retryable) throw error;
    await sleep(clock, ASK_AGAIN_AFTER_MS, signal);
    return ask();
  }
}
