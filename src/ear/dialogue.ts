/** What two people hear of a conversation, from when each side was heard and from nothing else. Pure; all times in milliseconds. */
import { joinedSpans, overlapMs } from './sound-spans.ts';
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

/** What is known of a call beside its sound. */
export interface Circumstances {
  /** Who is to speak first; the bot, if not given. */
  readonly first?: 'bot' | 'caller';
  /** Nobody waits for the bot if false: a machine that records. Somebody does, if not given. */
  readonly isWaited?: boolean;
  /** While the call was on hold: nobody owes anybody a word. */
  readonly holds?: readonly SoundSpan[];
  /** When the caller has said something without a sound, typed or by keys: a word is owed from then on. In their order. */
  readonly unspoken?: readonly number[];
  /** Whether what the bot said last by then was small talk over a wait, which goes on behind it. */
  readonly isBridge?: (endedAtMs: number) => boolean;
}

/** Both lists in their order. `lastedMs`: until when the call lasted; what was owed then is dead air as well. */
export function dialogueOf(
  caller: readonly SoundSpan[],
  bot: readonly SoundSpan[],
  lastedMs: number,
  circumstances: Circumstances = {},
): Dialogue {
  const { isWaited = true } = circumstances;
  const said = joinedSpans(caller, GAP_MS).filter(({ fromMs, toMs }) => toMs - fromMs >= SHORTEST_SPEECH_MS);
  const answered = joinedSpans(bot, GAP_MS);
  return {
    answers: isWaited ? answersOf(said, answered, circumstances.unspoken) : [],
    talkOver: durationsOf(overlaps(said, answered)),
    deadAir: durationsOf(isWaited ? owedSilences(said, answered, lastedMs, circumstances) : []),
    gaps: durationsOf(gapsOf(said, answered, circumstances)),
  };
}

/**
 * Each begins with the bot's first sound after the caller has ended. What ended while the bot spoke on asked for none; but a key does, after
 * which the bot falls silent.
 */
function answersOf(
  said: readonly SoundSpan[],
  bot: readonly SoundSpan[],
  unspoken: readonly number[] = [],
): readonly HeardAnswer[] {
  const answers: HeardAnswer[] = [];
  let [at, key] = [0, 0];
  let callerEndedAtMs = -Infinity;
  let unspokenAtMs = -Infinity;
  let botEndedAtMs = -Infinity;
  for (const { fromMs, toMs } of bot) {
    for (let next = said[at]; next && next.toMs <= fromMs; next = said[++at]) callerEndedAtMs = next.toMs;
    for (let next = unspoken[key]; next !== undefined && next <= fromMs; next = unspoken[++key])
      unspokenAtMs = next;
    const isSpeaking = (said[at]?.fromMs ?? Infinity) < fromMs;
    const spokenAtMs = callerEndedAtMs > botEndedAtMs ? callerEndedAtMs : -Infinity;
    const endedAtMs = Math.max(spokenAtMs, unspokenAtMs);
    if (!isSpeaking && endedAtMs > -Infinity)
      answers.push({ callerEndedAtMs: endedAtMs, botBeganAtMs: fromMs });
    if (!isSpeaking) unspokenAtMs = -Infinity;
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
  { first = 'bot', holds = [], unspoken = [], isBridge = () => false }: Circumstances,
): readonly number[] {
  const sounds = [
    ...said.map((span) => ({ ...span, isBot: false, isUnspoken: false })),
    ...unspoken.map((atMs) => ({ fromMs: atMs, toMs: atMs, isBot: false, isUnspoken: true })),
    ...bot.map((span) => ({ ...span, isBot: true, isUnspoken: false })),
  ].toSorted((a, b) => a.fromMs - b.fromMs);
  const silences: number[] = [];
  let untilMs = 0;
  let isOwed = first === 'bot';
  const silentUntil = (toMs: number) => {
    const silentMs = toMs - untilMs - overlapMs(holds, untilMs, toMs);
    if (isOwed && silentMs > 0) silences.push(silentMs);
  };
  for (const { fromMs, toMs, isBot, isUnspoken } of sounds) {
    silentUntil(fromMs);
    if (toMs < untilMs && !isUnspoken) continue;
    untilMs = Math.max(untilMs, toMs);
    isOwed = isBot ? isOwed && isBridge(toMs) : true;
  }
  silentUntil(lastedMs);
  return silences;
}

/** What lies behind small talk is part of the wait. */
function gapsOf(
  said: readonly SoundSpan[],
  bot: readonly SoundSpan[],
  { holds = [], unspoken = [], isBridge = () => false }: Circumstances,
): readonly number[] {
  const gaps: number[] = [];
  let at = 0;
  bot.forEach(({ fromMs }, index) => {
    const before = bot[index - 1];
    if (!before) return;
    while ((said[at]?.toMs ?? Infinity) <= before.toMs) at++;
    const isSpokenInto =
      (said[at]?.fromMs ?? Infinity) < fromMs ||
      unspoken.some((atMs) => atMs >= before.fromMs && atMs <= fromMs);
    const gapMs = fromMs - before.toMs;
    const isOther = isSpokenInto || isBridge(before.toMs) || overlapMs(holds, before.toMs, fromMs) > 0;
    if (!isOther && gapMs <= LONGEST_GAP_MS) gaps.push(gapMs);
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
