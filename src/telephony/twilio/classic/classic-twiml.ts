/** A call by documents alone: Twilio says what stands in them, and hears for them (twilio.com/docs/voice/twiml/gather, …/say). */
import type { Awaited, ClipWords } from '../../line.ts';
import type { TransferTarget } from '../../transfer-target.ts';
import { dialVerb, documentOf, escaped } from '../twiml.ts';
import type { DialOptions } from '../twiml.ts';
import { voiceOf } from './say-voices.ts';

/** A `<Say>` may have 4096 characters. */
const MOST_SAID = 3000;

/** Twilio takes so many hints, of so many characters. */
const MOST_HINTS = 500;
const MOST_HINT = 100;

/** How long Twilio waits for the caller to begin, at the most, seconds. */
const MOST_WAIT_SECONDS = 60;

/** The caller is heard while the words are said, and may cut them short. Words, keys, or nothing of either come to `url`. */
export function gatherTwiml(said: readonly ClipWords[], wanted: Awaited, url: string): string {
  const { silenceMs, language, digits, terminator, words } = wanted;
  const attributes = {
    input: 'speech dtmf',
    action: url,
    method: 'POST',
    actionOnEmptyResult: 'true',
    timeout: String(Math.min(MOST_WAIT_SECONDS, Math.max(1, Math.round(silenceMs / 1000)))),
    speechTimeout: 'auto',
    language,
    numDigits: String(digits),
    ...(hintsOf(words) !== '' && { hints: hintsOf(words) }),
    finishOnKey: terminator === 'none' ? '' : terminator,
  };
  const told = Object.entries(attributes).map(([name, value]) => ` ${name}="${escaped(value)}"`);
  // Should Twilio go on without the action, it asks the same.
  return documentOf(`<Gather${told.join('')}>${sayVerbs(said)}</Gather>${redirect(url)}`);
}

/** Divided by commas, so that none may hold one. */
function hintsOf(words: readonly string[]): string {
  return words
    .map((word) => word.replaceAll(/[\s,]+/g, ' ').trim())
    .filter((word) => word !== '' && word.length <= MOST_HINT)
    .slice(0, MOST_HINTS)
    .join(',');
}

/** What is there is said; more is asked for at `url`. */
export function goOnTwiml(said: readonly ClipWords[], url: string): string {
  return documentOf(`${sayVerbs(said)}${redirect(url)}`);
}

export function hangupTwiml(said: readonly ClipWords[]): string {
  return documentOf(`${sayVerbs(said)}<Hangup/>`);
}

/** Never answered, and nothing to be paid. */
export function rejectTwiml(): string {
  return documentOf('<Reject reason="busy"/>');
}

export function putThroughTwiml(
  said: readonly ClipWords[],
  to: TransferTarget,
  options: DialOptions,
): string {
  return documentOf(`${sayVerbs(said)}${dialVerb(to, options)}`);
}

/** Says it, and nothing else. */
export function sayTwiml(said: readonly ClipWords[]): string {
  return documentOf(sayVerbs(said));
}

function redirect(url: string): string {
  return `<Redirect method="POST">${escaped(url)}</Redirect>`;
}

function sayVerbs(said: readonly ClipWords[]): string {
  return joined(said)
    .map(({ text, language }) => {
      const voice = voiceOf(language);
      const told = voice === undefined ? '' : ` voice="${escaped(voice)}"`;
      return `<Say${told} language="${escaped(language)}">${escaped(text)}</Say>`;
    })
    .join('');
}

/** What is of one language is said in one breath. */
function joined(said: readonly ClipWords[]): readonly ClipWords[] {
  const pieces: ClipWords[] = [];
  for (const { text, language } of said.flatMap(divided)) {
    const last = pieces.at(-1);
    if (last?.language === language && last.text.length + text.length < MOST_SAID)
      pieces[pieces.length - 1] = { language, text: `${last.text} ${text}` };
    else pieces.push({ text, language });
  }
  return pieces;
}

function divided({ text, language }: ClipWords): readonly ClipWords[] {
  const letters = Array.from(text.trim());
  const count = Math.ceil(letters.length / MOST_SAID);
  return Array.from({ length: count }, (_, at) => ({
    text: letters.slice(at * MOST_SAID, (at + 1) * MOST_SAID).join(''),
    language,
  }));
}
