/**
 * Runs a recorded call again: the real Call, with the caller, the providers and the telephone of the recording, on a clock that jumps from
 * event to event. What comes out depends on nothing but the bundle and the settings.
 */
import { systemClock } from '../../base/clock.ts';
import type { ParleyError } from '../../base/errors.ts';
import { silentLog } from '../../base/log.ts';
import { ManualClock } from '../../base/manual-clock.ts';
import type { Recognizer } from '../../speech/recognition/recognizer.ts';
import { Call } from '../../call/call.ts';
import type { CallKit } from '../../call/call-kit.ts';
import { personasOf } from '../../call/persona.ts';
import type { Resumed } from '../../call/resumed.ts';
import type { PhraseBook } from '../../call/speaking/phrase-book.ts';
import { shiftedEntry } from '../../timeline/timeline-entries.ts';
import type { TimelineEntry } from '../../timeline/timeline.ts';
import type { BotProfile } from '../../config/bot-profile.ts';
import { inEachLanguage } from '../../config/profile-in-language.ts';
import type { Chat } from '../../llm/chat.ts';
import type { Bundle } from '../bundle/bundle.ts';
import { flowStateOf } from '../bundle/recorded-abilities.ts';
import type { RecordedCall, RecordedOrder } from '../bundle/recorded-call.ts';
import type { Synthesizer } from '../../speech/synthesis/synthesizer.ts';
import { recordedClock } from './recorded-clock.ts';
import { recordedPhrases } from './recorded-phrases.ts';
import type { RecordedPhrases } from './recorded-phrases.ts';
import { replayedAbilities } from './replayed-abilities.ts';
import type { LiveAbilities } from './replayed-abilities.ts';
import { replayedAnswerer } from './replayed-answerer.ts';
import { ReplayedChat } from './replayed-chat.ts';
import { ReplayedConsultations } from './replayed-consultations.ts';
import { ReplayedLine } from './replayed-line.ts';
import { ReplayedRecognizer } from './replayed-recognizer.ts';
import { ReplayedSynthesizer } from './replayed-synthesizer.ts';
import { TapeTime } from './tape-time.ts';
import { Unanswered, noAnswer } from './unanswered.ts';

export interface ReplayOptions {
  /** The bot as it shall be; as it was if not given. */
  readonly profile?: BotProfile;
  readonly synthesisWindow?: number;
  /** Providers of today instead of the recorded ones. With any of them the call takes as long as it took. */
  readonly live?: LiveProviders;
  /** The call takes as long as it took. */
  readonly realTime?: boolean;
}

export interface LiveProviders {
  readonly recognizer?: Recognizer;
  readonly chat?: Chat;
  readonly synthesizer?: Synthesizer;
  /** Tools and what is known from elsewhere. */
  readonly abilities?: LiveAbilities;
}

/** What happened in a call that was run again; times in ms since it arrived. */
export interface Replayed {
  readonly entries: readonly TimelineEntry[];
  /** The first that it asked for and that was not recorded: what happens behind it did not, and is not to be believed. */
  readonly unknown: { readonly atMs: number; readonly error: ParleyError } | undefined;
}

/** What happened; times in ms since the call arrived. Throws REPLAY_NO_ANSWER if it asked for anything that was not recorded. */
export async function replayCall(
  bundle: Pick<Bundle, 'call' | 'caller'>,
  options: ReplayOptions = {},
): Promise<readonly TimelineEntry[]> {
  const { entries, unknown } = await replayAsFarAsKnown(bundle, options);
  if (unknown) throw unknown.error;
  return entries;
}

/** The same for who can do with a part of the call: what was not recorded is told beside what happened. */
export async function replayAsFarAsKnown(
  { call, caller }: Pick<Bundle, 'call' | 'caller'>,
  options: ReplayOptions = {},
): Promise<Replayed> {
  const { live = {}, profile = recordedProfile(call), realTime = false } = options;
  const manual = realTime || Object.keys(live).length > 0 ? undefined : new ManualClock();
  const phrases = await recordedPhrases(call, profile, live.synthesizer);
  const time = new TapeTime(manual ?? systemClock);
  const unanswered = new Unanswered(() => time.nowMs);
  const line = new ReplayedLine(time, call, caller);
  const replayed = newCall({ call, time, unanswered, line, profile, book: phrases.book }, options);
  const orders = call.orders.map((order) => time.at(order.atMs, () => give(order, replayed)));
  const running = replayed.run();
  await (manual ? manual.runUntil(running) : running);
  for (const cancel of orders) cancel();
  const entries = replayed.timeline.entries.map((entry) => shiftedEntry(entry, time.fromClock(0)));
  return { entries, unknown: firstOf(unanswered.first, unknownPhrase(phrases.firstUnknown(entries))) };
}

