/** What came of one situation, and what of it is not good enough. Pure; times in milliseconds. */
import type { ErrorCode } from '../../base/error-catalogue.ts';
import type { Heard } from './heard.ts';
import { beginsAgain } from './begins-again.ts';
import { orderOf } from './heard.ts';
import type { SoundSpan } from '../../ear/sound-spans.ts';

/** So soon after a sound of the caller's a bot that falls silent does so because of it. */
const BECAUSE_OF_IT_MS = 1200;
/** Of an answer that was not stopped so much is heard at least, as a share of one that nobody has spoken into. */
const WHOLE_SHARE = 0.6;
/** Of a shorter answer it cannot be told whether it was stopped. */
const LONG_ENOUGH_MS = 1500;

/** What the bot begins to say so shortly after the caller was already on its way, ms. */
const ALREADY_COMING_MS = 300;
/** Nobody has heard the end of a turn, and answers it, within this time, ms. */
const NOBODY_SO_QUICK_MS = 100;

/** What is said back seems to come before it was said where this machine's phone is late, by so much, ms. */
const SAID_BACK_BEFORE_MS = 500;

/** From when on it is not good enough. */
export interface Limits {
  readonly voiceToVoiceMs: number;
  readonly bargeInMs: number;
  /** The longest silence while the bot is to speak, also with a provider that fails. */
  readonly deadAirMs: number;
}

/** What the caller has said in it; times from the answer of the call. */
export interface SaidInCall {
  /** `speech`: the bot is to answer; `opening`: more follows at once; `sound`: it is to go on; `into`: it is to fall silent, and answer. */
  readonly kind: 'speech' | 'opening' | 'sound' | 'into';
  readonly fromMs: number;
  readonly toMs: number;
}

export interface Figures {
  readonly greetingMs: number | null;
  /** Of each thing that was to be answered; null where it was not. */
  readonly voiceToVoiceMs: readonly (number | null)[];
  readonly bargeInMs: number | null;
  /** Times that the bot has stopped for nothing; null where that cannot be told. */
  readonly falseStops: number | null;
  /** Times that it began to speak before the caller had finished; this and what follows is null where there was no call. */
  readonly cutIns: number | null;
  readonly deadAirMs: number | null;
  readonly talkOverMs: number | null;
  /** From the question after a fault was lifted to its answer. */
  readonly recoveryMs: number | null;
  readonly order: 'kept' | 'broken' | null;
  /** What was spoken into is said once more from its beginning; false as well where that cannot be told. */
  readonly beginsAgain: boolean;
  /** It says nothing but what is said to it. */
  readonly isEcho: boolean;
}

/** Why a situation, or all of it, did not come to its end. */
export interface Failure {
  /** Of the error catalogue: it stays what it is. */
  readonly code: ErrorCode;
  readonly message: string;
}

export interface Verdict {
  readonly situation: string;
  readonly about: string;
  /** Which provider did what; null where all did as they should. */
  readonly fault: string | null;
  readonly figures: Figures;
  /** What is not good enough, in words; empty if all is. */
  readonly complaints: readonly string[];
  /** Null if the situation was acted out to its end. */
  readonly failure: Failure | null;
}

export interface Judged {
  readonly said: readonly SaidInCall[];
  readonly heard: Heard;
  /** How long the answer to the question is heard when nobody speaks into it; undefined if that is not known. */
  readonly wholeAnswerMs: number | undefined;
  readonly tonesHz: readonly number[];
  /** The last thing that was said came after the fault was lifted. */
  readonly recovers: boolean;
}

export function figuresOf({ said, heard, wholeAnswerMs, tonesHz, recovers }: Judged): Figures {
  const { bot, dialogue } = heard;
  const asked = said.filter(({ kind }) => kind === 'speech' || kind === 'into');
  const waits = asked.map((one, at) => waitAfter(bot, one, asked[at + 1]?.fromMs ?? Infinity));
  const into = said.find(({ kind }) => kind === 'into');
  return {
    greetingMs: greetedAfter(heard, said),
    voiceToVoiceMs: recovers ? waits.slice(0, -1) : waits,
    bargeInMs: into ? fellSilentAfter(bot, into) : null,
    falseStops: falseStops(bot, said, wholeAnswerMs),
    cutIns: said.filter((one) => one.kind === 'speech' && isCutInto(bot, one)).length,
    deadAirMs: dialogue.deadAir.longestMs,
    talkOverMs: dialogue.talkOver.sumMs,
    recoveryMs: recovers ? (waits.at(-1) ?? null) : null,
    order: orderOf(
      heard.heard,
      tonesHz,
      asked.map(({ fromMs }) => fromMs),
      into && unheeding(bot, into),
    ),
    beginsAgain: said.some((one) => isBegunAgain(heard, said, one)),
    isEcho: heard.isEcho,
  };
}

/** `underFault`: a provider failed, so a late answer is forgiven, but not silence, and not a bot that stays lost. */
export function complaintsAbout(figures: Figures, limits: Limits, underFault: boolean): readonly string[] {
  const { bargeInMs, cutIns, deadAirMs, falseStops, greetingMs, order, recoveryMs, voiceToVoiceMs } = figures;
  const waits = voiceToVoiceMs.flatMap((ms) => ms ?? []);
  const slowest = Math.max(0, ...waits);
  return [
    greetingMs === null && 'it greets nobody',
    figures.isEcho && 'it says back what is said to it',
    !underFault && waits.length < voiceToVoiceMs.length && 'it does not answer',
    !underFault && slowest > limits.voiceToVoiceMs && `it answers after ${text(slowest)}`,
    bargeInMs !== null &&
      bargeInMs > limits.bargeInMs &&
      `it speaks on for ${text(bargeInMs)} when it is interrupted`,
    (cutIns ?? 0) > 0 && 'it speaks before the caller has finished',
    (falseStops ?? 0) > 0 && 'it stops for a sound that is no word',
    figures.beginsAgain && 'it begins again with what was spoken into',
    deadAirMs !== null &&
      deadAirMs > limits.deadAirMs &&
      `it leaves the caller in silence for ${text(deadAirMs)}`,
    order === 'broken' && 'it says its words in another order',
    underFault && recoveryMs === null && 'it does not answer any more when its provider is well again',
  ].filter((complaint) => complaint !== false);
}

