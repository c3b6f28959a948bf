/**
 * Server-sent events, as a model's server streams its answer in them; also one that answers in plain JSON after all.
 * The wire: https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
 */
import { ParleyError } from '../base/errors.ts';

export interface ServerSentEvent {
  /** Of the `event` field; '' without one. */
  readonly name: string;
  readonly data: string;
  /** False for what the end of the stream has left without the empty line behind it: it may be half an event. */
  readonly isWhole: boolean;
}

export interface StreamBounds {
  /** The whole body, bytes. */
  readonly mostBytes: number;
  /** Also of those that say nothing. */
  readonly mostLines: number;
  /** One event, characters. */
  readonly mostEventChars: number;
}

/**
 * The events of a body, as they come. A body that begins as JSON is one event, whole at its end. Lines of other fields are passed over.
 * Throws LLM_BAD_ANSWER beyond the bounds, and what the body throws.
 */
export async function* serverSentEvents(
  body: AsyncIterable<Uint8Array>,
  bounds: StreamBounds,
): AsyncGenerator<ServerSentEvent> {
  const decoder = new TextDecoder();
  const events = new EventReader(bounds);
  let bytes = 0;
  for await (const piece of body) {
    bytes += piece.byteLength;
    if (bytes > bounds.mostBytes) throw tooLong();
    yield* events.push(decoder.decode(piece, { stream: true }));
  }
  yield* events.push(decoder.decode());
  yield* events.end();
}

class EventReader {
  readonly #bounds: StreamBounds;
  #lines = 0;
  /** What has come of a line whose end has not. */
  #line = '';
  #name = '';
  #data: string[] = [];
  #dataChars = 0;
  #afterReturn = false;
  #isJson: boolean | undefined;

  constructor(bounds: StreamBounds) {
    this.#bounds = bounds;
  }

  *push(text: string): Generator<ServerSentEvent> {
    this.#isJson ??= looksLikeJson(text);
    if (this.#isJson) return this.#keep(text);
    let from = this.#afterReturn && text.startsWith('\n') ? 1 : 0;
    if (text !== '') this.#afterReturn = text.endsWith('\r');
    for (const { 0: end, index } of text.matchAll(/\r\n|\r|\n/g)) {
      if (index < from) continue;
      this.#keep(text.slice(from, index));
      from = index + end.length;
      yield* this.#take();
    }
    this.#keep(text.slice(from));
  }

  *end(): Generator<ServerSentEvent> {
    if (this.#isJson) yield { name: '', data: this.#line, isWhole: true };
    else {
      yield* this.#take();
      yield* this.#dispatch(false);
    }
  }

  #keep(text: string): void {
    if (this.#line.length + this.#dataChars + text.length > this.#bounds.mostEventChars)
      throw new ParleyError('LLM_BAD_ANSWER', 'An event of the answer is longer than any event is.');
    this.#line += text;
  }

  *#take(): Generator<ServerSentEvent> {
    const line = this.#line;
    this.#line = '';
    if (++this.#lines > this.#bounds.mostLines) throw tooLong();
    if (line === '') {
      yield* this.#dispatch(true);
      return;
    }
    const [, field = '', value = ''] = /^([^:]*):? ?([^]*)$/.exec(line) ?? [];
    if (field === 'event') this.#name = value;
    if (field !== 'data') return;
    this.#data.push(value);
    this.#dataChars += value.length + 1;
  }

  *#dispatch(isWhole: boolean): Generator<ServerSentEvent> {
    const event = { name: this.#name, data: this.#data.join('\n'), isWhole };
    this.#name = '';
    this.#data = [];
    this.#dataChars = 0;
    if (event.data !== '') yield event;
  }
}

/** Undefined while only white space has come. */
function looksLikeJson(text: string): boolean | undefined {
  const first = /\S/.exec(text)?.[0];
  return first === undefined ? undefined : first === '{' || first === '[';
}

function tooLong(): ParleyError {
  return new ParleyError('LLM_BAD_ANSWER', 'The answer is longer than any answer is.');
}
