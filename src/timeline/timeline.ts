/**
 * When each thing happened in one call. Everything that reports time (logs, metrics, dashboard, replay) reads this and nothing else.
 */
import type { Clock } from '../base/clock.ts';
import type { ErrorCode } from '../base/error-catalogue.ts';
import type {
  ANSWERERS,
  ANSWERER_REASONS,
  CallEndCause,
  ConsentOutcome,
  FailureStage,
  MACHINE_RECORDS_AFTER,
  ResumeCause,
  SpeechKind,
  ToolStatus,
  TransferResult,
  TurnOutcome,
} from './kinds.ts';

export type {
  CallEndCause,
  ConsentOutcome,
  FailureStage,
  ResumeCause,
  SpeechKind,
  TurnOutcome,
} from './kinds.ts';

/** What can happen, and what is known of it then. Names are stable: they stand in logs and recorded calls. */
export interface TimelineFacts {
  'call.answered': Record<never, never>;
  'call.ended': { readonly cause: CallEndCause };
  /** Whether anything of the call may be recorded is decided: nothing was before. */
  consent: { readonly outcome: ConsentOutcome };
  /** Who has picked up where Parley has called. Told again where a machine becomes certain, or turns out to be a person. */
  'answerer.decided': {
    readonly by: (typeof ANSWERERS)[number];
    readonly reason: (typeof ANSWERER_REASONS)[number];
  };
  /** A machine records now: a message may begin. */
  'answerer.recording': { readonly after: (typeof MACHINE_RECORDS_AFTER)[number] };
  /** The caller's first loud frame. */
  'speech.started': Record<never, never>;
  /**
   * `endedAtMs`: the caller's last loud frame; it is noticed only after the detection silence. `typed`: there was no sound, and no
   * recognizer was asked.
   */
  'speech.stopped': { readonly endedAtMs: number; readonly speechMs: number; readonly typed?: true };
  /** The turn is the bot's now. `speechEndedAtMs`: the caller's last loud frame. */
  'turn.ended': { readonly speechEndedAtMs: number };
  /** What has been understood so far of what the caller is saying. */
  'recognition.partial': { readonly text: string };
  /** `language`: what was heard as spoken, BCP-47, where the recognizer tells. */
  'recognition.done': { readonly text: string; readonly language?: string };
  /** The caller has spoken another of the bot's languages, BCP-47: what is said in this turn, and from then on, is in it. */
  'language.switched': { readonly from: string; readonly to: string };
  /** An answer to what seems to have been said was begun before the turn was over. Marked with the turn that it would answer. */
  'earlyAnswer.begun': { readonly text: string };
  /** The turn ended with the same words: the early answer became the answer. What it had done by then follows, with its own times. */
  'earlyAnswer.used': Record<never, never>;
  /**
   * The caller went on, or said something else: the early answer was thrown away after so many tokens of the model, and with so many
   * characters sent to synthesis.
   */
  'earlyAnswer.wasted': { readonly tokens: number; readonly characters?: number };
  'chat.started': Record<never, never>;
  'chat.firstToken': Record<never, never>;
  'chat.done': { readonly characters: number };
  /** What an answer cost in tokens, whether it was finished, given up or thrown away. `estimated`: the model has not told. */
  'chat.usage': {
    readonly inputTokens: number;
    readonly outputTokens: number;
    readonly estimated: boolean;
  };
  /** What is known from elsewhere was there, or will not come. `failure`: why there is nothing. */
  'context.ready': {
    readonly source: string;
    readonly startedAtMs: number;
    readonly tookMs: number;
    readonly late: boolean;
    readonly found: number;
    readonly failure?: ErrorCode;
  };
  /** Where the script stands now: what is asked for is filled when `phase` says so; `filled` are the names of all slots that are. */
  'flow.step': { readonly step: string; readonly phase: string; readonly filled: readonly string[] };
  /** The model wants something done for the caller. */
  'tool.started': { readonly name: string };
  'tool.done': { readonly name: string; readonly status: ToolStatus; readonly tookMs: number };
  /** The caller waits while somebody else is rung, or is sent on. `to`: the place's name in the profile. */
  'transfer.started': { readonly to: string; readonly warm: boolean };
  'transfer.done': { readonly to: string; readonly outcome: TransferResult };
  'chunk.ready': { readonly index: number; readonly text: string };
  'synthesis.started': { readonly index: number; readonly characters: number };
  'synthesis.firstAudio': { readonly index: number; readonly provider: string };
  'synthesis.done': { readonly index: number; readonly audioMs: number };
  'playback.started': { readonly kind: SpeechKind; readonly index: number; readonly text: string };
  'playback.finished': {
    readonly kind: SpeechKind;
    readonly index: number;
    readonly heardMs: number;
    readonly outcome: string;
  };
  /** The caller made a sound over the bot, which fell silent to listen. */
  'bargeIn.paused': Record<never, never>;
  /** It was nothing to stop for: the bot went on where it was. */
  'bargeIn.resumed': { readonly because: ResumeCause };
  /** It was speech: the answer is dropped. */
  'bargeIn.stopped': Record<never, never>;
  'turn.over': { readonly outcome: TurnOutcome };
  digit: { readonly digit: string };
  /** Something failed and the call went on. */
  failure: { readonly code: ErrorCode; readonly during: FailureStage };
}

export type TimelineType = keyof TimelineFacts;

export type TimelineEntry = {
  [Type in TimelineType]: {
    readonly type: Type;
    readonly atMs: number;
    readonly turn: number;
  } & TimelineFacts[Type];
}[TimelineType];

/** Where it is noted that something happened. */
export type Marks = Pick<Timeline, 'mark'>;

type Observer = (entry: TimelineEntry) => void;

export class Timeline {
  /** 0 is the greeting; each end of the caller's turn begins the next. */
  turn = 0;
  readonly #clock: Clock;
  readonly #entries: TimelineEntry[] = [];
  readonly #observers: Observer[] = [];
  readonly #faulty = new Set<Observer>();
  readonly #onFault: (error: unknown) => void;

  /** `onFault` is told once of each observer that has thrown. */
  constructor(clock: Clock, onFault: (error: unknown) => void = () => undefined) {
    this.#clock = clock;
    this.#onFault = onFault;
  }

  get entries(): readonly TimelineEntry[] {
    return this.#entries;
  }

  /** Notes that something happened, now or at `atMs` on the same clock. Never throws: who looks on cannot harm the call. */
  mark<Type extends TimelineType>(type: Type, facts: TimelineFacts[Type], atMs = this.#clock.nowMs()): void {
    const entry = { type, atMs, turn: this.turn, ...facts } as TimelineEntry;
    this.#entries.push(entry);
    for (const observer of this.#observers) this.#show(entry, observer);
  }

  /** Observers only look: they must not wait, or touch the call. One that throws is shown the next entry all the same. */
  observe(observer: Observer): void {
    this.#observers.push(observer);
  }

  #show(entry: TimelineEntry, observer: Observer): void {
    try {
      observer(entry);
    } catch (error) {
      if (this.#faulty.has(observer)) return;
      this.#faulty.add(observer);
      this.#onFault(error);
    }
  }
}
