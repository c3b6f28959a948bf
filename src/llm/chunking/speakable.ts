/**
 * Takes out of a model's text what a voice cannot say, while the text still arrives. Removed, and nothing else:
 * - at the start of a line: `#` of headings, `>`, bullets (`-`, `*`, `+`, `•`), rules (`---`), code fences with their language;
 * - emphasis (`*`, `_`, `~~`) but not in "2*3", "2 * 3" or snake_case; backticks; square brackets; a link's `(target)` after `]`;
 * - stage directions of known gestures, with their marks: `*вздыхает*`, `(smiles)`, `[laughs]`;
 * - citations: `300[1]`, `[^2]`, `【4†source】`; a number in brackets that stands alone is spoken;
 * - emoji and control characters (a space takes their place), variation selectors, halves of broken surrogate pairs, and what nobody
 *   sees: soft hyphens, zero width spaces, marks of direction.
 * Every other letter and digit stays, in order. So do the marks of a telephone (`*100#`, "press *"), and a synthesizer's own pauses
 * (`sil<[300]>`). Between two numbers that only a removed mark kept apart stands a comma: no voice may read them as one.
 * The result is the same however the text is cut into pieces.
 */
import { citationLength } from './citations.ts';
import { lineMarkLength } from './line-marks.ts';
import { NumbersApart } from './numbers-apart.ts';
import { pauseLength, telephoneMarkLength } from './spoken-marks.ts';
import { isStageDirection, mayBecomeStageDirection } from './stage-directions.ts';

/** A stage direction is no longer, between its marks. */
const MAX_STAGE_DIRECTION_CHARS = 50;
/** Nor a link's target; the speech after a `](` waits for it so long. */
const MAX_TARGET_CHARS = 300;

