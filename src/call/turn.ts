/**
 * A turn is the bot's answer to what the caller has said, under one AbortSignal: recognised speech, an Answer, its chunks' playout in
 * order, and small words in every gap. Aborting the signal ends all of it, and nothing else does.
 */
import { unlessAborted } from '../base/async.ts';
import type { Clock } from '../base/clock.ts';
import { ParleyError, errorCode } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import type { BotProfile } from '../config/bot-profile.ts';
import type { Answer } from './answer.ts';
import { fillerAfterMs } from './speaking/fillers.ts';
import type { Fillers } from './speaking/fillers.ts';
import type { History } from './history.ts';
import { askedKind } from '../languages/asked-kind.ts';
import { isBotsGoodbye, isGoodbye } from '../languages/partings.ts';
import { isUnderstood } from './listening/interjection.ts';
import type { Mouth } from './speaking/mouth.ts';
import { NeverSilent } from './speaking/never-silent.ts';
import type { Responder } from './responder.ts';
import type { SlotSpec } from '../languages/slots/slot.ts';
import type { OpeningScript } from './script.ts';
import type { CallAction } from '../tools/tool.ts';
import type { FailureStage, Timeline, TurnOutcome } from '../timeline/timeline.ts';
import { TurnSpeech } from './turn-speech.ts';

/** What every turn of a call works with. */
export interface TurnTools {
  readonly clock: Clock;
  readonly log: Log;
  readonly profile: BotProfile;
  readonly responder: Responder;
  readonly timeline: Timeline;
  readonly mouth: Mouth;
  readonly fillers: Fillers;
  readonly history: History;
  /** What any file may have of the caller's words at present. */
  readonly written: (text: string) => string;
  /** What the caller is expected to speak, BCP-47, or `auto`. */
  readonly hears: () => string;
  /** What a script is asking the caller for. */
  readonly expects: () => SlotSpec | undefined;
  /** Told what the call is to do when the turn has been heard. */
  readonly act: (action: CallAction) => void;
}

/** What the caller said to begin the turn. */
export interface CallersTurn {
  /** Everything said since the last answer; rejects with a ParleyError ASR_* if nothing of it could be recognised. */
  readonly text: Promise<string>;
  /** BCP-47, once the text is there and if the recognizer told. */
  readonly language: () => string | undefined;
  /** To be called when the text has become part of the history. */
  readonly taken: () => void;
  /** An answer was begun before the turn, and its first words are known. */
  readonly hasEarlyChunks: () => boolean;
  /** An answer to this text that was begun before the turn. */
  readonly earlyAnswer: (text: string) => Answer | undefined;
}

/** Answers the caller. Never rejects: whatever fails ends in an apology that the caller hears. */
export async function takeTurn(
  tools: TurnTools,
  callersTurn: CallersTurn,
  signal: AbortSignal,
): Promise<TurnOutcome> {
  const turn = new Turn(tools, callersTurn, signal);
  return turn.run(callersTurn);
}

/** Says what a script begins with, and does what it wants done, before the caller has said anything. Never rejects. */
export async function sayOpening(
  tools: TurnTools,
  script: OpeningScript,
  signal: AbortSignal,
): Promise<TurnOutcome> {
  const turn = new Turn(tools, undefined, signal);
  return turn.open(script);
}

class Turn {
  readonly #tools: TurnTools;
  /** Undefined where no caller has begun the turn. */
  readonly #callersTurn: CallersTurn | undefined;
  /** The caller's right to interrupt, and the call's end. */
  readonly #signal: AbortSignal;
  /** Ends the work of this turn: on interruption, on failure, and when it is done. */
  readonly #work = new AbortController();
  #callerText: string | undefined;
  #answer: Answer | undefined;
  readonly #speech: TurnSpeech;

