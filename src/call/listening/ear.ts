/**
 * Turns what the line hears into utterances. An utterance begins at the first loud frame; how much silence ends it depends on what was
 * said. It is recorded, and recognised as far as the recognizer can, while it is being spoken.
 */
import { deferred } from '../../base/async.ts';
import type { CancelTimer, Clock } from '../../base/clock.ts';
import type { EndOfTurn, TurnSoFar } from '../../endpointing/end-of-turn.ts';
import { isSameText } from '../../languages/same-text.ts';
import type { SlotSpec } from '../../languages/slots/slot.ts';
import type { RecognitionEvent } from '../../speech/recognition/recognizer.ts';
import type { Capture, Hearing } from '../../telephony/line.ts';
import type { Timeline } from '../../timeline/timeline.ts';
import { Transcription } from './transcription.ts';
import { WordLag } from './word-lag.ts';

/** How much of the line before the first loud frame belongs to the utterance, ms: a soft first consonant is not loud. */
const PRE_ROLL_MS = 300;

/** Less speech than this, without a word in it, is not worth the wait for its text, ms: a click, a cough, a breath. */
export const MIN_UTTERANCE_MS = 250;

/**
 * An utterance ends here even without a pause, ms: nobody speaks for two minutes to a machine, but a radio or a fan does, and the
 * caller would never be answered.
 */
const MAX_UTTERANCE_MS = 120_000;

/**
 * A final that comes this long after the last loud frame is taken to hold the last word, ms. One that comes sooner was on its way
 * while the word was still being said.
 */
const LAST_WORD_MS = 100;

/**
 * By how much the caller's audio may be behind, ms, before its lateness is waited out: two packets. After a stall of the process, or of
 * the network, more speech may be waiting to be read than the silence that was seen.
 */
const LATE_AUDIO_MS = 40;

export interface Utterance {
  readonly startedAtMs: number;
  /** The last loud frame, on the line's clock. */
  readonly endedAtMs: number;
  readonly speechMs: number;
  /** What was said, empty if too little to be recognised; rejects with a ParleyError ASR_*. Handled even if nobody waits. */
  readonly text: Promise<string>;
  /** What is understood of it by now; once `text` is there, all of it. */
  textSoFar(): string;
  /** The language that was spoken, BCP-47, once `text` is there and if the recognizer told. */
  language(): string | undefined;
}

/** What is known of an utterance that is not over yet. */
export interface WordsSoFar {
  readonly text: string;
  /** It will not change any more, unless more is said. */
  readonly isSettled: boolean;
  /** From when on the words are likely all, on the line's clock: the end of the turn is near. Undefined while the caller speaks. */
  readonly likelyAllAtMs: number | undefined;
  /** What the recognizer took them for, BCP-47, if it has told. */
  readonly language?: string | undefined;
}

export interface EarOptions {
  readonly clock: Clock;
  readonly timeline: Timeline;
  readonly hearing: Hearing;
  readonly endOfTurn: EndOfTurn;
  /** What words of the caller are to be read as, BCP-47, or `auto`. */
  readonly language: (text: string) => string;
  /** What the caller is being asked for, where a flow knows it. */
  readonly expecting?: () => SlotSpec | undefined;
  /** What the bot said last, where it is known. */
  readonly lastSaid?: () => string | undefined;
  /** Recognises a capture from its beginning until it is finished or the signal aborts. */
  readonly recognize: (capture: Capture, signal: AbortSignal) => AsyncIterable<RecognitionEvent>;
  /** What any file may have of the caller's words at present; all of them if not given. */
  readonly written?: (text: string) => string;
  readonly onWords: (soFar: WordsSoFar) => void;
  readonly onEnded: (utterance: Utterance) => void;
}

interface OpenUtterance {
  readonly capture: Capture;
  readonly transcription: Transcription;
  readonly unwanted: AbortController;
  readonly startedAtMs: number;
  readonly cancelLimit: CancelTimer;
  endedAtMs: number;
  speechMs: number;
  textSoFar: string;
  changedAtMs: number;
  /** When the last word was told. */
  wordsAtMs: number;
}

export class Ear {
  readonly #options: EarOptions;
  readonly #wordLag = new WordLag();
  #open: OpenUtterance | undefined;
  #speaking = false;
  #cancelEnd: CancelTimer | undefined;
  #heard: Utterance[] = [];
  #arrived = deferred();
  /** The caller has put the call on hold. */
  #isHeld = false;
  /** How often the caller has come back. */
  #returns = 0;
  /** The line has waited for the caller, in vain. */
  #wasSilent = false;

  constructor(options: EarOptions) {
    this.#options = options;
  }

  /** The caller is saying something, or has said it and nobody has taken it. */
  get hasWords(): boolean {
    return this.#open !== undefined || this.#heard.length > 0;
  }

