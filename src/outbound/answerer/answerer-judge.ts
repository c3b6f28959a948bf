/**
 * Who has picked up, told from when the callee speaks, from tones that are held and from words: a person says a word or two and waits, a
 * machine goes on, and beeps. After a machine it is told when a message may begin, and whether it was a person after all. Pure: it knows
 * no clock but the times that it is given.
 */
import { machinePhraseIn } from '../../languages/machine-words.ts';
import type { Answerer } from '../call-out.ts';
import type { HeldTone } from './held-tone.ts';

export interface AnswererTuning {
  /** A greeting up to so long is as short as "hello", ms. 800: with 1000 one machine in eight passes for a person in loud noise. */
  readonly shortGreetingMs: number;
  /** What was taken for a machine is a person if it says something so short and waits, ms; 0: never. 1000. */
  readonly shortAgainMs: number;
  /** Silence after a short greeting that makes it a person's, ms. 240: with 200 one machine in nine passes for a person in loud noise, with 340 people wait longer for nothing. */
  readonly silenceAfterShortMs: number;
  /** The same after a longer one, ms. 700: machines pause between sentences for less. */
  readonly silenceAfterLongMs: number;
  /** Who speaks for so long without such a pause is a machine, ms. 3200: a receptionist's greeting takes less. */
  readonly longestGreetingMs: number;
  /** Nobody has said anything for so long after the answer, ms. 5000. */
  readonly silenceMs: number;
  /** A beep lasts so long at least, ms. 150: keys and clicks are shorter. */
  readonly leastBeepMs: number;
  /** The tone of a fax machine does, ms. 400. CED lasts 2.6 s, CNG half a second (ITU-T T.30). */
  readonly leastFaxMs: number;
  /** After a beep another one may follow; after so much silence none does, ms. 300. */
  readonly afterBeepMs: number;
  /** A machine that has been silent for so long has no beep, ms. 2000. */
  readonly afterGreetingMs: number;
  /** A message begins so long after the answer at the latest, ms. 40 000. */
  readonly longestMachineMs: number;
}

export const ANSWERER_DEFAULTS: AnswererTuning = Object.freeze({
  shortGreetingMs: 800,
  shortAgainMs: 1000,
  silenceAfterShortMs: 240,
  silenceAfterLongMs: 700,
  longestGreetingMs: 3200,
  silenceMs: 5000,
  leastBeepMs: 150,
  leastFaxMs: 400,
  afterBeepMs: 300,
  afterGreetingMs: 2000,
  longestMachineMs: 40_000,
});

const FAX_HZ = [2100, 1100];
const FAX_WITHIN_HZ = 38;
const BEEP_HZ = { from: 400, to: 2000 };

export type Reason =
  | 'shortGreeting'
  | 'pause'
  | 'longGreeting'
  | 'phrase'
  | 'beep'
  | 'faxTone'
  | 'nothingSaid'
  /** What was taken for a machine says another short thing and waits: it is a person. */
  | 'spokeAgain';

export type AnswererEvent =
  /**
   * Times are on the clock of the audio. Told once; of a machine again when words make it certain (`phrase`), or when it turns out to be a
   * person (`spokeAgain`).
   */
  | { readonly kind: 'decided'; readonly by: Answerer; readonly reason: Reason; readonly atMs: number }
  /** A machine records now. Told after `decided`; once more if its beep comes later than was waited for. */
  | {
      readonly kind: 'recording';
      readonly after: 'beep' | 'silence' | 'limit';
      readonly atMs: number;
    };

/** Speech as a voice detector tells it; times on the clock of the audio. */
export type VoiceEdge =
  | { readonly kind: 'started'; readonly atMs: number }
  | { readonly kind: 'stopped'; readonly endedAtMs: number };

/** Which verdicts leave room for doubt: people may speak for long, but they neither beep nor ask for messages. */
export function isDoubtful(reason: Reason): boolean {
  return reason === 'longGreeting';
}

export class AnswererJudge {
  readonly #tuning: AnswererTuning;
  readonly #answeredAtMs: number;
  #nowMs: number;
  #decided: { readonly by: Answerer; readonly reason: Reason } | undefined;
  /** Since when a machine records, and after what. */
  #recording: { readonly after: 'beep' | 'silence' | 'limit'; readonly atMs: number } | undefined;
  #spokeFromMs: number | undefined;
  #spokeUntilMs = 0;
  /** What was said last without a pause. */
  #piece = { fromMs: 0, pauseBeforeMs: 0 };
  #isSpeaking = false;
  #beepEndedAtMs: number | undefined;

  /** `answeredAtMs` on the clock of the audio. */
  constructor(answeredAtMs: number, tuning: Partial<AnswererTuning> = {}) {
    this.#tuning = { ...ANSWERER_DEFAULTS, ...tuning };
    this.#answeredAtMs = answeredAtMs;
    this.#nowMs = answeredAtMs;
  }

  /** Nothing more will be told. */
  get isOver(): boolean {
    return this.#decided !== undefined && this.#decided.by !== 'machine';
  }

