/**
 * What a call needs of any telephone system: signalling, what the caller says, and a player. A Line is one caller's leg,
 * from ringing to its end. Operations on a leg that has ended throw LINE_ENDED, an ordinary outcome.
 */
import type { Pcm } from '../audio/pcm.ts';
import type { RungPlace, TransferKind, TransferTarget } from './transfer-target.ts';
import { once } from '../base/async.ts';

export interface Line {
  /** Unique among all calls, safe in file names. */
  readonly id: string;
  /** Fixed when the call arrives; later changes on the channel do not reach it. */
  readonly party: Party;
  readonly hearing: Hearing;
  readonly player: Player;
  /** Aborts once, when the leg is gone, whoever ended it; its reason is a LineEnd. */
  readonly ended: AbortSignal;
  answer(): Promise<void>;
  hangup(): Promise<void>;
  /** What the caller can be handed over to; where it is not given, to whatever Asterisk can. */
  readonly transfers?: readonly TransferKind[] | undefined;
  /** Whether there is such a place to hand the caller over to; true where that cannot be known. A line without it has all. */
  hasPlace?(place: TransferTarget): Promise<boolean>;
  /** Hands the caller over, with these variables where the telephone has such; the leg is then no longer Parley's. */
  transfer(to: TransferTarget, variables?: Variables): Promise<void>;
  /** Rings a colleague while the caller waits. A line without it can only hand callers over unannounced. */
  readonly consult?: Consult | undefined;
  /** The leg is not this daemon's any more: it ends as moved and still stands. A line without it cannot be given away. */
  readonly letGo?: (() => void) | undefined;
  /** Leaves nothing behind: files, recordings, helper channels. Idempotent; the leg itself is hung up if it still stands. */
  close(): Promise<void>;
}

const OF_ASTERISK: readonly TransferKind[] = ['dialplan', 'endpoint', 'refer'];

/** Whether the caller of a line could be handed over to a place of this kind. */
export function canGoTo(
  { transfers = OF_ASTERISK }: Pick<Line, 'transfers'>,
  { kind }: TransferTarget,
): boolean {
  return transfers.includes(kind);
}

export interface Party {
  readonly direction: 'inbound' | 'outbound';
  /** The other side's number and name as they stood at the start; empty if withheld. */
  readonly number: string;
  readonly name: string;
  /** The extension that was dialled. */
  readonly dialled: string;
  /** The bot that the dialplan named. */
  readonly bot: string | undefined;
}

/**
 * Why a leg ended: `caller` hung up, `us` (hangup or close), `transferred`, `lost` (Asterisk went away), or `moved`: another daemon of the
 * fleet has the caller now, or is to have him.
 */
export class LineEnd extends Error {
  readonly by: 'caller' | 'us' | 'transferred' | 'lost' | 'moved';
  constructor(by: LineEnd['by']) {
    super(`the call ended: ${by}`);
    this.name = 'LineEnd';
    this.by = by;
  }
}

/**
 * Rings a colleague; the caller's leg stays as it is. Throws LINE_ENDED, or the signal's reason, and then leaves nothing behind. Whatever
 * else keeps the colleague from answering is an outcome.
 */
export type Consult = (to: RungPlace, options: ConsultOptions, signal: AbortSignal) => Promise<Consultation>;

export interface ConsultOptions {
  /** How long it may ring. */
  readonly withinMs: number;
  /** What the colleague's telephone may show or decide by, where the telephone has such. */
  readonly variables: Variables;
}

/** `unreachable`: it could not even ring there. */
export type Unanswered = 'noAnswer' | 'busy' | 'declined' | 'unreachable';

export type Consultation =
  { readonly outcome: 'answered'; readonly colleague: Colleague } | { readonly outcome: Unanswered };

/** Heard and spoken to as a caller is. To be closed, also when connected. */
export interface Colleague extends Pick<Line, 'hearing' | 'player' | 'ended' | 'close'> {
  /**
   * From now on caller and colleague talk to each other, and hang up together; neither leg is Parley's any more. Throws LINE_ENDED if one
   * of them is gone; a caller who is not is with the bot as before.
   */
  connect(): Promise<void>;
}

/** Of a channel, by name. */
export type Variables = Readonly<Record<string, string>>;

/** The caller's voice. From `answer()` on nothing of it is lost, whatever the bot does meanwhile. */
export interface Hearing {
  /** One listener at a time: the Call. */
  listen(listener: HearingListener): void;
  /** How long the line waits in silence before it reports `speechStopped`, in milliseconds. */
  readonly detectionSilenceMs: number;
  /** Up to when the caller has been heard, on the line's clock: audio may be late. A line that cannot tell has heard all. */
  readonly heardUntilMs?: number;
  /**
   * Takes what the caller says, from `preRollMs` before the speech that started last (or is going on) until `finish()`.
   * Only one capture is open at a time.
   */
  capture(preRollMs: number): Capture;
  /** Hands on all that is heard, as it arrives, speech or not, to each who has asked. A line that hears only captures has no tap. */
  tap?(listener: AudioListener): void;
  /**
   * The same in longer pieces, half a second where it comes in frames, each without a gap, for whoever is in no hurry. What it gives hands on at
   * once what has been gathered.
   */
  tapInRuns?(listener: AudioListener): () => void;
  /** How much of what the far end has sent did not come, ms; undefined where the line cannot tell. */
  readonly lostMs?: number | undefined;
  /** Told that the bot has said all it had to say, and waits for the caller. A line on which nobody hurries wants to know. */
  awaited?(wanted: Awaited): void;
}

