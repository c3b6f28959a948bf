/** Chooses the small words that cover the time until the answer, by what the caller said, and never the same twice running. */
import type { BotProfile } from '../../config/bot-profile.ts';
import type { Player } from '../../telephony/line.ts';
import type { Persona, Phrases } from '../persona.ts';
import type { ReadyPhrase } from './phrase-book.ts';

/**
 * From the end of the caller's turn to the filler, ms, if the profile does not say. Where answers are played as they arrive, one that is
 * on its way is heard within 700 ms, and a filler would only hold it up: it is for those that are late. Where whole clips are played the
 * filler is the first that the caller hears of a bot, and must be there at once.
 */
const FILLER_AFTER_MS: Readonly<Record<Player['startsOn'], number>> = { firstAudio: 600, wholeClip: 100 };

/** How long after the end of the caller's turn a filler is due on a line that plays so, ms; undefined if none is wanted. */
export function fillerAfterMs(
  { enabled, afterMs }: Pick<BotProfile['fillers'], 'enabled' | 'afterMs'>,
  startsOn: Player['startsOn'],
): number | undefined {
  return enabled ? (afterMs ?? FILLER_AFTER_MS[startsOn]) : undefined;
}

export type FillerContext = keyof BotProfile['fillers']['phrases'];

export class Fillers {
  readonly #persona: () => Persona;
  readonly #random: () => number;
  #last: string | undefined;

  constructor(options: { persona: () => Persona; random: () => number }) {
    this.#persona = options.persona;
    this.#random = options.random;
  }

  /** A filler for what the caller said, as far as it is known by now; undefined if none can be played. */
  filler(callerText: string | undefined): ReadyPhrase | undefined {
    const context = contextOf(callerText);
    const { book, fillers } = this.#phrases;
    return this.#choose(book.ready(`filler-${context}`, fillers[context]));
  }

  /** Something to say when even the filler is over and there is still no answer. */
  hold(): ReadyPhrase | undefined {
    const { book, hold } = this.#phrases;
    return this.#choose(book.ready('hold', hold));
  }

  /** A request to say it again. */
  repeat(): ReadyPhrase | undefined {
    const { book, repeat } = this.#phrases;
    return this.#choose(book.ready('repeat', repeat));
  }

  /** What a caller hears who has taken leave. */
  goodbye(): ReadyPhrase | undefined {
    const { book, goodbye } = this.#phrases;
    return book.ready('goodbye', [goodbye])[0];
  }

  /** What a caller hears when an answer failed. */
  apology(): ReadyPhrase | undefined {
    const { book, apology } = this.#phrases;
    return book.ready('apology', [apology])[0];
  }

  get #phrases(): Phrases {
    return this.#persona().phrases;
  }

  #choose(candidates: readonly ReadyPhrase[]): ReadyPhrase | undefined {
    const fresh = candidates.filter((candidate) => candidate.text !== this.#last);
    const among = fresh.length > 0 ? fresh : candidates;
    const chosen = among[Math.floor(this.#random() * among.length)];
    if (chosen) this.#last = chosen.text;
    return chosen;
  }
}

const THANKS = /спасиб|благодар|\bthank|תודה/iu;
const HESITATION = /^(э+|м+|ну|эм+|хм+|um+|uh+|hm+|well|אה+|אמ+)[\s,.…]*$|(\.\.\.|…)\s*$/iu;
const QUESTION =
  /\?|^(а |и |скажите,? |подскажите,? )*(кто|что|где|когда|как|какой|какая|какие|какое|сколько|почему|зачем|куда|откуда|чей|можно|есть ли|who|what|where|when|how|why|which|can|could|do|does|is|are|will|would|מה|מי|איפה|מתי|איך|כמה|למה|האם|אפשר)(?![\p{L}])|(?<![\p{L}])ли(?![\p{L}])|подскажите|расскажите|tell me/iu;

/**
 * What kind of thing the caller said. Unknown text counts as a question: its fillers (`one moment`) fit everything, while a
 * `you're welcome` at the wrong place does not.
 */
export function contextOf(callerText: string | undefined): FillerContext {
  if (callerText === undefined) return 'question';
  const text = callerText.trim();
  if (HESITATION.test(text)) return 'hesitation';
  if (QUESTION.test(text)) return 'question';
  return THANKS.test(text) ? 'thanks' : 'statement';
}
