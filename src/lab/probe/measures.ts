/**
 * What a call was like for the caller, read from the two sides' audio alone: nothing of it depends on what the bot says of itself. All
 * times in milliseconds; null where it could not be measured.
 */
import { exactSounds, type ExactSound } from '../phone/exact-sounds.ts';
import type { StreamQuality, Track } from '../phone/phone.ts';
import type { PlayedCall, Utterance } from './caller.ts';
import { estimatedMos } from './voice-quality.ts';

/** Silences within speech, between words and in plosives, are up to this long; a longer one is a gap that one hears. */
const GAP_MS = 200;
/** Whoever begins to speak so shortly after the bot's last sound has still talked over it: it was between two sentences. */
const STILL_SPEAKING_MS = 300;
/** How far a line's own times may be from where its sound stands on the track: a hold-up of the machine. */
const SPAN_MARGIN_MS = 100;

export interface TurnMeasures {
  /** The file that was said. */
  readonly name: string;
  /** The caller's last loud sample → the bot's first. */
  readonly voiceToVoiceMs: number | null;
  /** From the bot's first loud sample to its last one before it was silent, or talked over. */
  readonly answerSpeechMs: number | null;
  /** The silences of more than 200 ms inside the bot's answer. */
  readonly gapsMs: readonly number[];
  /** The caller's first loud sample → the bot's last; null unless the bot was speaking. */
  readonly bargeInMs: number | null;
}

export interface NetworkMeasures extends StreamQuality {
  /** Lost or late, of those expected. */
  readonly lossPercent: number;
  /** By ITU-T G.107, from loss alone: 4.4 is a perfect line, below 3.6 many are dissatisfied. */
  readonly estimatedMos: number;
}

export interface CallMeasures {
  /** INVITE → 200. */
  readonly answerMs: number | null;
  /** 200 → the bot's first loud sample. */
  readonly greetingMs: number | null;
  /** 200 → BYE. */
  readonly lastedMs: number | null;
  readonly turns: readonly TurnMeasures[];
  readonly network: NetworkMeasures | null;
}

/** Measures a call that is over. `botSilenceMs` as in the script. */
export async function measureCall(
  { call, answerMs, utterances }: PlayedCall,
  botSilenceMs: number,
): Promise<CallMeasures> {
  if (!call) return { answerMs: null, greetingMs: null, lastedMs: null, turns: [], network: null };
  const [said, heard] = [call.said(), call.heard()];
  const streamQuality = call.streamQuality();
  return {
    answerMs: answerMs ?? null,
    greetingMs: measureGreeting(heard, utterances),
    lastedMs: (await call.ended).atMs - call.answeredAtMs,
    turns: measureTurns({ said, heard, utterances, botSilenceMs }),
    network: streamQuality ? measureNetwork(streamQuality) : null,
  };
}

/** What the bot says before it is spoken to. */
export function measureGreeting(heard: Track, utterances: readonly Utterance[]): number | null {
  const [first] = speechIn(heard);
  const spokenToAtMs = utterances[0]?.startedAtMs ?? Infinity;
  return first && first.startedAtMs < spokenToAtMs ? first.startedAtMs - heard.startedAtMs : null;
}

export interface Dialogue {
  readonly said: Track;
  readonly heard: Track;
  readonly utterances: readonly Utterance[];
  /** An answer is over when the bot has been silent for so long. */
  readonly botSilenceMs: number;
}

/** A turn an utterance, in their order. */
export function measureTurns({ said, heard, utterances, botSilenceMs }: Dialogue): TurnMeasures[] {
  const bot = speechIn(heard);
  const sounds = exactSounds(said);
  const spoken = utterances.map((utterance) => loudPart(sounds, utterance));
  return utterances.map(({ name }, index) => {
    const line = spoken[index];
    if (!line) return { name, voiceToVoiceMs: null, answerSpeechMs: null, gapsMs: [], bargeInMs: null };
    const nextLineAtMs = spoken[index + 1]?.startedAtMs ?? Infinity;
    const answer = answerIn(bot, line.endedAtMs, nextLineAtMs, botSilenceMs);
    const first = answer[0];
    const lastMs = Math.min(answer.at(-1)?.endedAtMs ?? NaN, nextLineAtMs);
    return {
      name,
      voiceToVoiceMs: first ? first.startedAtMs - line.endedAtMs : null,
      answerSpeechMs: first ? lastMs - first.startedAtMs : null,
      gapsMs: answer.slice(1).map((piece, at) => piece.startedAtMs - (answer[at]?.endedAtMs ?? NaN)),
      bargeInMs: bargeInMs(bot, line),
    };
  });
}

export function measureNetwork(streamQuality: StreamQuality): NetworkMeasures {
  const { expected, lost, late } = streamQuality;
  const lossPercent = expected > 0 ? (100 * (lost + late)) / expected : 0;
  return { ...streamQuality, lossPercent, estimatedMos: estimatedMos(lossPercent) };
}

/** Speech without gaps that one hears. */
function speechIn(track: Track): ExactSound[] {
  return exactSounds(track, { mergeGapsMs: GAP_MS });
}

/** From the utterance's first loud sample to its last. */
function loudPart(sounds: readonly ExactSound[], utterance: Utterance): ExactSound | undefined {
  const own = sounds.filter(
    ({ startedAtMs, endedAtMs }) =>
      startedAtMs > utterance.startedAtMs - SPAN_MARGIN_MS &&
      endedAtMs < utterance.endedAtMs + SPAN_MARGIN_MS,
  );
  const [first, last] = [own[0], own.at(-1)];
  return first && last && { startedAtMs: first.startedAtMs, endedAtMs: last.endedAtMs };
}

/** What the bot begins to say after `fromMs` and before `toMs`, up to its first long silence. */
function answerIn(
  bot: readonly ExactSound[],
  fromMs: number,
  toMs: number,
  botSilenceMs: number,
): readonly ExactSound[] {
  const pieces = bot.filter(({ startedAtMs }) => startedAtMs > fromMs && startedAtMs < toMs);
  const over = pieces.findIndex(
    ({ endedAtMs }, at) => (pieces[at + 1]?.startedAtMs ?? Infinity) - endedAtMs >= botSilenceMs,
  );
  return pieces.slice(0, over + 1);
}

/** The bot has given way with its last sound that began while the caller spoke, or before. */
function bargeInMs(bot: readonly ExactSound[], line: ExactSound): number | null {
  const wasSpeaking = bot.some(
    ({ startedAtMs, endedAtMs }) =>
      startedAtMs < line.startedAtMs && endedAtMs > line.startedAtMs - STILL_SPEAKING_MS,
  );
  if (!wasSpeaking) return null;
  const last = bot.findLast(({ startedAtMs }) => startedAtMs < line.endedAtMs);
  return Math.max(0, (last?.endedAtMs ?? 0) - line.startedAtMs);
}
