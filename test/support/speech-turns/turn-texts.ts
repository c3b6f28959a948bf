/**
 * What callers say and where they stop, as a recognizer that streams writes it while they speak: words in lower case, no punctuation. From
 * files of turns, and from the recordings, whose pauses are measured.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { wordsOf } from '../../../src/languages/words.ts';
import type { Span } from '../vad/vad-set.ts';
import type { Recording } from './debian-recordings.ts';
import type { OnThePhone } from './on-the-phone.ts';

/** Directories beside this file with turns that nobody has looked at to make the tables. */
export const HELD_OUT = ['turns', 'second-turns', 'third-turns'] as const;

export interface Stop {
  /** All words until then. */
  readonly text: string;
  /** Undefined where nobody has measured it. */
  readonly lastsMs?: number;
  /** What was said until then could be all. */
  readonly mayBeEnd: boolean;
}

export interface Turn {
  /** A BCP-47 tag, or its first part. */
  readonly language: string;
  readonly text: string;
  /** What the bot has said before, where somebody has written it down. */
  readonly asked?: string | undefined;
  /** Where the speaker pauses and goes on. */
  readonly stops: readonly Stop[];
}

/**
 * The turns of a directory by file. The name of a file ends with its language, `dev-ru.txt`; a line is a turn, `|` in it is a stop after which
 * more must come, `/` one after words that could be all; in `{}` before it may stand what the bot has asked; lines with `#` are comments.
 */
export function turnFiles(directory: string): ReadonlyMap<string, readonly Turn[]> {
  const files = readdirSync(directory).filter((file) => /(?:^|[^a-z])[a-z]{2}\.txt$/u.test(file));
  if (files.length === 0)
    throw new Error(`There are no turns in ${directory}: no file is called like dev-ru.txt.`);
  return new Map(
    files.sort().map((file) => {
      const name = basename(file, '.txt');
      const lines = readFileSync(join(directory, file), 'utf8').split('\n');
      const turns = lines.filter((line) => line.trim() !== '' && !line.startsWith('#'));
      return [name, turns.map((line) => turnOf(line, name.slice(-2)))];
    }),
  );
}

function turnOf(line: string, language: string): Turn {
  const { asked, said = '' } = /^(?:\{(?<asked>[^}]*)\})?(?<said>.*)$/u.exec(line.trim())?.groups ?? {};
  const parts = said.split(/([|/])/u);
  const stops = parts.flatMap((mark, at): Stop[] =>
    at % 2 === 1 ? [{ text: bare(parts.slice(0, at).join(' ')), mayBeEnd: mark === '/' }] : [],
  );
  return { language, text: bare(said), stops, asked };
}

/** As a recognizer writes it that knows no punctuation. */
function bare(text: string): string {
  return wordsOf(text).join(' ');
}

const FEWEST_WORDS = 3;
/** By how much of the whole a pause may be away from the comma or point that it belongs to. */
const MARK_WITHIN = 0.1;
const ENDS_SENTENCE = /[.!?…][»”"')]*$/u;
const MARK = /[.,;:!?…–—-][»”"')]*$/u;

/** A recording as a turn: which words came before a pause is told by how much of the speech did, and by the punctuation. */
export function turnOfRecording({ words = '', language }: Recording, heard: OnThePhone): Turn | undefined {
  const tokens = words.split(/\s+/u).filter((token) => wordsOf(token).length > 0);
  if (tokens.length < FEWEST_WORDS) return undefined;
  const stops = heard.pauses.map((pause): Stop => {
    const said = tokens.slice(0, saidBefore(pause, tokens, heard));
    const mayBeEnd = ENDS_SENTENCE.test(said.at(-1) ?? '');
    return { text: bare(said.join(' ')), lastsMs: pause.endMs - pause.startMs, mayBeEnd };
  });
  return { language, text: bare(words), stops };
}

/** How many of the words. */
function saidBefore(pause: Span, tokens: readonly string[], { speech, pauses }: OnThePhone): number {
  const spokenMs = (untilMs: number) =>
    pauses
      .filter(({ endMs }) => endMs <= untilMs)
      .reduce((ms, { startMs, endMs }) => ms - (endMs - startMs), untilMs - speech.startMs);
  const share = spokenMs(pause.startMs) / spokenMs(speech.endMs);
  const letters = tokens.map((token) => wordsOf(token).join('').length);
  const all = letters.reduce((sum, count) => sum + count, 0);
  let [best, said, before] = [1, 0, Infinity];
  for (const [at, token] of tokens.slice(0, -1).entries()) {
    said += letters[at] ?? 0;
    const away = Math.abs(said / all - share) - (MARK.test(token) ? MARK_WITHIN : 0);
    if (away >= before) continue;
    [best, before] = [at + 1, away];
  }
  return best;
}
