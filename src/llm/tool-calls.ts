/**
 * Puts together the tool calls of a streamed answer, whose arguments come in pieces. Servers differ: some number the calls, some give each
 * piece its id, some neither; some send all of them as number 0, some repeat the name with every piece, some send arguments as an object, or as a text
 * within a text.
 * Sources: https://platform.openai.com/docs/guides/function-calling#streaming, https://ai.google.dev/gemini-api/docs/openai and
 * https://docs.ollama.com/capabilities/tool-calling
 */
import { z } from 'zod';
import { ParleyError } from '../base/errors.ts';
import { jsonObjectOf, parsedJson } from '../base/json.ts';
import type { ToolCall } from './chat.ts';

/** What is of another shape is as if it were not there. */
const FUNCTION = z.object({ name: z.string().catch(''), arguments: z.unknown().optional() });
const PIECE = z.object({
  index: z.int().min(0).optional().catch(undefined),
  id: z.string().catch(''),
  function: FUNCTION.optional().catch(undefined),
  /** Gemini's thought signature lies in it. */
  extra_content: z.record(z.string(), z.json()).optional().catch(undefined),
});
export type ToolCallPiece = z.output<typeof PIECE>;

/**
 * The pieces in the `tool_calls` (or the older `function_call`) of a delta or message; what is none is left out. `extra` is what stands
 * beside them: it belongs to the call that is open.
 */
export function toolCallPieces(
  calls: unknown,
  functionCall: unknown,
  extra?: unknown,
): readonly ToolCallPiece[] {
  const listed: readonly unknown[] = Array.isArray(calls) ? calls : [];
  const all = extra ? [...listed, { extra_content: extra }] : listed;
  const older = functionCall ? [{ function: functionCall }] : [];
  return [...all, ...older].flatMap((each) => PIECE.safeParse(each).data ?? []);
}

/** Nobody asks for more at once; a model that does has lost itself. */
const MOST_CALLS = 16;
const MOST_INPUT_CHARS = 64 * 1024;
const LONGEST_WORD = 256;

interface OpenCall {
  readonly index: number | undefined;
  id: string;
  name: string;
  input: string;
  extra: string | undefined;
}

export class ToolCalls {
  readonly #calls: OpenCall[] = [];

  get isEmpty(): boolean {
    return !this.#calls.some(({ name }) => name !== '');
  }

  /** Throws LLM_BAD_ANSWER at more calls, or longer ones, than anybody means. */
  push(piece: ToolCallPiece): void {
    const call = this.#callOf(piece);
    const { id, extra_content: extra } = piece;
    const { name = '', arguments: input } = piece.function ?? {};
    call.id ||= id.slice(0, LONGEST_WORD);
    call.name ||= name.trim().slice(0, LONGEST_WORD);
    call.input += inputText(input);
    if (extra) call.extra = JSON.stringify(extra);
    if (call.input.length > MOST_INPUT_CHARS)
      throw new ParleyError('LLM_BAD_ANSWER', 'The arguments of a tool call never ended.');
  }

  /** All that have a name, in the order in which they began. */
  all(): readonly ToolCall[] {
    const named = this.#calls.filter(({ name }) => name !== '');
    return named.map(({ id, name, input, extra }, at) => ({
      id: id || `call_${at}`,
      name,
      input: input.trim() === '' ? '{}' : unwrapped(input),
      ...(extra !== undefined && { extra }),
    }));
  }

  /** The call that a piece goes on with, or a new one. */
  #callOf(piece: ToolCallPiece): OpenCall {
    return this.#openOf(piece) ?? this.#begin(piece.index);
  }

  #openOf({ index, id, function: told }: ToolCallPiece): OpenCall | undefined {
    if (id) {
      const same = this.#calls.findLast((call) => call.id === id);
      if (same) return same;
    }
    const open =
      index === undefined ? this.#calls.at(-1) : this.#calls.findLast((call) => call.index === index);
    if (!open) return undefined;
    if (!told && id === '') return open;
    // Another id at the same number: the next call, of a server that does not count.
    const isAnother = id !== '' && open.id !== '';
    return isAnother || (told && isNext(told, open)) ? undefined : open;
  }

  #begin(index: number | undefined): OpenCall {
    if (this.#calls.length === MOST_CALLS)
      throw new ParleyError('LLM_BAD_ANSWER', `The answer wants more than ${MOST_CALLS} tools at once.`);
    const call: OpenCall = { index, id: '', name: '', input: '', extra: undefined };
    this.#calls.push(call);
    return call;
  }
}

/** Some models write their arguments as JSON within a text of JSON, each time that they are asked: nobody could have them mend it. */
function unwrapped(input: string): string {
  const text = parsedJson(input);
  if (typeof text !== 'string') return input;
  return jsonObjectOf(text) === undefined ? input : text;
}

/**
 * Without an id: a name behind arguments that are whole, or another name where none have come. The same name with nothing more to say is
 * repeated, by a server that repeats it with every piece.
 */
function isNext({ name, arguments: input }: z.output<typeof FUNCTION>, open: OpenCall): boolean {
  if (name === '' || open.name === '') return false;
  const isOther = name.trim() !== open.name;
  if (open.input === '') return isOther;
  return isWhole(open.input) && (isOther || inputText(input) !== '');
}

function inputText(input: unknown): string {
  if (typeof input === 'string') return input;
  return typeof input === 'object' && input !== null ? JSON.stringify(input) : '';
}

function isWhole(input: string): boolean {
  try {
    JSON.parse(input);
    return true;
  } catch {
    return false;
  }
}