  speechStarted(atMs: number): void {
    this.#options.timeline.mark('speech.started', {}, atMs);
    this.#speaking = true;
    this.#cancelEnd?.();
    this.#open ??= this.#begin(atMs);
  }

  speechStopped(startedAtMs: number, endedAtMs: number): void {
    const speechMs = Math.max(0, endedAtMs - startedAtMs);
    const typed = this.#open?.transcription.isTyped === true && ({ typed: true } as const);
    this.#options.timeline.mark('speech.stopped', { endedAtMs, speechMs, ...typed });
    this.#speaking = false;
    if (!this.#open) return;
    this.#open.endedAtMs = endedAtMs;
    this.#open.speechMs += speechMs;
    this.#awaitEnd(this.#open);
    this.#tellWords(this.#open);
  }

  /**
   * The utterances that have ended and were not taken yet, oldest first, as soon as there are any; none after `silenceMs` in which
   * nobody spoke, or a nudge. While the call is on hold time stands still. Throws the signal's reason.
   */
  async heardWithin(silenceMs: number, signal: AbortSignal): Promise<readonly Utterance[]> {
    this.#wasSilent = false;
    while (this.#heard.length === 0) {
      const returns = this.#returns;
      await this.#nudgedWithin(silenceMs, signal);
      signal.throwIfAborted();
      const isTimeOver = this.#wasSilent || (!this.#isHeld && returns === this.#returns);
      if (this.#heard.length === 0 && !this.#open && isTimeOver) return [];
    }
    signal.throwIfAborted();
    return this.#heard.splice(0);
  }

  /** Resolves with a nudge, after `silenceMs`, or as the signal aborts. */
  async #nudgedWithin(silenceMs: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    const { promise, resolve } = deferred();
    const wake = () => resolve();
    const cancel = this.#options.clock.after(silenceMs, wake);
    signal.addEventListener('abort', wake, { once: true });
    await Promise.race([promise, this.#arrived.promise]);
    cancel();
    signal.removeEventListener('abort', wake);
  }

  /** Whoever waits in `heardWithin` waits no longer, unless the caller is speaking. */
  nudge(): void {
    const arrived = this.#arrived;
    this.#arrived = deferred();
    arrived.resolve();
  }

  /** The caller has answered by keys: as if it had been said then, in one order with what was said. */
  typed(text: string, startedAtMs: number, endedAtMs: number): void {
    const utterance: Utterance = {
      startedAtMs,
      endedAtMs,
      // There was no sound, and it is no noise.
      speechMs: Math.max(MIN_UTTERANCE_MS, endedAtMs - startedAtMs),
      text: Promise.resolve(text),
      textSoFar: () => text,
      language: () => undefined,
    };
    this.#heard = [...this.#heard, utterance].toSorted((one, other) => one.startedAtMs - other.startedAtMs);
    this.nudge();
  }

  /** Nobody is asked anything until the caller is back. */
  held(): void {
    this.#isHeld = true;
  }

  /** The caller is back, and has all the time again. */
  unheld(): void {
    if (!this.#isHeld) return;
    this.#isHeld = false;
    this.#returns++;
    this.nudge();
  }

  /** Nobody need wait: the line has done so itself. */
  silent(): void {
    this.#wasSilent = true;
    this.nudge();
  }

  /** What was said and nobody has taken is not to be answered. */
  forget(utterance: Utterance): void {
    this.#heard = this.#heard.filter((other) => other !== utterance);
  }

  /**
   * What was said by now is answered already: nobody waits for it. Returns as much of it as is understood. Who is speaking at this moment
   * has not said it yet.
   */
  dismiss(): string {
    const open = this.#speaking ? undefined : this.#open;
    const said = [...this.#heard, ...(open ? [{ textSoFar: () => open.transcription.text }] : [])];
    const text = said.map((each) => each.textSoFar()).join(' ');
    this.#heard = [];
    if (!open) return text.trim();
    this.#cancelEnd?.();
    this.#drop(open);
    this.#open = undefined;
    return text.trim();
  }

  close(): void {
    this.#cancelEnd?.();
    if (this.#open) this.#drop(this.#open);
    this.#open = undefined;
  }

  #begin(atMs: number): OpenUtterance {
    const { clock, hearing, recognize } = this.#options;
    const capture = hearing.capture(PRE_ROLL_MS);
    const unwanted = new AbortController();
    const open: OpenUtterance = {
      capture,
      transcription: new Transcription(recognize(capture, unwanted.signal), () => this.#onChange(open)),
      unwanted,
      startedAtMs: atMs,
      cancelLimit: clock.after(MAX_UTTERANCE_MS, () => this.#end()),
      endedAtMs: atMs,
      speechMs: 0,
      textSoFar: '',
      changedAtMs: atMs,
      wordsAtMs: atMs,
    };
    return open;
  }

  #onChange(open: OpenUtterance): void {
    if (open !== this.#open) return;
    const { clock, timeline, written = (said: string) => said, language } = this.#options;
    const { text } = open.transcription;
    open.changedAtMs = clock.nowMs();
    if (text !== open.textSoFar) {
      timeline.mark('recognition.partial', { text: written(text) });
      if (!isSameText(text, open.textSoFar, language(text))) open.wordsAtMs = open.changedAtMs;
    }
    open.textSoFar = text;
    this.#tellWords(open);
    if (!this.#speaking) this.#awaitEnd(open);
  }

  #tellWords(open: OpenUtterance): void {
    const { language, text, isSettled } = open.transcription;
    const likelyAllAtMs = this.#speaking ? undefined : this.#likelyAllAtMs(open);
    this.#options.onWords({ text, language, isSettled, likelyAllAtMs });
  }

  /** Not before the last word can have been understood. */
  #likelyAllAtMs(open: OpenUtterance): number {
    const { changedAtMs, endedAtMs, transcription } = open;
    if (transcription.isTyped) return endedAtMs;
    const { detectionSilenceMs } = this.#options.hearing;
    const isUnderstood = transcription.isSettled || changedAtMs >= endedAtMs + detectionSilenceMs;
    const afterMs = this.#options.endOfTurn.likelyAllMs(this.#soFar(open));
    return endedAtMs + (isUnderstood ? afterMs : Math.max(afterMs, this.#wordLag.ms));
  }

  /** Counted from the last loud frame, however late it or the words were told. */
  #awaitEnd(open: OpenUtterance): void {
    const { clock } = this.#options;
    this.#cancelEnd?.();
    const endsAtMs = open.endedAtMs + this.#waitMs(open);
    this.#cancelEnd = clock.after(Math.max(0, endsAtMs - clock.nowMs()), () => this.#endOnceHeard(endsAtMs));
  }

  /** Ends the utterance if all that was said by then has been heard. */
  #endOnceHeard(endsAtMs: number): void {
    const { clock, hearing } = this.#options;
    const missingMs = endsAtMs - LATE_AUDIO_MS - (hearing.heardUntilMs ?? Infinity);
    if (missingMs <= 0) return this.#end();
    this.#cancelEnd = clock.after(missingMs, () => this.#endOnceHeard(endsAtMs));
  }

  /** Whoever has typed it has said when it is over. */
  #waitMs(open: OpenUtterance): number {
    return open.transcription.isTyped ? 0 : this.#options.endOfTurn.waitMs(this.#soFar(open));
  }

  #soFar({ transcription: { text, endOfUtterance } }: OpenUtterance): TurnSoFar {
    const { language, expecting, lastSaid } = this.#options;
    return {
      ...{ text, language: language(text), endOfUtterance },
      ...{ expecting: expecting?.(), lastSaid: lastSaid?.() },
    };
  }

  #end(): void {
    const open = this.#open;
    this.#open = undefined;
    this.#cancelEnd?.();
    if (!open) return;
    if (this.#speaking) {
      open.endedAtMs = this.#options.clock.nowMs();
      open.speechMs += MAX_UTTERANCE_MS;
    }
    const { startedAtMs, endedAtMs, speechMs } = open;
    const utterance = {
      startedAtMs,
      endedAtMs,
      speechMs,
      text: this.#textOf(open),
      textSoFar: () => open.transcription.text,
      language: () => open.transcription.language,
    };
    open.cancelLimit();
    this.#learnLag(open, utterance.text);
    this.#heard.push(utterance);
    this.#options.onEnded(utterance);
    this.nudge();
  }

  #learnLag({ textSoFar, wordsAtMs, endedAtMs, transcription }: OpenUtterance, text: Promise<string>): void {
    if (transcription.isTyped || this.#speaking) return;
    const { language } = this.#options;
    void text.then(
      (all) => {
        if (all === '') return;
        this.#wordLag.learn(isSameText(all, textSoFar, language(all)) ? wordsAtMs - endedAtMs : Infinity);
      },
      () => undefined,
    );
  }

  #textOf(open: OpenUtterance): Promise<string> {
    const { transcription, speechMs, changedAtMs, endedAtMs } = open;
    if (speechMs < MIN_UTTERANCE_MS && transcription.text === '') {
      this.#drop(open);
      return Promise.resolve('');
    }
    open.capture.finish();
    const isAll = transcription.isSettled && changedAtMs >= endedAtMs + LAST_WORD_MS;
    return isAll && !this.#speaking ? Promise.resolve(transcription.text) : transcription.done;
  }

  #drop(open: OpenUtterance): void {
    open.cancelLimit();
    open.unwanted.abort(new Error('too short to be speech, or the call is over'));
    open.capture.discard();
  }
}
