/** What the bot says without having been asked: its phrases, and an operator's words. */
import { clipOf } from '../../telephony/line.ts';
import type { Clip } from '../../telephony/line.ts';
import type { SpeechPiece, Synthesizer } from '../../speech/synthesis/synthesizer.ts';
import type { History } from '../history.ts';
import type { Persona } from '../persona.ts';
import type { Mouth } from './mouth.ts';
import type { PhraseKind } from './phrase-book.ts';
import { WordsAhead } from './words-ahead.ts';
import type { SpeechKind, TurnOutcome } from '../../timeline/timeline.ts';

export interface SayingsOptions {
  readonly persona: () => Persona;
  readonly mouth: Mouth;
  readonly history: History;
  readonly synthesizer: Synthesizer;
}

/** What became of the words, by what became of their playback. */
const SAID = { heard: 'spoken', stopped: 'interrupted', failed: 'failed' } as const satisfies Record<
  string,
  TurnOutcome
>;

export class Sayings {
  readonly #options: SayingsOptions;

  constructor(options: SayingsOptions) {
    this.#options = options;
  }

  /** Says one phrase: rendered before, else shipped, else rendered now. What cannot be had is left out. Never rejects. */
  async phrase(kind: SpeechKind & PhraseKind, text: string, signal: AbortSignal): Promise<TurnOutcome> {
    const { book } = this.#options.persona().phrases;
    const [ready] = book.ready(kind, [text]);
    const pcm = ready?.pcm ?? (await book.render(text, signal).catch(() => undefined));
    if (signal.aborted) return 'interrupted';
    return pcm ? this.#say(clipOf(pcm), { kind, text }) : 'failed';
  }

  /** Begins to make words that nobody has rendered, for `ready`. */
  ahead(text: string, signal: AbortSignal): WordsAhead {
    return new WordsAhead(text, (wanted) => this.#synthesized(text, wanted), signal);
  }

  /** Says them, as far as they are made, until the signal aborts. Never rejects. */
  async ready(kind: SpeechKind, words: WordsAhead, signal: AbortSignal): Promise<TurnOutcome> {
    const drop = () => words.drop();
    signal.addEventListener('abort', drop, { once: true });
    const { sampleRateHz } = this.#options.mouth;
    const outcome = await this.#say({ sampleRateHz, audio: words.audio }, { kind, text: words.text });
    signal.removeEventListener('abort', drop);
    return outcome;
  }

  /** Says words that nobody has rendered, as they come; they are kept nowhere. Never rejects. */
  async once(kind: SpeechKind, text: string, signal: AbortSignal): Promise<TurnOutcome> {
    const { sampleRateHz } = this.#options.mouth;
    const audio = audioOf(this.#synthesized(text, signal));
    return this.#say({ sampleRateHz, audio }, { kind, text });
  }

  #synthesized(text: string, signal: AbortSignal): AsyncIterable<SpeechPiece> {
    const { mouth, persona, synthesizer } = this.#options;
    const { language, voice } = persona();
    return synthesizer.synthesize({ text, language, voice, sampleRateHz: mouth.sampleRateHz }, signal);
  }

  async #say(clip: Clip, words: { readonly kind: SpeechKind; readonly text: string }): Promise<TurnOutcome> {
    const { history, mouth } = this.#options;
    const { outcome } = await mouth.say(clip, words).finished;
    // What is said of recording is no part of the conversation.
    if (outcome === 'heard' && words.kind !== 'consent') history.botSaid(words.text);
    return SAID[outcome];
  }
}

async function* audioOf(pieces: AsyncIterable<SpeechPiece>): AsyncIterable<Uint8Array> {
  for await (const { pcm } of pieces) yield pcm;
}
