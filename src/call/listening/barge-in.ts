/**
 * What happens when the caller makes a sound while it is the bot's turn. Pause first, decide later: the bot falls silent on the mere
 * suspicion of speech, and goes on if none follows. Words make the turn the caller's. A cough, a "mhm" or the bot's own echo lets the bot
 * go on where it was, and is not answered.
 */
import { deferred } from '../../base/async.ts';
import type { CancelTimer, Clock } from '../../base/clock.ts';
import type { BotProfile } from '../../config/bot-profile.ts';
import type { Utterance } from './ear.ts';
import { judgeInterjection } from './interjection.ts';
import type { Interjection } from './interjection.ts';
import type { Mouth } from '../speaking/mouth.ts';
import type { ResumeCause, Timeline } from '../../timeline/timeline.ts';

/**
 * When the sound is over and its text is not there yet, so long is it waited for, ms: the bot is silent meanwhile. A streaming
 * recognizer's last words come within 300 ms; whoever is later has probably heard speech.
 */
const TEXT_WITHIN_MS = 500;

/**
 * For so long after a sound that meant nothing, ms, the next one must last before the bot pauses for it: a cough seldom comes alone,
 * and an echo comes with all that is said.
 */
const CALM_AFTER_SOUND_MS = 1500;
const CALM_AFTER_ECHO_MS = 5000;

/**
 * A sound is speech within so long of its beginning, ms, or the bot goes on. Of callers who begin with a hiss 95 of 100 have come to a vowel
 * by then; and a pause of 300 ms is all that a slammed door may cost, two packets included. `least`: after it was told of, if that was late.
 */
const SPEECH_FOLLOWS_WITHIN_MS = { sinceItBegan: 280, least: 240 };

/**
 * For so long after a sound that was not followed by speech, ms, the bot does not pause on suspicion; twice as long after each further
 * one, until the caller does interrupt: who stands in a street must not be talked to in pieces.
 */
const TRUST_AFTER_SOUND_MS = { first: 1000, most: 16_000 };

/**
 * Who is heard again so soon, ms, is still in the same word: "спа-сибо" has a gap of 160. It matters only on a line that plays on what it was
 * sent before a pause: a bot that goes on between two syllables is heard all through the second one.
 */
const SAME_WORD_WITHIN_MS = 400;

export interface BargeInOptions {
  readonly clock: Clock;
  readonly timeline: Timeline;
  readonly mouth: Mouth;
  readonly profile: BotProfile['bargeIn'];
  /** What words of the caller are to be read as, BCP-47, or `auto`. */
  readonly language: (text: string) => string;
  /** See Hearing.detectionSilenceMs: a sound that has ended is only told of this much later. */
  readonly detectionSilenceMs: () => number;
  /** Whether it is the bot's turn, heard or not. */
  readonly hasTurn: () => boolean;
  /** The turn is the caller's now: stops the mouth. */
  readonly interrupt: () => void;
  /** This was said over the bot and is not to be answered. */
  readonly forget: (utterance: Utterance) => void;
}

export class BargeIn {
  readonly #options: BargeInOptions;
  #paused = false;
  #pausedAtMs = -Infinity;
  /** When the caller's last sound ended. */
  #silentSinceMs = -Infinity;
  #sounding = false;
  #text = '';
  #calmUntilMs = -Infinity;
  #unsuspiciousUntilMs = -Infinity;
  #unsuspiciousMs = TRUST_AFTER_SOUND_MS.first;
  #cancelSuspicion: CancelTimer | undefined;
  #cancelPause: CancelTimer | undefined;
  #cancelResume: CancelTimer | undefined;
  #cancelVerdict: CancelTimer | undefined;
  #closed = false;

  constructor(options: BargeInOptions) {
    this.#options = options;
  }

