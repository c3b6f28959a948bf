/**
 * Cuts speakable text into pieces for the synthesizer: at "|", else at sentence ends and line ends, else by length.
 * Keeps every character but "|" and surplus white space; drops a piece without a letter or digit that nothing follows.
 */
import { endsSentence } from './sentence-ends.ts';

export interface SplitLimits {
  /** A shorter piece joins the next: alone it sounds chopped. Characters, default 12. */
  readonly minChars: number;
  /** A longer piece is cut at a comma or a space: its synthesis should begin. Characters, default 120: 8 s of speech. */
  readonly softChars: number;
  /** No piece is longer, even if a word must be cut. Characters, default 250: what SpeechKit v3 takes. */
  readonly hardChars: number;
  /** In a hurry a cut between words needs at least as many before it. Default 3: two words are over too soon. */
  readonly minWords: number;
}

export const SPLIT_LIMITS: SplitLimits = { minChars: 12, softChars: 120, hardChars: 250, minWords: 3 };

/** A word, or any other character alone. */
const RUN = /[\p{L}\p{N}]+|[^]/gu;
const CLAUSE_END = /[,;:—–،]/;

export class Splitter {
  readonly #limits: SplitLimits;
  #piece = '';
  /** The piece ends where a cut was due, but was too short for it. */
  #isClosed = false;

  constructor(limits: SplitLimits) {
    this.#limits = limits;
  }

  /** Something to speak is waiting for its end. */
  get isWaiting(): boolean {
    return hasSpeech(this.#piece);
  }

  /** Takes more text, whole code points; returns the pieces that are complete with it. */
  add(text: string): string[] {
    const pieces: string[] = [];
    for (const run of text.match(RUN) ?? []) this.#take(run, pieces);
    return pieces;
  }

  /** The best piece that can be had now, if any: a whole sentence, a clause, a few words. */
  hurry(): string | undefined {
    const isWhole = this.#isClosed || endsSentence(this.#piece, '');
    const at = isWhole ? this.#piece.length : this.#cutPoint();
    if (at === undefined) return undefined;
    const head = this.#piece.slice(0, at);
    if (!isWhole && !isClause(head) && head.split(' ').length < this.#limits.minWords) return undefined;
    return this.#cut(at);
  }

  /** No more text: returns the rest, however short. */
  end(): string | undefined {
    return this.#cut(this.#piece.length);
  }

  #take(run: string, pieces: string[]): void {
    if (run === '|' || run === '\n') return this.#close(pieces);
    if (isSpace(run)) {
      if (this.#piece !== '' && !this.#piece.endsWith(' ')) this.#piece += ' ';
      if (endsSentence(this.#piece, ' ')) this.#close(pieces);
      return;
    }
    if (endsSentence(this.#piece, run)) this.#close(pieces);
    // "5|500" are two numbers, and no voice may read them as one.
    if (this.#isClosed && /\d $/.test(this.#piece) && /^\d/.test(run))
      this.#piece = `${this.#piece.trimEnd()}, `;
    this.#isClosed = false;
    if (this.#piece.length + run.length <= this.#limits.softChars) this.#piece += run;
    else for (const character of run) this.#overfill(character, pieces);
  }

  /** Adds a character that brings the piece to a limit: one by one, so that a word that comes in parts is cut the same. */
  #overfill(character: string, pieces: string[]): void {
    if (this.#piece.length + character.length > this.#limits.hardChars) this.#cutHard(pieces);
    this.#piece += character;
    if (this.#piece.length > this.#limits.softChars) this.#keep(pieces, this.#cutPoint());
  }

  #close(pieces: string[]): void {
    const text = this.#piece.trimEnd();
    if (text.length >= this.#limits.minChars && hasSpeech(text)) return this.#keep(pieces, text.length);
    this.#piece = text === '' ? '' : `${text} `;
    this.#isClosed = true;
  }

  #cutHard(pieces: string[]): void {
    const space = this.#piece.lastIndexOf(' ');
    this.#keep(pieces, space > 0 && hasSpeech(this.#piece.slice(0, space)) ? space : this.#piece.length);
  }

  #keep(pieces: string[], at: number | undefined): void {
    const piece = at === undefined ? undefined : this.#cut(at);
    if (piece !== undefined) pieces.push(piece);
  }

  #cut(at: number): string | undefined {
    const head = this.#piece.slice(0, at).trimEnd();
    this.#piece = this.#piece.slice(at).trimStart();
    this.#isClosed = false;
    return hasSpeech(head) ? head : undefined;
  }

  /** After the last clause, unless that leaves most of the piece behind; else between the last words, never within a number. */
  #cutPoint(): number | undefined {
    const piece = this.#piece;
    let lastSpace: number | undefined;
    for (let at = piece.length - 1; at >= this.#limits.minChars; at--) {
      if (piece[at] !== ' ' || isBetweenDigits(piece, at)) continue;
      if (at >= piece.length / 3 && isClause(piece.slice(0, at)))
        return hasSpeech(piece.slice(0, at)) ? at : undefined;
      lastSpace ??= at;
    }
    return lastSpace !== undefined && hasSpeech(piece.slice(0, lastSpace)) ? lastSpace : undefined;
  }
}

function hasSpeech(text: string): boolean {
  return /[\p{L}\p{N}]/u.test(text);
}

function isClause(text: string): boolean {
  return CLAUSE_END.test(text.charAt(text.length - 1));
}

/** Also where the next one may still come. */
function isBetweenDigits(text: string, at: number): boolean {
  return /\d/.test(text.charAt(at - 1)) && /^(?:\d|$)/.test(text.charAt(at + 1));
}

function isSpace(run: string): boolean {
  return run === ' ' || /^\s$/.test(run);
}