  constructor(tools: TurnTools, callersTurn: CallersTurn | undefined, signal: AbortSignal) {
    this.#tools = tools;
    this.#callersTurn = callersTurn;
    this.#signal = signal;
    const { clock, mouth, fillers, history } = tools;
    this.#speech = new TurnSpeech({
      ...{ clock, mouth, fillers, history, work: this.#work.signal },
      onFailure: (error) => this.#noteFailure(error),
    });
  }

  async run(callersTurn: CallersTurn): Promise<TurnOutcome> {
    const outcome = await this.#bounded((patience) => this.#respond(callersTurn, patience));
    this.#tools.timeline.mark('turn.over', { outcome });
    return outcome;
  }

  async open(script: OpeningScript): Promise<TurnOutcome> {
    return this.#bounded((patience) => this.#open(script, patience));
  }

  async #bounded(act: (patience: NeverSilent) => Promise<TurnOutcome>): Promise<TurnOutcome> {
    const { mouth } = this.#tools;
    const patience = this.#neverSilent();
    const onAbort = () => {
      this.#work.abort(this.#signal.reason);
      void mouth.stop();
    };
    this.#work.signal.addEventListener('abort', () => this.#answer?.stop(this.#work.signal.reason));
    this.#signal.addEventListener('abort', onAbort, { once: true });
    if (this.#signal.aborted) onAbort();
    try {
      const outcome = await this.#safely(() => act(patience), patience);
      this.#answer?.over(outcome === 'spoken' || this.#speech.wasUnderstood ? 'heard' : 'interrupted');
      return outcome;
    } finally {
      patience.stop();
      this.#signal.removeEventListener('abort', onAbort);
      this.#work.abort(new Error('the turn is over'));
    }
  }

  async #respond(callersTurn: CallersTurn, patience: NeverSilent): Promise<TurnOutcome> {
    this.#callerText = await this.#recognised(callersTurn);
    if (!isUnderstood(this.#callerText)) return this.#askToRepeat();
    callersTurn.taken();
    if (this.#takesLeave) return this.#part();
    const { history, responder, timeline } = this.#tools;
    const text = this.#callerText;
    const answer = callersTurn.earlyAnswer(text) ?? responder.answer({ text, marks: timeline });
    history.callerSaid(answer.callerText);
    await this.#speak(answer, patience);
    if (answer.hasChunks) return this.#spoken(answer);
    return this.#actsWithoutWords(answer) ?? this.#askAgain();
  }

  async #open(script: OpeningScript, patience: NeverSilent): Promise<TurnOutcome> {
    const { responder, timeline, act } = this.#tools;
    this.#callerText = '';
    const answer = responder.opening(script, timeline);
    await this.#speak(answer, patience);
    if (answer.hasChunks) return this.#spoken(answer);
    const acting = this.#actsWithoutWords(answer);
    if (!acting && answer.action) act(answer.action);
    return acting ?? 'spoken';
  }

  /** What ends the call needs no words of the model's or the script's; undefined if there is nothing of the kind. */
  #actsWithoutWords({ action }: Answer): Promise<TurnOutcome> | undefined {
    if (action?.kind === 'hangUp') return this.#farewell(action);
    if (action?.kind !== 'transfer') return undefined;
    this.#tools.act(action);
    return Promise.resolve('spoken');
  }

  async #spoken(answer: Answer): Promise<TurnOutcome> {
    await this.#speech.heardOut();
    if (this.#signal.aborted) return 'interrupted';
    if (this.#speech.wasHeard) {
      const action = answer.action ?? (this.#hasParted() ? ({ kind: 'hangUp' } as const) : undefined);
      if (action) this.#tools.act(action);
      return 'spoken';
    }
    this.#speech.apologise();
    await this.#speech.heardOut();
    return this.#signal.aborted ? 'interrupted' : 'failed';
  }

  /** Whatever fails in it ends in words to the caller. */
  async #safely(act: () => Promise<TurnOutcome>, patience: NeverSilent): Promise<TurnOutcome> {
    try {
      return await act();
    } catch (error) {
      await this.#endPlayback(patience);
      if (this.#signal.aborted) return 'interrupted';
      this.#noteFailure(error);
      return await this.#endEarly();
    }
  }

  /** The answer breaks off. Half of one is one all the same: the caller has heard something, and may ask on. */
  async #endEarly(): Promise<TurnOutcome> {
    await this.#speech.heardOut();
    if (this.#signal.aborted) return 'interrupted';
    const isHalf = this.#speech.wasHeard;
    if (isHalf) this.#tools.history.cutHere();
    this.#speech.apologise();
    await this.#speech.heardOut();
    if (isHalf && this.#signal.aborted) return 'interrupted';
    return isHalf ? 'spoken' : 'failed';
  }

  async #recognised(callersTurn: CallersTurn): Promise<string> {
    const text = await unlessAborted(callersTurn.text, this.#work.signal);
    const language = callersTurn.language();
    const { timeline, written } = this.#tools;
    timeline.mark('recognition.done', { text: written(text), ...(language !== undefined && { language }) });
    return text;
  }

  async #speak(answer: Answer, patience: NeverSilent): Promise<void> {
    this.#answer = answer;
    answer.begun();
    answer.tellDone((done) => this.#tools.history.botDid([done]));
    await this.#speech.answer(answer, () => patience.progress());
  }

  /** The caller has said goodbye, and nothing else. */
  get #takesLeave(): boolean {
    const { history, profile, hears, expects } = this.#tools;
    const asked = expects()?.type ?? askedKind(history.lastSaid ?? '', hears());
    return profile.ends.callerGoodbye && isGoodbye(this.#callerText ?? '', hears(), asked);
  }

  async #part(): Promise<TurnOutcome> {
    this.#tools.history.callerSaid(this.#callerText ?? '');
    return this.#farewell({ kind: 'hangUp', by: 'caller' });
  }

  async #farewell(action: CallAction): Promise<TurnOutcome> {
    this.#speech.phrase('goodbye', this.#tools.fillers.goodbye());
    await this.#speech.heardOut();
    if (this.#signal.aborted) return 'interrupted';
    this.#tools.act(action);
    return 'spoken';
  }

  /** The bot has said goodbye with the end of its answer. */
  #hasParted(): boolean {
    const { profile, hears } = this.#tools;
    return profile.ends.botGoodbye && isBotsGoodbye(this.#speech.said, hears());
  }

  /** The model has answered with an emoji, or with a gesture. */
  async #askAgain(): Promise<TurnOutcome> {
    this.#noteFailure(new ParleyError('LLM_BAD_ANSWER', 'The model answered nothing that can be spoken.'));
    return this.#askToRepeat();
  }

  async #askToRepeat(): Promise<TurnOutcome> {
    this.#callersTurn?.taken();
    this.#speech.phrase('repeat', this.#tools.fillers.repeat());
    await this.#speech.heardOut();
    if (this.#signal.aborted) return 'interrupted';
    // Who is not asked waits in silence for an answer.
    return this.#speech.isUnplayable ? 'failed' : 'notUnderstood';
  }

  /** What is being said may be said to its end, but nothing more of this turn's work goes on. */
  async #endPlayback(patience: NeverSilent): Promise<void> {
    patience.stop();
    this.#work.abort(new Error('the turn has failed'));
    if (this.#signal.aborted) await this.#speech.heardOut();
  }

  #noteFailure(error: unknown): void {
    const { timeline, log } = this.#tools;
    const code = errorCode(error);
    timeline.mark('failure', { code, during: this.#stage });
    log.warn({ event: 'turn.failure', turn: timeline.turn, code, error }, 'a part of the turn failed');
  }

  get #stage(): FailureStage {
    if (this.#callerText === undefined) return 'recognition';
    return this.#answer?.hasChunks ? 'synthesis' : 'chat';
  }

  #neverSilent(): NeverSilent {
    const { clock, fillers, mouth, profile } = this.#tools;
    return new NeverSilent({
      clock,
      mouth,
      fillerAfterMs: fillerAfterMs(profile.fillers, mouth.startsOn),
      maxHolds: profile.maxHolds,
      isAtWork: () => this.#answer?.isAtWork === true,
      isAnswerNear: () => this.#answer?.hasChunks ?? this.#callersTurn?.hasEarlyChunks() === true,
      sayFiller: () => this.#speech.phrase('filler', fillers.filler(this.#callerText)),
      sayHold: () => this.#speech.phrase('hold', fillers.hold()),
      giveUp: () =>
        this.#work.abort(new ParleyError('TURN_TIMEOUT', 'No answer came while the caller waited.')),
    });
  }
}
