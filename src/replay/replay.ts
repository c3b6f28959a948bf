/**
 * Runs a recorded call again: the real Call, with the caller, the providers and the telephone of the recording, on a clock that jumps from
 * event to event. What comes out depends on nothing but the bundle and the settings.
 */
import { systemClock } from '../base/clock.ts';
import { ParleyError } from '../base/errors.ts';
import { silentLog } from '../base/log.ts';
import { ManualClock } from '../base/manual-clock.ts';
import { silence } from '../audio/pcm.ts';
import type { Recognizer } from '../asr/recognizer.ts';
import { Call } from '../call/call.ts';
import { PhraseBook } from '../call/phrase-book.ts';
import type { ShippedPhrases } from '../call/phrase-book.ts';
import { shiftedEntry } from '../call/timeline-entries.ts';
import type { TimelineEntry } from '../call/timeline.ts';
import type { BotProfile } from '../config/bot-profile.ts';
import type { Chat } from '../llm/chat.ts';
import type { Bundle } from '../recording/bundle.ts';
import type { RecordedCall } from '../recording/recorded-call.ts';
import type { SpeechRequest, Synthesizer } from '../tts/synthesizer.ts';
import { ReplayedChat } from './replayed-chat.ts';
import { ReplayedLine } from './replayed-line.ts';
import { ReplayedRecognizer } from './replayed-recognizer.ts';
import { ReplayedSynthesizer } from './replayed-synthesizer.ts';
import { TapeTime } from './tape-time.ts';
import { Unanswered } from './unanswered.ts';

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
}

/** What happened; times in ms since the call arrived. Throws REPLAY_NO_ANSWER if it asked for anything that was not recorded. */
export async function replayCall(
  { call, caller }: Pick<Bundle, 'call' | 'caller'>,
  options: ReplayOptions = {},
): Promise<readonly TimelineEntry[]> {
  const { live = {}, realTime = false } = options;
  const manual = realTime || Object.keys(live).length > 0 ? undefined : new ManualClock();
  const time = new TapeTime(manual ?? systemClock);
  const unanswered = new Unanswered();
  const line = new ReplayedLine(time, call, caller);
  const replayed = await newCall({ call, time, unanswered, line }, options);
  const running = replayed.run();
  await (manual ? manual.runUntil(running) : running);
  if (unanswered.first) throw unanswered.first;
  return replayed.timeline.entries.map((entry) => shiftedEntry(entry, time.fromClock(0)));
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
}

async function newCall({ call, line, time, unanswered }: Parts, options: ReplayOptions): Promise<Call> {
  const { live = {}, profile = recordedProfile(call) } = options;
  const synthesizer = live.synthesizer ?? new ReplayedSynthesizer(time, call.syntheses, unanswered);
  const kit = {
    clock: time.clock,
    log: silentLog,
    random: recordedDraws(call.draws),
    recognizer: live.recognizer ?? new ReplayedRecognizer(time, call, unanswered),
    chat: live.chat ?? new ReplayedChat(time, call.replies, unanswered),
    synthesizer,
    synthesisWindow: options.synthesisWindow ?? call.settings.synthesisWindow,
    fallback: call.settings.fallback,
  };
  const book = await recordedPhrases({ call, profile, unanswered });
  return new Call(line, profile, book, kit, call.resumed);
}

/** What chance decided then; beyond that it always decides the same. */
function recordedDraws(draws: readonly number[]): () => number {
  const left = [...draws];
  return () => left.shift() ?? 0;
}

/** The phrases that were ready then, as long as they were. */
async function recordedPhrases(parts: {
  readonly call: RecordedCall;
  readonly profile: BotProfile;
  readonly unanswered: Unanswered;
}): Promise<PhraseBook> {
  const { call, profile, unanswered } = parts;
  const { sampleRateHz } = call.line;
  const lengths = new Map(call.phrases.map(({ text, audioMs }) => [text, audioMs]));
  let isPrepared = false;
  const speak = ({ text }: SpeechRequest) => {
    const audioMs = lengths.get(text);
    if (audioMs !== undefined) return Promise.resolve(silence(audioMs, sampleRateHz));
    const error = isPrepared
      ? unanswered.error(`The phrase «${text}» was to be said.`)
      : new ParleyError('TTS_UNAVAILABLE', 'The phrase was not ready in the recorded call.');
    return Promise.reject(error);
  };
  const shipped: ShippedPhrases = (_language, kind) =>
    call.phrases.filter((one) => one.kind === kind).map(({ audioMs }) => silence(audioMs, sampleRateHz));
  const book = new PhraseBook({ profile, speak, shipped, sampleRateHz, log: silentLog });
  await book.prepare(new AbortController().signal);
  isPrepared = true;
  return book;
}
