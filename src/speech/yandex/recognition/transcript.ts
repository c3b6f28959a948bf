/** Reads the messages of one session after another into the events of one utterance, so that nothing is told twice or lost between them. */
import type { Alternative, StreamingResponse } from '../proto.ts';
import type { RecognitionEvent } from '../../recognition/recognizer.ts';
import { fromYandexLanguage } from './languages.ts';

/**
 * A word that ends this close to where a full session was cut off may have been cut itself, in milliseconds: it is left to the next
 * session. Longer than most syllables; a whole word that is heard again costs nothing.
 */
const CUT_WORD_MS = 300;

/** What a transcript has to know of the session that it reads. */
export interface SessionPlace {
  /** A time of the session's clock as a place in the utterance. */
  toUtteranceMs(sessionMs: number): number;
  /** Where in the utterance the session was cut off; Infinity if it was not. */
  readonly cutMs: number;
}

export class Transcript {
  #place: SessionPlace = { toUtteranceMs: (sessionMs) => sessionMs, cutMs: Infinity };
  /** For each final of the session its index in the utterance, nothing if it was not told. */
  #indexes: (number | undefined)[] = [];
  #finals = 0;
  #partial = '';
  #settledMs = 0;

  /** Up to where the utterance is final, in milliseconds: no later session needs to hear it again. */
  get settledMs(): number {
    return this.#settledMs;
  }

  /** Nothing has been said since the last final. */
  get isPause(): boolean {
    return this.#partial === '';
  }

  beginSession(place: SessionPlace): void {
    this.#place = place;
    this.#indexes = [];
    this.#partial = '';
  }

  /** Status messages, empty partials and the provider's analyses are ordinary, and tell nothing. */
  read(response: StreamingResponse): readonly RecognitionEvent[] {
    switch (response.Event) {
      case 'partial':
        return this.#readPartial(response.partial?.alternatives[0]?.text.trim() ?? '');
      case 'final':
        return this.#readFinal(response);
      case 'final_refinement':
        return this.#readRefinement(response);
      case 'eou_update':
        return [{ kind: 'endOfUtterance' }];
      default:
        return [];
    }
  }

  #readPartial(text: string): readonly RecognitionEvent[] {
    if (text === this.#partial) return [];
    this.#partial = text;
    return [{ kind: 'partial', text }];
  }

  #readFinal({ final, audio_cursors: cursors }: StreamingResponse): readonly RecognitionEvent[] {
    const best = final?.alternatives[0];
    this.#partial = '';
    const whole = best ? this.#withoutCutWord(best) : undefined;
    const text = (whole ?? best)?.text.trim() ?? '';
    const endMs = (whole ?? best)?.end_time_ms || cursors?.final_time_ms || 0;
    this.#settledMs = Math.max(this.#settledMs, this.#place.toUtteranceMs(endMs));
    // A final without its cut word is not refined: the refinement would bring the word back.
    this.#indexes.push(text === '' || whole ? undefined : this.#finals);
    if (text === '') return [];
    this.#finals++;
    return [{ kind: 'final', text, language: best && languageOf(best) }];
  }

  #readRefinement({ final_refinement: refinement }: StreamingResponse): readonly RecognitionEvent[] {
    const index = refinement && this.#indexes[refinement.final_index];
    const text = refinement?.normalized_text?.alternatives[0]?.text.trim() ?? '';
    return index === undefined || text === '' ? [] : [{ kind: 'refined', index, text }];
  }

  /** What is certain of a final whose last word was cut off with its session; nothing if it was not. */
  #withoutCutWord({ words }: Alternative): Pick<Alternative, 'text' | 'end_time_ms'> | undefined {
    const last = words.at(-1);
    if (!last || this.#place.toUtteranceMs(last.end_time_ms) < this.#place.cutMs - CUT_WORD_MS)
      return undefined;
    const text = words
      .slice(0, -1)
      .map((word) => word.text)
      .join(' ');
    return { text, end_time_ms: last.start_time_ms };
  }
}

function languageOf({ languages }: Alternative): string | undefined {
  const [first, ...others] = languages;
  if (!first) return undefined;
  const likeliest = others.reduce(
    (best, other) => (other.probability > best.probability ? other : best),
    first,
  );
  return fromYandexLanguage(likeliest.language_code);
}
