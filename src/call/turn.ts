/**
 * A turn is the bot's answer to what the caller has said, under one AbortSignal: recognised speech, an Answer, its chunks' playout in
 * order, and small words in every gap. Aborting the signal ends all of it, and nothing else does.
 */
import { unlessAborted } from '../base/async.ts';
import type { Clock } from '../base/clock.ts';
import { ParleyError, errorCode } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import { bytesToMs } from '../audio/pcm.ts';
import { resampled } from '../audio/resample.ts';
import type { BotProfile } from '../config/bot-profile.ts';
import type { Chunk } from '../llm/chunking/chunker.ts';
import { clipOf } from '../telephony/line.ts';
import type { Playback } from '../telephony/line.ts';
import type { SpokenChunk } from '../speech/synthesis/ordered-speech.ts';
import type { Answer } from './answer.ts';
import { BridgedSpeech } from './speaking/bridged-speech.ts';
import { fillerAfterMs } from './speaking/fillers.ts';
import type { Fillers } from './speaking/fillers.ts';
import { heardPart } from './history.ts';
import type { History } from './history.ts';
import { isBotsGoodbye, isGoodbye } from '../languages/partings.ts';
import { isUnderstood } from './listening/interjection.ts';
import type { Mouth } from './speaking/mouth.ts';
import { HOLD_AFTER_MS, NeverSilent } from './speaking/never-silent.ts';
import type { ReadyPhrase } from './speaking/phrase-book.ts';
import type { Responder } from './responder.ts';
import type { OpeningScript } from './script.ts';
import type { CallAction } from '../tools/tool.ts';
import type { FailureStage, SpeechKind, Timeline, TurnOutcome } from '../timeline/timeline.ts';

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
  readonly #playing: Promise<void>[] = [];
  #callerText: string | undefined;
  #apologised = false;
  #answer: Answer | undefined;
  #heardChunks = 0;
  /** All chunks of the answer have been handed to the player. */
  #isAllSaid = false;
  /** How much of the chunk that ended last was heard, 0 to 1. */
  #lastHeardShare = 0;
  /** Of the answer, what was heard whole. */
  #said = '';

  constructor(tools: TurnTools, callersTurn: CallersTurn | undefined, signal: AbortSignal) {
    this.#tools = tools;
    this.#callersTurn = callersTurn;
    this.#signal = signal;
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
      this.#answer?.over(outcome === 'spoken' || this.#wasUnderstood ? 'heard' : 'interrupted');
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
    return answer.hasChunks ? this.#spoken(answer) : this.#askAgain();
  }

  async #open(script: OpeningScript, patience: NeverSilent): Promise<TurnOutcome> {
    const { responder, timeline, act } = this.#tools;
    this.#callerText = '';
    const answer = responder.opening(script, timeline);
    await this.#speak(answer, patience);
    if (answer.hasChunks) return this.#spoken(answer);
    if (answer.action) act(answer.action);
    return 'spoken';
  }

  async #spoken(answer: Answer): Promise<TurnOutcome> {
    await this.#heardOut();
    if (this.#signal.aborted) return 'interrupted';
    if (this.#heardChunks > 0) {
      const action = answer.action ?? (this.#hasParted() ? ({ kind: 'hangUp' } as const) : undefined);
      if (action) this.#tools.act(action);
      return 'spoken';
    }
    this.#apologise();
    await this.#heardOut();
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
    await this.#heardOut();
    if (this.#signal.aborted) return 'interrupted';
    const isHalf = this.#heardChunks > 0;
    if (isHalf) this.#tools.history.cutHere();
    this.#apologise();
    await this.#heardOut();
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
    for await (const spoken of answer.chunks) {
      await this.#sayChunk(spoken);
      patience.progress();
    }
    this.#isAllSaid = true;
  }

  /** Whoever says yes over the last word of a question has heard what was asked. */
  get #wasUnderstood(): boolean {
    return this.#isAllSaid && this.#lastHeardShare >= ENOUGH_HEARD;
  }

  /** Says a chunk as soon as it can begin, or the apology in its place: the answer goes on without it. */
  async #sayChunk(spoken: SpokenChunk<Chunk>): Promise<void> {
    const { mouth } = this.#tools;
    const { index, text, written = text } = spoken.chunk;
    try {
      await unlessAborted(spoken.firstAudio, this.#work.signal);
      if (mouth.startsOn === 'wholeClip') await unlessAborted(spoken.whole, this.#work.signal);
    } catch (error) {
      this.#work.signal.throwIfAborted();
      this.#noteFailure(error);
      spoken.release();
      return this.#apologise();
    }
    const speech = this.#bridged(spoken.audio);
    const playback = mouth.say(
      { sampleRateHz: mouth.sampleRateHz, audio: speech.audio() },
      { kind: 'answer', index, text: written },
    );
    void playback.started.then((atMs) => speech.started(atMs));
    this.#playing.push(this.#follow(spoken, speech, playback));
  }

  /** A chunk that stays away in its middle, with a hold phrase in the gap. */
  #bridged(audio: AsyncIterable<Uint8Array>): BridgedSpeech {
    const { clock, fillers, mouth } = this.#tools;
    const { sampleRateHz } = mouth;
    const bridge = () => {
      const phrase = fillers.hold();
      return phrase && resampled(phrase.pcm, sampleRateHz).data;
    };
    return new BridgedSpeech({ clock, audio, sampleRateHz, afterMs: HOLD_AFTER_MS, bridge });
  }

  /** Notes what the caller heard of a chunk, in the order in which the chunks end. Never rejects. */
  async #follow(spoken: SpokenChunk<Chunk>, speech: BridgedSpeech, playback: Playback): Promise<void> {
    const { history, mouth } = this.#tools;
    const { text, written = text } = spoken.chunk;
    let isWhole = false;
    spoken.whole.then(
      () => (isWhole = true),
      () => undefined,
    );
    const { outcome, heardMs: allHeardMs } = await playback.finished;
    const heardMs = speech.withoutBridges(allHeardMs);
    spoken.release();
    if (outcome === 'heard' || heardMs > 0) this.#heardChunks++;
    this.#lastHeardShare = outcome === 'heard' ? 1 : 0;
    if (outcome === 'heard') {
      this.#said = `${this.#said} ${written}`;
      return history.botSaid(written);
    }
    const { audioBytes, words } = spoken.soFar;
    const audioMs = bytesToMs(audioBytes, mouth.sampleRateHz);
    if (isWhole && audioMs > 0) this.#lastHeardShare = heardMs / audioMs;
    history.botSaid(heardPart(written, heardMs, { audioMs, isWhole, words }));
    if (outcome === 'stopped') history.cutHere();
  }

  /** The caller has said goodbye, and nothing else. */
  get #takesLeave(): boolean {
    const { profile, hears } = this.#tools;
    return profile.ends.callerGoodbye && isGoodbye(this.#callerText ?? '', hears());
  }

  async #part(): Promise<TurnOutcome> {
    const { act, fillers, history } = this.#tools;
    history.callerSaid(this.#callerText ?? '');
    this.#sayPhrase('goodbye', fillers.goodbye());
    await this.#heardOut();
    if (this.#signal.aborted) return 'interrupted';
    act({ kind: 'hangUp', by: 'caller' });
    return 'spoken';
  }

  /** The bot has said goodbye with the end of its answer. */
  #hasParted(): boolean {
    const { profile, hears } = this.#tools;
    return profile.ends.botGoodbye && isBotsGoodbye(this.#said, hears());
  }

  /** The model has answered with an emoji, or with a gesture. */
  async #askAgain(): Promise<TurnOutcome> {
    this.#noteFailure(new ParleyError('LLM_BAD_ANSWER', 'The model answered nothing that can be spoken.'));
    return this.#askToRepeat();
  }

  async #askToRepeat(): Promise<TurnOutcome> {
    this.#callersTurn?.taken();
    this.#sayPhrase('repeat', this.#tools.fillers.repeat());
    await this.#heardOut();
    return this.#signal.aborted ? 'interrupted' : 'notUnderstood';
  }

  /** Once a turn: hearing the same excuse for every chunk helps nobody. */
  #apologise(): void {
    if (this.#apologised) return;
    this.#apologised = true;
    this.#sayPhrase('apology', this.#tools.fillers.apology());
  }

  #sayPhrase(kind: SpeechKind, phrase: ReadyPhrase | undefined): void {
    if (!phrase) return;
    const { mouth, history } = this.#tools;
    const playback = mouth.say(clipOf(phrase.pcm), { kind, text: phrase.text });
    this.#playing.push(
      playback.finished.then(({ outcome }) => {
        if (outcome === 'heard' && !SMALL_TALK.has(kind)) history.botSaid(phrase.text);
      }),
    );
  }

  async #heardOut(): Promise<void> {
    await Promise.all(this.#playing);
  }

  /** What is being said may be said to its end, but nothing more of this turn's work goes on. */
  async #endPlayback(patience: NeverSilent): Promise<void> {
    patience.stop();
    this.#work.abort(new Error('the turn has failed'));
    if (this.#signal.aborted) await this.#heardOut();
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
      sayFiller: () => this.#sayPhrase('filler', fillers.filler(this.#callerText)),
      sayHold: () => this.#sayPhrase('hold', fillers.hold()),
      giveUp: () =>
        this.#work.abort(new ParleyError('TURN_TIMEOUT', 'No answer came while the caller waited.')),
    });
  }
}

/** So much of its last words, and an interrupted answer has said what it had to say. */
const ENOUGH_HEARD = 0.6;

/** Said to bridge time: it means nothing, and the model need not know of it. */
const SMALL_TALK: ReadonlySet<SpeechKind> = new Set(['filler', 'hold']);