/** What the caller has done for nothing: of a bot that was not tried out it is not said that it is good. Not a greeting that was too short to be spoken into. */
export function untoldOf({ bargeInMs, falseStops }: Figures, said: readonly SaidInCall[]): readonly string[] {
  const has = (kind: SaidInCall['kind']) => said.some((one) => one.kind === kind);
  return [
    has('sound') &&
      falseStops === null &&
      `its answer is shorter than ${text(LONG_ENOUGH_MS)}, so that nobody can tell whether it is stopped: ask for more (--voice)`,
    has('speech') &&
      has('into') &&
      bargeInMs === null &&
      'it had ended before it was interrupted, so that nobody can tell whether it gives way: ask for more (--voice)',
  ].filter((complaint) => complaint !== false);
}

/** With what may be behind them all where this machine was late itself, by so many ms. */
export function whoseFault(complaints: readonly string[], lateMs: number): readonly string[] {
  if (complaints.length === 0 || lateMs === 0) return complaints;
  return [
    ...complaints,
    `or this machine did it, which itself was late by ${text(lateMs)}: try again where it has less to do`,
  ];
}

function greetedAfter({ bot: [first], isEcho }: Heard, [opening]: readonly SaidInCall[]): number | null {
  const untilMs = (opening?.fromMs ?? Infinity) - (isEcho ? SAID_BACK_BEFORE_MS : 0);
  return first && first.fromMs < untilMs ? first.fromMs : null;
}

function waitAfter(bot: readonly SoundSpan[], { toMs }: SaidInCall, untilMs: number): number | null {
  const first = bot.find(({ fromMs }) => fromMs > toMs && fromMs < untilMs);
  return first ? first.fromMs - toMs : null;
}

/** What begins so shortly after the last word was begun for an earlier pause. */
function isCutInto(bot: readonly SoundSpan[], { fromMs, toMs }: SaidInCall): boolean {
  return bot.some(
    (span) => span.fromMs > fromMs + ALREADY_COMING_MS && span.fromMs < toMs + NOBODY_SO_QUICK_MS,
  );
}

/** With its last sound that began while the caller spoke, or before. Null unless the bot was speaking. */
function fellSilentAfter(bot: readonly SoundSpan[], { fromMs, toMs }: SaidInCall): number | null {
  if (!spokenInto(bot, { fromMs })) return null;
  const last = bot.findLast((span) => span.fromMs < toMs);
  return Math.max(0, (last?.toMs ?? 0) - fromMs);
}

/** What the bot was saying when the caller began. */
function spokenInto(
  bot: readonly SoundSpan[],
  { fromMs }: Pick<SaidInCall, 'fromMs'>,
): SoundSpan | undefined {
  return bot.find((span) => span.fromMs < fromMs && span.toMs > fromMs);
}

/** Where what is said is of the answer that was interrupted, or may be: of a bot that does not give way nobody knows where it ends. */
function unheeding(bot: readonly SoundSpan[], into: SaidInCall): SoundSpan {
  const endMs = spokenInto(bot, into)?.toMs ?? into.fromMs;
  return { fromMs: into.fromMs, toMs: endMs < into.toMs ? endMs : Infinity };
}

function falseStops(
  bot: readonly SoundSpan[],
  said: readonly SaidInCall[],
  wholeAnswerMs: number | undefined,
): number | null {
  const sounds = said.filter(({ kind }) => kind === 'sound');
  if (sounds.length === 0 || wholeAnswerMs === undefined || wholeAnswerMs < LONG_ENOUGH_MS) return null;
  const askedMs = said.find(({ kind }) => kind === 'speech')?.toMs ?? 0;
  const heardMs = lengthOf(bot.filter(({ fromMs }) => fromMs > askedMs));
  if (heardMs >= WHOLE_SHARE * wholeAnswerMs) return 0;
  return sounds.filter((sound) => {
    const over = spokenInto(bot, sound);
    return over !== undefined && over.toMs - sound.fromMs < BECAUSE_OF_IT_MS;
  }).length;
}

/** From what the bot had said of it by then to what it says next. */
function isBegunAgain({ bot, heard }: Heard, said: readonly SaidInCall[], one: SaidInCall): boolean {
  const over = one.kind === 'sound' || one.kind === 'into' ? spokenInto(bot, one) : undefined;
  if (!over || over.toMs - one.fromMs >= BECAUSE_OF_IT_MS) return false;
  const askedMs = said.findLast(({ fromMs }) => fromMs < one.fromMs)?.toMs ?? 0;
  const first = bot.find(({ fromMs }) => fromMs > askedMs);
  const at = bot.indexOf(over) + 1;
  const [next, last] = [bot[at], bot.at(-1)];
  if (!first || !next || !last) return false;
  return beginsAgain(
    heard.pcm,
    { fromMs: first.fromMs, toMs: over.toMs },
    { fromMs: next.fromMs, toMs: last.toMs },
  );
}

/** How long all of it sounds. */
export function lengthOf(spans: readonly SoundSpan[]): number {
  return spans.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0);
}

function text(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