  /** To be told before `at` is asked for the same moment. */
  voice(edge: VoiceEdge): void {
    if (edge.kind === 'started') {
      this.#isSpeaking = true;
      const pauseBeforeMs = this.#spokeFromMs === undefined ? 0 : edge.atMs - this.#spokeUntilMs;
      if (this.#spokeFromMs === undefined || pauseBeforeMs >= this.#tuning.silenceAfterLongMs)
        this.#piece = { fromMs: edge.atMs, pauseBeforeMs };
      this.#spokeFromMs ??= edge.atMs;
      // It spoke on after what was taken for its beep.
      this.#beepEndedAtMs = undefined;
      return;
    }
    this.#isSpeaking = false;
    this.#spokeUntilMs = edge.endedAtMs;
  }

  /** What is known now that all has been heard until then; `tone`: the one that is held at that time. */
  at(nowMs: number, tone?: HeldTone): AnswererEvent | undefined {
    this.#nowMs = nowMs;
    if (this.#isBeep(tone)) this.#beepEndedAtMs = tone?.untilMs;
    return this.#decided === undefined ? this.#whoAnswers(tone) : this.#whenToSpeak(tone);
  }

  /** What is understood of the callee so far, partial or final. */
  words(text: string): AnswererEvent | undefined {
    const by = this.#decided;
    const isOpen = by === undefined || (by.by === 'machine' && isDoubtful(by.reason));
    return isOpen && machinePhraseIn(text) !== undefined ? this.#decide('machine', 'phrase') : undefined;
  }

  #isBeep(tone: HeldTone | undefined): boolean {
    const { from, to } = BEEP_HZ;
    return (
      tone !== undefined &&
      tone.hz >= from &&
      tone.hz <= to &&
      tone.untilMs - tone.fromMs >= this.#tuning.leastBeepMs
    );
  }

  #whoAnswers(tone: HeldTone | undefined): AnswererEvent | undefined {
    const tuning = this.#tuning;
    if (tone && isFax(tone, tuning.leastFaxMs)) return this.#decide('fax', 'faxTone');
    if (this.#spokeFromMs === undefined) {
      const isSilent = this.#nowMs - this.#answeredAtMs >= tuning.silenceMs;
      return isSilent ? this.#decide('silence', 'nothingSaid') : undefined;
    }
    // Ringback comes before anybody speaks, and no person beeps.
    if (this.#beepEndedAtMs !== undefined) return this.#decide('machine', 'beep');
    const untilMs = this.#isSpeaking ? this.#nowMs : this.#spokeUntilMs;
    const greetingMs = untilMs - this.#spokeFromMs;
    if (greetingMs >= tuning.longestGreetingMs) return this.#decide('machine', 'longGreeting');
    if (this.#isSpeaking) return undefined;
    const isShort = greetingMs <= tuning.shortGreetingMs;
    const enoughMs = isShort ? tuning.silenceAfterShortMs : tuning.silenceAfterLongMs;
    if (this.#nowMs - untilMs < enoughMs || tone !== undefined) return undefined;
    return this.#decide('person', isShort ? 'shortGreeting' : 'pause');
  }

  #whenToSpeak(tone: HeldTone | undefined): AnswererEvent | undefined {
    if (this.#decided?.by !== 'machine') return undefined;
    const { afterBeepMs, afterGreetingMs, longestMachineMs } = this.#tuning;
    const beepMs = this.#beepEndedAtMs;
    // A tone that goes on may become the next beep.
    const isAfterBeep = beepMs !== undefined && tone === undefined && this.#nowMs - beepMs >= afterBeepMs;
    if (isAfterBeep && this.#recording?.after !== 'beep') return this.#record('beep');
    if (this.#recording) return this.#isInterrupted(tone) ? this.#decide('person', 'spokeAgain') : undefined;
    const isOver = !this.#isSpeaking && beepMs === undefined;
    if (isOver && this.#nowMs - this.#spokeUntilMs >= afterGreetingMs)
      return this.#isWaiting() ? this.#decide('person', 'spokeAgain') : this.#record('silence');
    return this.#nowMs - this.#answeredAtMs >= longestMachineMs ? this.#record('limit') : undefined;
  }

  /** A short thing was said into the silence, and nothing followed: "are you there?" */
  #isWaiting(): boolean {
    return isDoubtful(this.#decided?.reason ?? 'phrase') && this.#hasAsked();
  }

  /** Nothing but a person says a short thing to a message. */
  #isInterrupted(tone: HeldTone | undefined): boolean {
    const sinceMs = this.#recording?.atMs ?? Infinity;
    const hasSpoken = this.#piece.fromMs > sinceMs && !this.#isSpeaking && tone === undefined;
    return (
      hasSpoken && this.#hasAsked() && this.#nowMs - this.#spokeUntilMs >= this.#tuning.silenceAfterLongMs
    );
  }

  #hasAsked(): boolean {
    const { fromMs, pauseBeforeMs } = this.#piece;
    return pauseBeforeMs > 0 && this.#spokeUntilMs - fromMs < this.#tuning.shortAgainMs;
  }

  #decide(by: Answerer, reason: Reason): AnswererEvent {
    this.#decided = { by, reason };
    return { kind: 'decided', by, reason, atMs: this.#nowMs };
  }

  #record(after: 'beep' | 'silence' | 'limit'): AnswererEvent {
    this.#recording = { after, atMs: this.#nowMs };
    return { kind: 'recording', after, atMs: this.#nowMs };
  }
}

function isFax({ hz, fromMs, untilMs }: HeldTone, leastMs: number): boolean {
  return untilMs - fromMs >= leastMs && FAX_HZ.some((fax) => Math.abs(hz - fax) <= FAX_WITHIN_HZ);
}
