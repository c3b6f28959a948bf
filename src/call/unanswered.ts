/** What the caller has said and is in no answer yet. An answer of which nothing was heard leaves it here, for the next one. */
import type { Utterance } from './listening/ear.ts';
import type { CallersTurn } from './turn.ts';

export class Unanswered {
  #utterances: readonly Utterance[] = [];

  get isEmpty(): boolean {
    return this.#utterances.length === 0;
  }

  /** All of it with what was heard now, for a turn. */
  with(heard: readonly Utterance[]): Said {
    this.#utterances = [...this.#utterances, ...heard];
    const asked = this.#utterances;
    return {
      endedAtMs: Math.max(...asked.map((utterance) => utterance.endedAtMs)),
      text: joined(asked.map((utterance) => utterance.text)),
      language: () => asked.at(-1)?.language(),
      utterances: asked,
      taken: () => (this.#utterances = []),
    };
  }
}

export interface Said extends Pick<CallersTurn, 'text' | 'language' | 'taken'> {
  /** When the caller ceased to speak, on the call's clock. */
  readonly endedAtMs: number;
  readonly utterances: readonly Utterance[];
}

/** All texts that could be recognised, in order; rejects as the first does if none could. */
async function joined(texts: readonly Promise<string>[]): Promise<string> {
  const settled = await Promise.allSettled(texts);
  const heard = settled.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  const failed = settled.find((result) => result.status === 'rejected');
  if (failed && heard.length === 0) throw failed.reason;
  return heard.join(' ').trim();
}
