/** What a call was ordered with is somebody's: it stands in the prompt, in what the bot says, and in what the model is told. */
import type { Mask } from './redaction.ts';

type Variables = Readonly<Record<string, string>>;

/** Shorter ones stand inside other words, and tell nobody anything. */
const LEAST_CHARACTERS = 3;

/** A word with a capital may be a name; digits are masked wherever they are. */
const NAME = /\p{Lu}[\p{L}\p{M}-]{2,}/gu;

/** Names among them are masked wherever they are said. */
export function learnVariables(mask: Mask, variables: Variables = {}): void {
  for (const value of Object.values(variables))
    for (const [name] of value.matchAll(NAME)) mask.learnName(name);
}

/** Hides the values in a text into which they were filled in: of those that are words only what a mask finds is hidden elsewhere. */
export function withoutVariables(mask: Mask, variables: Variables = {}): (text: string) => string {
  const values = Object.values(variables).filter((value) => value.length >= LEAST_CHARACTERS);
  return (text) => values.reduce((hidden, value) => hidden.replaceAll(value, hiddenValue(value)), text);

  function hiddenValue(value: string): string {
    return mask.masked(value);
  }
}

export function maskedVariables(mask: Mask, variables: Variables): Variables {
  return Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, mask.masked(value)]));
}
