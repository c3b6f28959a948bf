/** What two people hear of a conversation, from when each side was heard and from nothing else. Pure; all times in milliseconds. */
import { joinedSpans } from './sound-spans.ts';
import type { SoundSpan } from './sound-spans.ts';

/** Silences between words, and in plosives, are up to this long; a longer one is a gap that one hears. */
export const GAP_MS = 200;
/** A longer silence is no gap in what is said: somebody begins anew. */
const LONGEST_GAP_MS = 3000;
/** A shorter sound is a knock, or a packet: nobody answers it. */
const SHORTEST_SPEECH_MS = 80;

export interface HeardAnswer {
  /** The end of what the caller said. */
  readonly callerEndedAtMs: number;
  /** The first sound of the bot after it. */
  readonly botBeganAtMs: number;
}

export interface Durations {
  readonly count: number;
  readonly longestMs: number;
  readonly sumMs: number;
}

export interface Dialogue {
  readonly answers: readonly HeardAnswer[];
  /** Both at once. */
  readonly talkOver: Durations;
  /** Nobody, while the bot had been spoken to or had not yet said a word. */
  readonly deadAir: Durations;
  /** Silences of more than 200 ms inside what the bot said. */
  readonly gaps: Durations;
}

/** Both lists in their order. `lastedMs`: until when the call lasted; what was owed then is dead air as well. */
export function dialogueOf(
  caller: readonly SoundSpan[],
  bot: readonly SoundSpan[],
  lastedMs: number,
): Dialogue {
  const said = joinedSpans(caller, GAP_MS).filter(({ fromMs, toMs }) => toMs - fromMs >= SHORTEST_SPEECH_MS);
  const answered = joinedSpans(bot, GAP_MS);
  return {
    answers: answersOf(said, answered),
    talkOver: durationsOf(overlaps(said, answered)),
    deadAir: durationsOf(owedSilences(said, answered, lastedMs)),
    gaps: durationsOf(gapsOf(said, answered)),
  };
}

/** Each begins with the bot's first sound after the caller has ended; what ended while the bot spoke on asked for none. */
function answersOf(said: readonly SoundSpan[], bot: readonly SoundSpan[]): readonly HeardAnswer[] {
  const answers: HeardAnswer[] = [];
  let at = 0;
  let callerEndedAtMs = -Infinity;
  let botEndedAtMs = -Infinity;
  for (const { fromMs, toMs } of bot) {
    for (let next = said[at]; next && next.toMs <= fromMs; next = said[++at]) callerEndedAtMs = next.toMs;
    const isSpeaking = (said[at]?.fromMs ?? Infinity) < fromMs;
    if (!isSpeaking && callerEndedAtMs > botEndedAtMs)
      answers.push({ callerEndedAtMs, botBeganAtMs: fromMs });
    botEndedAtMs = toMs;
  }
  return answers;
}

function overlaps(some: readonly SoundSpan[], others: readonly SoundSpan[]): readonly number[] {
  const found: number[] = [];
  let first = 0;
  for (const { fromMs, toMs } of some) {
    while ((others[first]?.toMs ?? Infinity) <= fromMs) first++;
    for (let at = first; (others[at]?.fromMs ?? Infinity) < toMs; at++) {
      const other = others[at];
      if (other) found.push(Math.min(toMs, other.toMs) - Math.max(fromMs, other.fromMs));
    }
  }
  return found;
}

/** Until the bot's first word, and after each thing that the caller has said: from the last sound of either to the next. */
function owedSilences(
  said: readonly SoundSpan[],
  bot: readonly SoundSpan[],
  lastedMs: number,
): readonly number[] {
  const sounds = [
    ...said.map((span) => ({ ...span, isBot: false })),
    ...bot.map((span) => ({ ...span, isBot: true })),
  ].toSorted((a, b) => a.fromMs - b.fromMs);
  const silences: number[] = [];
  let untilMs = 0;
  let isOwed = true;
  for (const { fromMs, toMs, isBot } of sounds) {
    if (isOwed && fromMs > untilMs) silences.push(fromMs - untilMs);
    if (toMs < untilMs) continue;
    untilMs = Math.max(0, toMs);
    isOwed = !isBot;
  }
  if (isOwed && lastedMs > untilMs) silences.push(lastedMs - untilMs);
  return silences;
}

function gapsOf(said: readonly SoundSpan[], bot: readonly SoundSpan[]): readonly number[] {
  const gaps: number[] = [];
  let at = 0;
  bot.forEach(({ fromMs }, index) => {
    const before = bot[index - 1];
    if (!before) return;
    while ((said[at]?.toMs ?? Infinity) <= before.toMs) at++;
    const isSpokenInto = (said[at]?.fromMs ?? Infinity) < fromMs;
    const gapMs = fromMs - before.toMs;
    if (!isSpokenInto && gapMs <= LONGEST_GAP_MS) gaps.push(gapMs);
  });
  return gaps;
}

function durationsOf(lengths: readonly number[]): Durations {
  return {
    count: lengths.length,
    longestMs: Math.max(0, ...lengths),
    sumMs: lengths.reduce((sum, length) => sum + length, 0),
  };
}
