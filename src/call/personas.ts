/** Who of the bot's personas speaks in a call: the one whose language the caller has spoken last. */
import { scriptOf } from '../languages/script-of.ts';
import { spokenLanguage } from '../languages/spoken-language.ts';
import type { RecognitionRequest } from '../speech/recognition/recognizer.ts';
import type { Persona } from './persona.ts';

/** Words of the caller, whole or as far as they are known. */
export interface HeardWords {
  readonly text: string;
  /** The language that the recognizer took them for, BCP-47, if it has told. */
  readonly language?: string | undefined;
}

export class Personas {
  readonly #all: readonly [Persona, ...Persona[]];
  #settled: Persona;
  #present: Persona;

  /** `language`: what was spoken last, if the conversation began before. */
  constructor(all: readonly [Persona, ...Persona[]], language?: string) {
    this.#all = all;
    this.#settled = all.find((persona) => persona.language === language) ?? all[0];
    this.#present = this.#settled;
  }

  /** Who speaks at this moment. */
  get present(): Persona {
    return this.#present;
  }

  /** What is spoken, as far as whole words have told, BCP-47. */
  get language(): string {
    return this.#settled.language;
  }

  /** For which languages recognizers are to listen. */
  get hearing(): Pick<RecognitionRequest, 'language' | 'among'> {
    if (this.#all.length === 1) return { language: this.#settled.hears };
    return { language: 'auto', among: this.#all.map(({ hears }) => hears).filter((each) => each !== 'auto') };
  }

  /** As what to read words of the caller that may not be whole: BCP-47, or `auto`. */
  readingOf(text: string): string {
    const isWrittenIn = ({ language }: Persona) => scriptOf(language)?.test(text);
    return ([this.#settled, ...this.#all].find(isWrittenIn) ?? this.#settled).hears;
  }

  /** Who would answer these words. */
  answering(words: HeardWords): Persona {
    return this.#after([words]);
  }

  /** The bot begins a turn: until it is known what the caller has said, by what is known of it now. */
  begin(heard: readonly HeardWords[] = []): void {
    this.#present = this.#after(heard);
  }

  /** This was said, utterance by utterance. True if the bot speaks another language from now on. */
  settle(heard: readonly HeardWords[]): boolean {
    const before = this.#settled;
    this.#settled = this.#after(heard);
    this.#present = this.#settled;
    return this.#settled !== before;
  }

  /** Whoever speaks two languages one after the other wants to be answered in the second. */
  #after(heard: readonly HeardWords[]): Persona {
    const candidates = this.#all.map(({ language }) => language);
    const spoken = heard.reduce(
      (current, { text, language: told }) => spokenLanguage({ text, told, current, candidates }),
      this.#settled.language,
    );
    return this.#all.find(({ language }) => language === spoken) ?? this.#settled;
  }
}