  /** Something loud since `atMs` that may become speech. */
  soundStarted(atMs: number): void {
    const { clock, profile, mouth } = this.#options;
    if (!this.#mayInterrupt || profile.mode !== 'pauseFirst') return;
    if (this.#paused || this.#sounding || !mouth.isSpeaking) return;
    if (clock.nowMs() < Math.max(this.#calmUntilMs, this.#unsuspiciousUntilMs)) return;
    this.#pause();
    const { sinceItBegan, least } = SPEECH_FOLLOWS_WITHIN_MS;
    const withinMs = Math.max(least, atMs + sinceItBegan - clock.nowMs());
    this.#cancelSuspicion = clock.after(withinMs, () => this.#resumeUnsuspicious());
  }

  speechStarted(atMs: number): void {
    const { clock, profile, detectionSilenceMs } = this.#options;
    if (!this.#mayInterrupt) return;
    if (profile.mode === 'stopAtOnce') return this.#interrupt();
    this.#forgetTimers();
    this.#sounding = true;
    // Only when the detection silence has passed without an end being told has the sound lasted so long for sure.
    const lasts = (forMs: number) => Math.max(0, atMs + forMs + detectionSilenceMs() - clock.nowMs());
    if (clock.nowMs() >= this.#calmUntilMs || this.#isInWord(atMs)) this.#pause();
    else this.#cancelPause = clock.after(lasts(profile.minSpeechMs), () => this.#pause());
    this.#cancelVerdict = clock.after(lasts(profile.decideWithinMs), () => this.#interrupt());
  }

  speechStopped(speechMs: number): void {
    const { clock, detectionSilenceMs } = this.#options;
    if (!this.#sounding) return;
    this.#sounding = false;
    this.#silentSinceMs = clock.nowMs() - detectionSilenceMs();
    this.#forgetTimers();
    const meaning = this.#judge(this.#text);
    if (meaning === 'backchannel') this.#resume('backchannel');
    if (meaning === 'nothing' && speechMs < this.#options.profile.minSpeechMs) this.#resumeBetweenWords();
  }

  /** What has been understood by now of the utterance that is not over yet. */
  words(text: string): void {
    this.#text = text;
    if (!this.#mayInterrupt) return;
    const meaning = this.#judge(text);
    if (meaning === 'words') return this.#interrupt();
    if (meaning === 'ownEcho') this.#resume('ownEcho');
    if (meaning === 'backchannel' && !this.#sounding) this.#resume('backchannel');
  }

  /** The utterance is over: the last chance to judge it. */
  ended(utterance: Utterance): void {
    this.#text = '';
    if (this.#mayInterrupt) void this.#decide(utterance);
  }

  /** The bot's turn is over: what is still undecided is no longer about it. */
  turnEnded(): void {
    this.#forgetTimers();
    this.#sounding = false;
    if (!this.#paused) return;
    this.#paused = false;
    void this.#options.mouth.resume();
  }

  /** From now on the bot cannot be interrupted; to be followed by a stop of the mouth, which may be paused. */
  close(): void {
    this.#closed = true;
    this.#forgetTimers();
  }

  get #mayInterrupt(): boolean {
    return this.#options.profile.enabled && !this.#closed && this.#options.hasTurn();
  }

  async #decide(utterance: Utterance): Promise<void> {
    const meaning = await this.#meaningOf(utterance);
    // Whoever has the turn by then decides for himself.
    if (!this.#mayInterrupt) return;
    if (meaning === 'words' || meaning === 'unknown') return this.#interrupt();
    this.#options.forget(utterance);
    if (!this.#sounding) this.#resume(meaning === 'nothing' ? 'notUnderstood' : meaning);
  }

  /** `unknown`: it was long enough for speech, and its text is late or cannot be had. */
  async #meaningOf({ text, speechMs }: Utterance): Promise<Interjection | 'unknown'> {
    const isLong = speechMs >= this.#options.profile.minSpeechMs;
    const heard = text.catch(() => undefined);
    const known = isLong ? await this.#soon(heard) : await heard;
    if (known === undefined) return isLong ? 'unknown' : 'nothing';
    return this.#judge(known);
  }

  async #soon(text: Promise<string | undefined>): Promise<string | undefined> {
    const late = deferred<undefined>();
    const cancel = this.#options.clock.after(TEXT_WITHIN_MS, () => late.resolve(undefined));
    return Promise.race([text, late.promise]).finally(cancel);
  }

  #judge(text: string): Interjection {
    const { mouth, language, profile } = this.#options;
    return judgeInterjection(text, mouth.words, language(text), profile);
  }

  #pause(): void {
    const { clock, mouth, timeline } = this.#options;
    if (!this.#mayInterrupt || this.#paused) return;
    this.#paused = true;
    this.#pausedAtMs = clock.nowMs();
    if (mouth.isSpeaking) timeline.mark('bargeIn.paused', {});
    // Also if nothing is being said: an answer must not begin in the middle of the caller's words.
    void mouth.pause();
  }

  #resumeUnsuspicious(): void {
    this.#unsuspiciousUntilMs = this.#options.clock.nowMs() + this.#unsuspiciousMs;
    this.#unsuspiciousMs = Math.min(2 * this.#unsuspiciousMs, TRUST_AFTER_SOUND_MS.most);
    this.#goOn('noSpeech');
  }

  /** As long as the line plays on, a pause has cost nothing, and the bot goes on. Once it is silent, it waits until the word is over for sure. */
  #resumeBetweenWords(): void {
    const { clock, mouth } = this.#options;
    const playsOn = clock.nowMs() - this.#pausedAtMs < mouth.heardOutMs;
    if (mouth.heardOutMs === 0 || !this.#paused || playsOn) return this.#resume('tooShort');
    const overInMs = this.#silentSinceMs + SAME_WORD_WITHIN_MS - clock.nowMs();
    this.#cancelResume = clock.after(overInMs, () => this.#resume('tooShort'));
  }

  #isInWord(atMs: number): boolean {
    return this.#options.mouth.heardOutMs > 0 && atMs - this.#silentSinceMs < SAME_WORD_WITHIN_MS;
  }

  #resume(because: ResumeCause): void {
    const calmMs = because === 'ownEcho' ? CALM_AFTER_ECHO_MS : CALM_AFTER_SOUND_MS;
    this.#calmUntilMs = Math.max(this.#calmUntilMs, this.#options.clock.nowMs() + calmMs);
    this.#goOn(because);
  }

  #goOn(because: ResumeCause): void {
    const { mouth, timeline } = this.#options;
    this.#forgetTimers();
    if (!this.#paused) return;
    this.#paused = false;
    if (mouth.isSpeaking) timeline.mark('bargeIn.resumed', { because });
    // Also if what was paused has ended meanwhile: nothing else would ever be heard.
    void mouth.resume();
  }

  #interrupt(): void {
    this.#forgetTimers();
    this.#unsuspiciousMs = TRUST_AFTER_SOUND_MS.first;
    this.#sounding = false;
    this.#paused = false;
    this.#options.interrupt();
  }

  #forgetTimers(): void {
    this.#cancelSuspicion?.();
    this.#cancelPause?.();
    this.#cancelResume?.();
    this.#cancelVerdict?.();
  }
}