const PLAIN = /[\p{L}\p{N} ,.!?;:'"«»…%№/@&=$€₽+-]+/uy;
const WORD_END = /[\p{L}\p{N}]$/u;
const WORD_START = /^[\p{L}\p{N}]/u;
const EMOJI = /^[\p{Extended_Pictographic}\p{Regional_Indicator}\p{Emoji_Modifier}]$/u;
const NOT_EMOJI = /^[\p{L}\p{N}©®™]$/u;
const EMOJI_PART = /^[\uFE0E\uFE0F\u20E3\u{E0020}-\u{E007F}]$/u;
/** Not the joiner and non-joiner, which change how letters are read. */
const UNSEEN = /^[\u00AD\u180E\u200B\u200E\u200F\u202A-\u202E\u2060-\u2064\u2066-\u2069\uFEFF]$/;
const BROKEN = '\uFFFD';
const ZERO_WIDTH_JOINER = '\u200D';
const CLOSERS: Readonly<Record<string, string>> = { '*': '*', '(': ')', '[': ']' };

/**
 * How many characters were decided on, and what of them is spoken; undefined: more text is needed to decide. `parts`: what was there kept
 * apart what is around it.
 */
type Step = { readonly length: number; readonly spoken: string; readonly parts?: true } | undefined;

/** The whole text at once. */
export function speakable(text: string): string {
  const cleaner = new SpeakableText();
  return cleaner.push(text) + cleaner.end();
}

export class SpeakableText {
  #held = '';
  /** The last characters that were decided on, as they came. */
  #before = '';
  #atLineStart = true;
  #afterEmoji = false;
  readonly #numbers = new NumbersApart();

  /** Takes the next piece; returns what can be spoken for certain. */
  push(text: string): string {
    this.#held += text;
    return this.#decide(false);
  }

  /** No more text: returns the rest. */
  end(): string {
    return this.#decide(true) + this.#numbers.end();
  }

  #decide(ended: boolean): string {
    const text = this.#held;
    let at = 0;
    let spoken = '';
    while (at < text.length) {
      const step = this.#step(text, at, ended);
      if (!step) break;
      spoken += this.#numbers.pass(step.spoken, step.parts === true);
      at += step.length;
      this.#before = text.slice(Math.max(0, at - 2), at);
    }
    this.#held = text.slice(at);
    return spoken;
  }

  #step(text: string, at: number, ended: boolean): Step {
    if (this.#atLineStart) {
      const length = lineMarkLength(text, at, ended);
      if (length === undefined) return undefined;
      if (length > 0) return silent(length);
      this.#atLineStart = false;
    }
    PLAIN.lastIndex = at;
    const plain = PLAIN.exec(text)?.[0];
    if (plain === undefined) return this.#markStep(text, at, ended);
    this.#afterEmoji = false;
    return spoken(plain);
  }

  #markStep(text: string, at: number, ended: boolean): Step {
    switch (text[at]) {
      case '`':
        return silent(1);
      case '*':
        return this.#star(text, at, ended);
      case '_':
        return this.#underscore(text, at, ended);
      case '~':
        return this.#tilde(text, at, ended);
      case '(':
        return stageDirection(text, at, ended, spoken('('));
      case '[':
        return this.#bracket(text, at, ended);
      case '【':
        return known(citationLength(text, at, { before: this.#before, ended }), (length) =>
          length > 0 ? silent(length) : spoken('【'),
        );
      case '<':
        return known(pauseLength(text, at, ended), (length) => spoken(text.slice(at, at + (length || 1))));
      case ']':
        return linkTarget(text, at, ended);
      default:
        return this.#symbol(text, at, ended);
    }
  }

  #bracket(text: string, at: number, ended: boolean): Step {
    const length = citationLength(text, at, { before: this.#before, ended });
    if (length === undefined) return undefined;
    if (length === 0) return stageDirection(text, at, ended, silent(1));
    const target = linkTarget(text, at + length - 1, ended);
    return target && silent(length - 1 + target.length);
  }

  #star(text: string, at: number, ended: boolean): Step {
    const product = /\d( ?)$/.exec(this.#before);
    if (product) {
      const factor = text.slice(at + 1, at + 2 + (product[1]?.length ?? 0));
      if (product[1] === '' ? /^\d/.test(factor) : /^ \d/.test(factor)) return spoken('*');
      if (!ended && (factor === '' || factor === product[1])) return undefined;
    }
    const length = telephoneMarkLength(text, at, { before: this.#before, ended });
    if (length === undefined) return undefined;
    if (length > 0) return spoken(text.slice(at, at + length));
    if (this.#before.endsWith('*')) return silent(1);
    return stageDirection(text, at, ended, silent(1));
  }

  #underscore(text: string, at: number, ended: boolean): Step {
    if (!WORD_END.test(this.#before)) return silent(1);
    const next = characterAt(text, at + 1, ended);
    if (next === undefined) return undefined;
    return WORD_START.test(next) ? spoken('_') : silent(1);
  }

  #tilde(text: string, at: number, ended: boolean): Step {
    const next = characterAt(text, at + 1, ended);
    if (next === undefined) return undefined;
    return next === '~' || this.#before.endsWith('~') ? silent(1) : spoken('~');
  }

  #symbol(text: string, at: number, ended: boolean): Step {
    const symbol = characterAt(text, at, ended);
    if (symbol === undefined) return undefined;
    if (symbol === '\n') {
      this.#atLineStart = true;
      return spoken(symbol);
    }
    if (isUnseen(symbol) || (this.#afterEmoji && symbol === ZERO_WIDTH_JOINER))
      return { length: symbol.length, spoken: '' };
    this.#afterEmoji = EMOJI.test(symbol) && !NOT_EMOJI.test(symbol);
    if (this.#afterEmoji || symbol === BROKEN || /\p{Cc}/u.test(symbol))
      return { length: symbol.length, spoken: ' ', parts: true };
    return /\p{Cs}/u.test(symbol) ? silent(1) : spoken(symbol);
  }
}

function spoken(text: string): Step {
  return { length: text.length, spoken: text };
}

function silent(length: number): NonNullable<Step> {
  return { length, spoken: '', parts: true };
}

function known(length: number | undefined, step: (length: number) => Step): Step {
  return length === undefined ? undefined : step(length);
}

function isUnseen(symbol: string): boolean {
  return EMOJI_PART.test(symbol) || UNSEEN.test(symbol);
}

/** A whole code point; '' after the end; undefined if it has not all arrived. */
function characterAt(text: string, at: number, ended: boolean): string | undefined {
  const point = text.codePointAt(at);
  if (point === undefined) return ended ? '' : undefined;
  const isFirstHalf = point >= 0xd800 && point <= 0xdbff;
  return isFirstHalf && at + 1 === text.length && !ended ? undefined : String.fromCodePoint(point);
}

/** Drops the stage direction that opens at `at`; `otherwise` says what becomes of the mark if none does. */
function stageDirection(text: string, at: number, ended: boolean, otherwise: Step): Step {
  const window = text.slice(at + 1, at + 1 + MAX_STAGE_DIRECTION_CHARS);
  const close = window.search(/[*()[\]|\n]/);
  if (close >= 0) {
    const matches = window[close] === CLOSERS[text.charAt(at)] && isStageDirection(window.slice(0, close));
    return matches ? silent(close + 2) : otherwise;
  }
  if (ended || window.length === MAX_STAGE_DIRECTION_CHARS) return otherwise;
  return mayBecomeStageDirection(window) ? undefined : otherwise;
}

/** Drops the `]` at `at`, and with it the `(target "title")` that makes the bracketed text a link. */
function linkTarget(text: string, at: number, ended: boolean): Step {
  const next = characterAt(text, at + 1, ended);
  if (next === undefined) return undefined;
  if (next !== '(') return silent(1);
  const window = text.slice(at + 2, at + 2 + MAX_TARGET_CHARS);
  const end = targetEnd(window);
  if (end === undefined) return ended || window.length === MAX_TARGET_CHARS ? silent(1) : undefined;
  const isTarget = window[end] === ')' && /^\S*(?:\s+"[^"]*")?$/.test(window.slice(0, end));
  return isTarget ? silent(end + 3) : silent(1);
}

/** Where a link's target ends: at its closing parenthesis, or at what no target holds. */
function targetEnd(text: string): number | undefined {
  let depth = 0;
  for (const { 0: mark, index } of text.matchAll(/[()[\]\n]/g)) {
    if (mark === '(') depth++;
    else if (mark !== ')' || depth-- === 0) return index;
  }
  return undefined;
}
