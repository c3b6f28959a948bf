/**
 * What a bot says again and again, ready to be played without waiting: greeting, fillers, hold phrases, apology, goodbye. Rendered in
 * the bot's own voice before the first call; the shipped recordings speak where that has failed.
 */
import { errorCode, isParleyError } from '../../base/errors.ts';
import type { ErrorCode } from '../../base/error-catalogue.ts';
import type { Log } from '../../base/log.ts';
import type { Pcm } from '../../audio/pcm.ts';
import type { BotProfile } from '../../config/bot-profile.ts';
import { inEachLanguage } from '../../config/profile-in-language.ts';
import { consentPhrase } from '../../config/profile-recording.ts';
import { placeholdersOf } from '../../config/placeholders.ts';
import type { SpeechRequest } from '../../speech/synthesis/synthesizer.ts';

/** What a phrase is for; also the names of the shipped recordings. */
export type PhraseKind =
  | 'greeting'
  | 'filler-question'
  | 'filler-statement'
  | 'filler-thanks'
  | 'filler-hesitation'
  | 'hold'
  | 'repeat'
  | 'prompt'
  | 'apology'
  | 'goodbye'
  | 'consent';

/** The recordings that come with Parley: all of a kind in a language, at the rate of the lines. Empty if there are none. */
export type ShippedPhrases = (language: string, kind: PhraseKind) => readonly Pcm[];

export interface PhraseBookOptions {
  readonly profile: BotProfile;
  /** Speaks a whole text; throws a ParleyError TTS_*. */
  readonly speak: (request: SpeechRequest, signal: AbortSignal) => Promise<Pcm>;
  /** The same, where no caller waits for it: it may look around for longer. `speak`, if not given. */
  readonly speakAhead?: ((request: SpeechRequest, signal: AbortSignal) => Promise<Pcm>) | undefined;
  readonly shipped: ShippedPhrases;
  /** What only looks like a phrase and was said in one call alone: nothing, if not given. */
  readonly isOfOneCall?: (text: string) => boolean;
  readonly sampleRateHz: number;
  readonly log: Log;
}

export interface ReadyPhrase {
  readonly text: string;
  readonly pcm: Pcm;
}

export class PhraseBook {
  readonly #options: PhraseBookOptions;
  readonly #rendered = new Map<string, Pcm>();
  /** Why phrases were not rendered, as far as that was logged. */
  readonly #told = new Set<ErrorCode>();
  /** Of the bot's further languages: the same words may be in two of them, said by two voices. */
  readonly #further: ReadonlyMap<string, PhraseBook>;

  constructor(options: PhraseBookOptions) {
    this.#options = options;
    const [, ...further] = inEachLanguage(options.profile);
    this.#further = new Map(
      further.map((profile) => [profile.language, new PhraseBook({ ...options, profile })]),
    );
  }

  /** What the bot says in one of its languages, BCP-47. Throws for a language that is none. */
  in(language: string): PhraseBook {
    const book = language === this.#options.profile.language ? this : this.#further.get(language);
    if (!book) throw new RangeError(`There are no phrases in ${language}.`);
    return book;
  }

  /**
   * Renders every phrase of every language that is not rendered yet, and resolves with whether it is to be tried again: something has failed that
   * may pass. What fails is logged: the first of each cause at once, and how many they were at the end; not a second time when it is tried again.
   * Never rejects but by `signal`.
   */
  async prepare(signal: AbortSignal): Promise<boolean> {
    const { log, profile, speak, speakAhead = speak } = this.#options;
    const { language, name: bot } = profile;
    const told = this.#told.size;
    let [unrendered, mayPass] = [0, false];
    for (const text of new Set(phrasesOf(profile))) {
      if (this.#rendered.has(text) || !this.keeps(text)) continue;
      await this.#spoken(text, signal, speakAhead).catch((error: unknown) => {
        signal.throwIfAborted();
        unrendered++;
        mayPass ||= isParleyError(error) && error.retryable;
        if (!this.#told.has(errorCode(error)))
          log.warn(
            { event: 'phrase.unrendered', bot, language, error },
            'a phrase could not be rendered; a shipped one serves',
          );
        this.#told.add(errorCode(error));
      });
    }
    const causes = this.#told.size - told;
    if (causes > 0 && unrendered > causes)
      log.warn(
        { event: 'phrases.unrendered', bot, language, count: unrendered },
        'phrases that could not be rendered; shipped ones serve',
      );
    for (const book of this.#further.values()) mayPass = (await book.prepare(signal)) || mayPass;
    return mayPass;
  }

  /** Whether `text` is one of the bot's phrases. What is said to one caller alone is not, and is kept nowhere. */
  keeps(text: string): boolean {
    const { isOfOneCall = () => false, profile } = this.#options;
    return phrasesOf(profile).includes(text) && placeholdersOf(text).length === 0 && !isOfOneCall(text);
  }

  /** Speaks `text` in the bot's voice, at once if it was rendered before. Throws what the synthesizer throws. */
  async render(text: string, signal: AbortSignal): Promise<Pcm> {
    const known = this.#rendered.get(text);
    if (known) return known;
    return this.#spoken(text, signal, this.#options.speak);
  }

  async #spoken(text: string, signal: AbortSignal, speak: PhraseBookOptions['speak']): Promise<Pcm> {
    const { profile, sampleRateHz } = this.#options;
    const { language, voice } = profile;
    const pcm = await speak({ text, language, voice, sampleRateHz }, signal);
    this.#rendered.set(text, pcm);
    return pcm;
  }

  /** The phrases of a kind that can be played this very moment: those of the profile that are rendered, else the shipped ones. */
  ready(kind: PhraseKind, texts: readonly string[]): readonly ReadyPhrase[] {
    const rendered = texts.flatMap((text) => {
      const pcm = this.#rendered.get(text);
      return pcm ? [{ text, pcm }] : [];
    });
    if (rendered.length > 0) return rendered;
    const { shipped, profile } = this.#options;
    return shipped(profile.language, kind).map((pcm, index) => ({ text: texts[index] ?? kind, pcm }));
  }
}

/** Everything that a bot may have to say at once in its first language. */
export function phrasesOf(profile: BotProfile): readonly string[] {
  const { greeting, hours, apology, reconnected, fillers, hold, repeat, silence } = profile;
  const greetings = [greeting, ...(hours?.outside.greeting === undefined ? [] : [hours.outside.greeting])];
  const fillerTexts = fillers.enabled ? Object.values(fillers.phrases).flat() : [];
  const { phrases: prompts, goodbye } = silence;
  const consent = consentPhrase(profile) ?? [];
  return [...greetings, apology, ...fillerTexts, ...hold, ...repeat, ...prompts, goodbye, reconnected].concat(
    consent,
  );
}