function unknownPhrase(phrase: ReturnType<RecordedPhrases['firstUnknown']>): Replayed['unknown'] {
  return (
    phrase && {
      atMs: phrase.atMs,
      error: noAnswer('tts', `The phrase «${phrase.text}» was to be said.`),
    }
  );
}

/** By the earlier of the two; what was asked of a provider says more than a phrase that nobody has spoken. */
function firstOf(asked: Replayed['unknown'], phrase: Replayed['unknown']): Replayed['unknown'] {
  return asked && phrase ? { ...asked, atMs: Math.min(asked.atMs, phrase.atMs) } : (asked ?? phrase);
}

function give(order: RecordedOrder, to: Call): void {
  switch (order.kind) {
    case 'say':
      return to.say(order.text);
    case 'end':
      return to.end(order.cause);
    case 'transfer':
      return to.transferTo(order.place);
  }
}

/** The bot as it was. */
export function recordedProfile({ bot, profile }: RecordedCall): BotProfile {
  return { name: bot, ...profile };
}

interface Parts {
  readonly call: RecordedCall;
  readonly time: TapeTime;
  readonly unanswered: Unanswered;
  readonly line: ReplayedLine;
  readonly profile: BotProfile;
  readonly book: PhraseBook;
}

function newCall(parts: Parts, { live = {}, synthesisWindow }: ReplayOptions): Call {
  const { book, call, line, profile, time, unanswered } = parts;
  const isEarly = () => !isAnswering(replayed.timeline.entries);
  const colleagues = new ReplayedConsultations({
    time,
    recorded: call.consultations ?? [],
    unanswered,
    telephone: line,
    onConnected: () => line.transferred(),
  });
  if (call.consultations) line.consult = colleagues.consult;
  const ownPrompts =
    call.redaction === 'none' ? [] : inEachLanguage(profile).map(({ prompt }) => prompt.trim());
  const kit: CallKit = {
    clock: recordedClock(time, call.timers),
    log: silentLog,
    random: recordedDraws(call.draws),
    recognizer: live.recognizer ?? new ReplayedRecognizer(time, call, unanswered),
    chat: live.chat ?? new ReplayedChat({ time, replies: call.replies, unanswered, isEarly, ownPrompts }),
    synthesizer: live.synthesizer ?? new ReplayedSynthesizer(time, call, unanswered),
    synthesisWindow: synthesisWindow ?? call.settings.synthesisWindow,
    fallback: call.settings.fallback,
    variables: call.variables,
    askColleague: colleagues.ask,
    answerer: call.answerer && replayedAnswerer(time, call.answerer),
    abilities: replayedAbilities({ call, time, unanswered, isEarly, profile }, live.abilities),
  };
  const replayed = new Call(line, profile, personasOf(profile, book), kit, resumedAgain(call));
  return replayed;
}

function resumedAgain({ resumed }: RecordedCall): Resumed | undefined {
  return resumed && { ...resumed, flow: resumed.flow && flowStateOf(resumed.flow) };
}

const OF_A_TURN: readonly TimelineEntry['type'][] = [
  'consent',
  'turn.ended',
  'recognition.done',
  'turn.over',
];

/** It is known what the caller asked, and the answer is not over yet. */
function isAnswering(timeline: readonly TimelineEntry[]): boolean {
  return timeline.findLast(({ type }) => OF_A_TURN.includes(type))?.type === 'recognition.done';
}

/** The highest draw that a bundle can hold. One just below 1 was once rounded to it, and chose nothing. */
const HIGHEST_DRAW = 0.999;

/** What chance decided then; beyond that it always decides the same. */
function recordedDraws(draws: readonly number[]): () => number {
  const left = [...draws];
  return () => Math.min(left.shift() ?? 0, HIGHEST_DRAW);
}
