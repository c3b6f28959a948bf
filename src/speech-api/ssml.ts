/**
 * SSML as Parley reads it, for every provider alike: what is to be said, and the pauses in it. https://www.w3.org/TR/speech-synthesis11/
 */
import { Parser } from 'htmlparser2';
import { SpeechRefusal } from './refusal.ts';
import type { Warning } from './warning.ts';

export interface ScriptPart {
  readonly text: string;
  /** Silence before it. */
  readonly beforeMs: number;
}

export interface Script {
  readonly parts: readonly ScriptPart[];
  /** Elements that change nothing here; their text is spoken. */
  readonly warnings: readonly Warning[];
}

/** Of `<break strength>`, ms; without any, medium. */
const STRENGTHS_MS: Readonly<Record<string, number>> = {
  none: 0,
  'x-weak': 100,
  weak: 200,
  medium: 400,
  strong: 700,
  'x-strong': 1000,
};
/** What ends a paragraph or a sentence, ms. */
const ENDS_MS: Readonly<Record<string, number>> = { p: 500, s: 200 };
/** Longer silence is a mistake, or meant to fill the memory, ms. */
const LONGEST_BREAK_MS = 10_000;
const LONGEST_SILENCE_MS = 60_000;

/** Throws VALIDATION_ERROR for what is no SSML. */
export function readSsml(ssml: string): Script {
  const parts: { text: string; beforeMs: number }[] = [];
  const unknown = new Set<string>();
  let pauseMs = 0;
  let silentMs = 0;
  let alias: string | undefined;
  let isSpeak = false;
  const pause = (ms: number) => {
    const bounded = Math.min(ms, LONGEST_BREAK_MS);
    silentMs += bounded;
    pauseMs += bounded;
    if (silentMs > LONGEST_SILENCE_MS) throw refused('more than a minute of pauses');
  };
  const say = (text: string) => {
    const last = parts.at(-1);
    if (pauseMs === 0 && last) last.text += text;
    else if (text.trim() !== '') {
      parts.push({ text, beforeMs: pauseMs });
      pauseMs = 0;
    }
  };
  const parser = new Parser(
    {
      onopentag(name, attributes) {
        if (!isSpeak && name !== 'speak') throw refused('it begins with <speak>');
        isSpeak = true;
        if (name === 'break') pause(breakMs(attributes));
        else if (name === 'sub') {
          alias = attributes['alias'];
          if (alias !== undefined) say(alias);
        } else if (name !== 'speak' && !(name in ENDS_MS)) unknown.add(name);
      },
      ontext(text) {
        if (!isSpeak && text.trim() !== '') throw refused('it begins with <speak>');
        if (alias === undefined) say(text);
      },
      onclosetag(name, isImplied) {
        // What closes itself counts as implied as well.
        if (isImplied && ssml[parser.endIndex - 1] !== '/') throw refused(`<${name}> is not closed`);
        if (name === 'sub') alias = undefined;
        pause(ENDS_MS[name] ?? 0);
      },
    },
    { xmlMode: true },
  );
  parser.end(ssml);
  if (!isSpeak) throw refused('it begins with <speak>');
  return {
    parts,
    warnings: [...unknown].map((name) => ({
      field: 'ssml',
      message: `<${name.slice(0, 40)}> changes nothing here; its text is spoken.`,
    })),
  };
}

function breakMs({ time, strength = 'medium' }: Readonly<Record<string, string>>): number {
  if (time === undefined) return STRENGTHS_MS[strength] ?? STRENGTHS_MS['medium'] ?? 0;
  const [, number = '', unit] = /^\+?(\d{1,6}(?:\.\d{1,6})?)(ms|s)$/.exec(time.trim()) ?? [];
  if (!unit) throw refused(`a break lasts so many "ms" or "s"`);
  return Number(number) * (unit === 's' ? 1000 : 1);
}

const refused = (what: string) =>
  new SpeechRefusal('VALIDATION_ERROR', `The text is no SSML that can be read: ${what}.`, { param: 'text' });
