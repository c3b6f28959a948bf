/**
 * Before the greeting: the caller hears that the call is recorded, or is asked whether it may be. What is said of it is heard to its end,
 * and nothing that the caller says meanwhile is listened to: "yes?" into the receiver is no consent to a question that nobody has heard.
 */
import type { Clock } from '../../base/clock.ts';
import type { BotProfile } from '../../config/bot-profile.ts';
import { readSlot } from '../../languages/slots/read-slot.ts';
import type { HearingListener } from '../../telephony/line.ts';
import { consentOf } from '../../timeline/consent.ts';
import type { ConsentOutcome } from '../../timeline/kinds.ts';
import type { Timeline, TurnOutcome } from '../../timeline/timeline.ts';
import type { Utterance } from '../listening/ear.ts';

/** An answer that came over the last of the question, ms: people answer when they have understood. */
const ANSWER_OVERLAP_MS = 300;

/** Who has not answered clearly is asked once more. */
const MOST_QUESTIONS = 2;

const KEYS: Readonly<Record<string, 'yes' | 'no'>> = { 1: 'yes', 2: 'no' };

export interface ConsentOptions {
  readonly clock: Clock;
  readonly timeline: Timeline;
  readonly profile: Pick<BotProfile, 'recording' | 'silence'>;
  /** What was decided in this call before Parley was started again. */
  readonly earlier: ConsentOutcome | undefined;
  /** Says what is said of recording, in the language that is spoken. */
  readonly say: () => Promise<TurnOutcome>;
  /** What the caller says next, as the ear tells it. */
  readonly hear: (withinMs: number) => Promise<readonly Utterance[]>;
  /** Whoever waits in `hear` waits no longer. */
  readonly nudge: () => void;
  /** The bot speaks the language of these from now on. */
  readonly settle: (said: readonly Utterance[]) => void;
  /** What the caller may speak, BCP-47, the most likely first. */
  readonly languages: () => readonly string[];
  /** What any file may have of the caller's words. */
  readonly written: (text: string) => string;
}

export class Consent {
  readonly #options: ConsentOptions;
  #listener: HearingListener | undefined;
  #isUnderWay = false;
  #isTelling = false;
  /** The caller speaks, and was not listened to when that began. */
  #isSpeaking = false;
  #deafUntilMs = -Infinity;
  #key: 'yes' | 'no' | undefined;

  constructor(options: ConsentOptions) {
    this.#options = options;
  }

  /** It is not decided yet: what the caller says is no part of the conversation. */
  get isUnderWay(): boolean {
    return this.#isUnderWay;
  }

  /** Whether this was said before the caller could know what about. */
  ignores({ endedAtMs }: Pick<Utterance, 'endedAtMs'>): boolean {
    return endedAtMs <= this.#deafUntilMs;
  }

  /** The same listener, which is told of nothing that is not listened to. */
  before(listener: HearingListener): HearingListener {
    this.#listener = listener;
    return {
      ...listener,
      soundStarted: (atMs) => {
        if (!this.#isTelling) listener.soundStarted?.(atMs);
      },
      speechStarted: (atMs) => {
        if (this.#isTelling) this.#isSpeaking = true;
        else listener.speechStarted(atMs);
      },
      speechStopped: (startedAtMs, endedAtMs) => {
        if (this.#isTelling) this.#isSpeaking = false;
        else listener.speechStopped(startedAtMs, endedAtMs);
      },
      digit: (digit) => {
        const answer = this.#isAsking ? KEYS[digit] : undefined;
        if (answer === undefined) return listener.digit(digit);
        this.#options.timeline.mark('digit', { digit });
        this.#key = answer;
        this.#options.nudge();
      },
    };
  }

  /** Resolves when it is decided, and has noted it. At once where the profile wants nobody told. Throws when the call ends. */
  async obtain(): Promise<void> {
    const { earlier, profile } = this.#options;
    const { consent = 'off' } = profile.recording ?? {};
    if (consent === 'off') return;
    if (earlier !== undefined) return this.#decide(earlier);
    this.#isUnderWay = true;
    this.#decide(consent === 'announce' ? await this.#announce() : await this.#ask());
  }

  /** The call is over: what was not decided will not be. */
  close(): void {
    if (this.#isUnderWay) this.#decide('unclear');
  }

  #decide(outcome: ConsentOutcome): void {
    this.#isUnderWay = false;
    if (consentOf(this.#options.timeline.entries) === undefined)
      this.#options.timeline.mark('consent', { outcome });
  }

  async #announce(): Promise<ConsentOutcome> {
    return (await this.#tell(0)) ? 'announced' : 'unheard';
  }

  async #ask(): Promise<ConsentOutcome> {
    let wasHeard = false;
    for (let asked = 0; asked < MOST_QUESTIONS; asked++) {
      if (!(await this.#tell(ANSWER_OVERLAP_MS))) continue;
      wasHeard = true;
      const answer = await this.#answer();
      if (answer) return answer === 'yes' ? 'given' : 'refused';
    }
    return wasHeard ? 'unclear' : 'unheard';
  }

  /** Whether it was heard to its end. */
  async #tell(overlapMs: number): Promise<boolean> {
    const { clock, say } = this.#options;
    this.#isTelling = true;
    const outcome = await say().finally(() => (this.#isTelling = false));
    const nowMs = clock.nowMs();
    this.#deafUntilMs = nowMs - overlapMs;
    if (this.#isSpeaking) this.#listener?.speechStarted(nowMs);
    this.#isSpeaking = false;
    return outcome === 'spoken';
  }

  /** Undefined: nobody could tell. */
  async #answer(): Promise<'yes' | 'no' | undefined> {
    const { clock, hear, profile, settle } = this.#options;
    const untilMs = clock.nowMs() + profile.silence.afterMs;
    for (let leftMs; this.#key === undefined && (leftMs = untilMs - clock.nowMs()) > 0;) {
      const said = await hear(leftMs);
      if (said.length === 0) break;
      const text = await this.#textOf(said);
      if (text === '') continue;
      settle(said);
      return this.#read(text);
    }
    return this.#key;
  }

  async #textOf(said: readonly Utterance[]): Promise<string> {
    const { timeline, written } = this.#options;
    const texts = await Promise.all(said.map(({ text }) => text.catch(() => '')));
    for (const text of texts) if (text !== '') timeline.mark('recognition.done', { text: written(text) });
    return texts.filter(Boolean).join(' ');
  }

  #read(text: string): 'yes' | 'no' | undefined {
    for (const language of this.#options.languages()) {
      const reading = readSlot({ type: 'yesNo' }, text, { language, today: '' });
      if (!('value' in reading)) continue;
      // A yes among other words may be about anything; a no is taken for one.
      if (reading.value === 'no' || reading.isCertain) return reading.value === 'no' ? 'no' : 'yes';
    }
    return undefined;
  }

  get #isAsking(): boolean {
    return this.#isUnderWay && this.#options.profile.recording?.consent === 'ask';
  }
}