/** What the bot waits for, for a line that does the waiting itself. */
export interface Awaited {
  /** So long a silence makes the bot ask whether anybody is there, ms. */
  readonly silenceMs: number;
  /** What is spoken, BCP-47. */
  readonly language: string;
  /** So many keys, if keys are pressed; fewer if this key ends them. */
  readonly digits: number;
  readonly terminator: '#' | '*' | 'none';
  /** Words that are to be expected, for whoever recognises them; none where anything may be said. */
  readonly words: readonly string[];
}

/** PCM, 16-bit signed little-endian mono at the rate of the line's captures; `atMs`: when its first sample was heard, on the line's clock. */
export type AudioListener = (pcm: Uint8Array, atMs: number) => void;

export interface HearingListener {
  /**
   * Something loud since `atMs` that may become speech, or may not: a hiss, a knock. Only from a line that hears more than whether it
   * is loud; `speechStarted` follows if it was speech, and nothing if it was not.
   */
  soundStarted?(atMs: number): void;
  /** The first loud frame. `atMs` on the line's clock is when it was heard. */
  speechStarted(atMs: number): void;
  /** Silence again: speech began at `startedAtMs` and its last loud frame was at `endedAtMs`, which is in the past. */
  speechStopped(startedAtMs: number, endedAtMs: number): void;
  digit(digit: string): void;
  /** The caller has put the call on hold: nobody listens there, and nothing that is heard is meant. From a line that can tell. */
  held?(): void;
  /** The caller is back. */
  unheld?(): void;
  /** From a line that waits for the caller itself: nothing comes, or nothing more of what was pressed. */
  silent?(): void;
}

export interface Capture {
  readonly sampleRateHz: number;
  /** When the first sample of `audio` was heard, on the line's clock; in a recording as far as can be told. */
  readonly fromMs: number;
  /** PCM, 16-bit signed little-endian mono. A live line yields while the caller speaks; a recording line after `finish()`. */
  readonly audio: AsyncIterable<Uint8Array>;
  /** The utterance has ended: what was said up to now completes `audio`. */
  finish(): void;
  /** Nobody wants it any more. */
  discard(): void;
}

/** The bot's voice: a queue of clips played strictly one behind another, without a gap where the next is there in time. */
export interface Player {
  /** The rate in which clips should come. */
  readonly sampleRateHz: number;
  /** What a clip must have before it can begin: its first audio, or all of it. Who still has to wait for that can say something else first. */
  readonly startsOn: 'firstAudio' | 'wholeClip';
  /** So much is still heard after a pause, ms, where the far end cannot hold still and plays on what it has; none, if not given. */
  readonly heardOutMs?: number | undefined;
  /** Queues a clip. `words`: what it says, for a line on which its words are said by somebody else. */
  play(clip: Clip, words?: ClipWords): Playback;
  /** Stills the bot at once, where it is. Idempotent. */
  pause(): Promise<void>;
  /** Goes on where it was paused. Idempotent. */
  resume(): Promise<void>;
  /** Stills the bot at once and forgets everything queued: every Playback finishes. Leaves the player unpaused. */
  stop(): Promise<void>;
  /** Hands on all that the caller hears of the bot once it was heard, at the player's rate. A line that cannot tell has no tap. */
  tap?(listener: AudioListener): void;
}

export interface Clip {
  readonly sampleRateHz: number;
  /** PCM, 16-bit signed little-endian mono, as it becomes ready. An error here ends the clip: it finishes as `failed`. */
  readonly audio: AsyncIterable<Uint8Array>;
}

export interface ClipWords {
  readonly text: string;
  /** BCP-47 */
  readonly language: string;
}

export interface Playback {
  /** Resolves with the time (line's clock, ms) at which the first sample went out; never if it never did. */
  readonly started: Promise<number>;
  /** Resolves when the clip is over, in whichever way; never rejects. */
  readonly finished: Promise<Played>;
}

export interface Played {
  readonly outcome: 'heard' | 'stopped' | 'failed';
  /** How much of the clip the caller heard. */
  readonly heardMs: number;
}

/** A whole clip that is there already. */
export function clipOf(pcm: Pcm): Clip {
  return { sampleRateHz: pcm.sampleRateHz, audio: once(pcm.data) };
}
