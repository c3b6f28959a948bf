/**
 * Takes out of a model's answer, while it still arrives, what is not for the caller: what it thinks (`<think>…</think>`, the channels of
 * gpt-oss), calls of tools written as text, and the control tokens of chat templates that a server has let through. A thought that is
 * never closed ends with the answer. The result is the same however the text is cut into pieces.
 * Sources: https://cookbook.openai.com/articles/openai-harmony and the chat templates of DeepSeek, Qwen, Mistral, Llama, Gemma, Kimi.
 */
import { controlTokenAt, TOKEN_START } from '../base/control-tokens.ts';
import type { ControlToken } from '../base/control-tokens.ts';

/** Of a message's head only its first word is of interest. */
const MOST_HEAD_CHARS = 100;

type Mode =
  | { readonly kind: 'speech' }
  /** A message that is not for the caller: of another channel, or of another role. */
  | { readonly kind: 'aside' }
  /** Between `<think>` and `</think>`; `depth` counts those inside one another. */
  | { readonly kind: 'thought'; readonly family: string; readonly depth: number; readonly outside: Mode }
  /** Says whose or which message follows: up to `<|message|>`, or for a `role` up to white space. */
  | { readonly kind: 'head'; readonly of: 'channel' | 'start' | 'role'; readonly text: string };

const SPEECH: Mode = { kind: 'speech' };
const ASIDE: Mode = { kind: 'aside' };

export class WithoutReasoning {
  #held = '';
  #mode: Mode = SPEECH;
  /** Something was taken out behind the last character. */
  #hasGap = false;
  #lastCharacter = '';

  /** Takes the next piece; returns what of it is certainly speech. */
  push(text: string): string {
    this.#held += text;
    return this.#sift(false);
  }

  /** No more text: returns the rest. */
  end(): string {
    return this.#sift(true);
  }

  #sift(ended: boolean): string {
    const text = this.#held;
    let at = 0;
    let speech = '';
    while (at < text.length) {
      TOKEN_START.lastIndex = at;
      const start = TOKEN_START.exec(text)?.index ?? text.length;
      speech += this.#pass(text.slice(at, start));
      at = start;
      if (at === text.length) break;
      const token = controlTokenAt(text, at, ended);
      if (token === 'undecided') break;
      if (token) this.#obey(token);
      else speech += this.#pass(text.charAt(at));
      at += token?.length ?? 1;
    }
    this.#held = text.slice(at);
    return speech;
  }

  #pass(text: string): string {
    if (text === '') return '';
    switch (this.#mode.kind) {
      case 'speech':
        return this.#joined(text);
      case 'head':
        return this.#readHead(this.#mode, text);
      default:
        return '';
    }
  }

  /** What was apart stays apart: above all two numbers. */
  #joined(text: string): string {
    const isNumber = /\d$/.test(this.#lastCharacter) && /^\d/.test(text);
    const isWord = /[\p{L}\p{N}]$/u.test(this.#lastCharacter) && /^[\p{L}\p{N}]/u.test(text);
    const joint = !this.#hasGap ? '' : isNumber ? '|' : isWord ? ' ' : '';
    this.#hasGap = false;
    this.#lastCharacter = text.slice(-1);
    return joint + text;
  }

  #readHead(head: Extract<Mode, { kind: 'head' }>, text: string): string {
    const end = head.of === 'role' ? /(?<=\S)\s/.exec(head.text.slice(-1) + text) : null;
    const taken = end ? end.index - head.text.slice(-1).length : text.length;
    this.#mode = { ...head, text: (head.text + text.slice(0, taken)).slice(0, MOST_HEAD_CHARS) };
    if (!end) return '';
    this.#endHead();
    return this.#pass(text.slice(taken));
  }

  #endHead(): void {
    if (this.#mode.kind !== 'head') return;
    const { of, text } = this.#mode;
    const [word = ''] = text.trim().toLowerCase().split(/\s/);
    const isForCaller = of === 'channel' ? word === 'final' : word === '' || isBot(word);
    this.#mode = isForCaller ? SPEECH : ASIDE;
  }

  #obey({ kind, name }: ControlToken): void {
    this.#hasGap = true;
    const mode = this.#mode;
    if (mode.kind === 'thought') {
      if (name !== mode.family || (kind !== 'open' && kind !== 'close')) return;
      const depth = mode.depth + (kind === 'open' ? 1 : -1);
      this.#mode = depth === 0 ? mode.outside : { ...mode, depth };
      return;
    }
    switch (kind) {
      case 'open':
        this.#mode = { kind: 'thought', family: name, depth: 1, outside: mode };
        return;
      case 'head':
        this.#mode = { kind: 'head', of: name === 'channel' || name === 'start' ? name : 'role', text: '' };
        return;
      case 'body':
        return this.#endHead();
      case 'end':
        this.#mode = SPEECH;
        return;
      case 'role':
        this.#mode = isBot(name) ? SPEECH : ASIDE;
        return;
      default:
        // A `</think>` without its beginning, which the template may hold, and whatever nobody has heard of.
        return;
    }
  }
}

function isBot(role: string): boolean {
  return role === 'assistant' || role === 'model';
}
