/**
 * Silences in the audio of a call what is masked in its texts. The caller's audio is held back until it is known what was said; of an
 * utterance with something private in it nothing is kept. Of the bot's, only the words in question, where their times are known.
 */
import { msToBytes } from '../../audio/pcm.ts';
import type { Pcm } from '../../audio/pcm.ts';
import { isUnderWay } from './call-tape.ts';
import type { CallTape, Growing } from './call-tape.ts';
import type { RecordedUtterance } from '../bundle/recorded-call.ts';
import type { Mask } from './redaction.ts';
import type { SoundTrack } from './sound-track.ts';

/** What was heard longer ago than this, ms, and belongs to no utterance, belongs to none that is still to begin. */
const UNDECIDED_MS = 2000;

/** Around what is masked, ms: a detector is late, a digit is told once it has sounded. */
const UTTERANCE_MARGIN_MS = 400;
const WORD_MARGIN_MS = 60;

type Utterance = Growing<RecordedUtterance>;

export class MaskedSound {
  readonly #tape: CallTape;
  readonly #mask: Mask;
  readonly #decided = new Set<Utterance>();
  #digits = 0;

  constructor(tape: CallTape, mask: Mask) {
    this.#tape = tape;
    this.#mask = mask;
  }

  /** Silences what is known to be private, and lets go of what cannot become so any more. */
  review(caller: SoundTrack): void {
    this.#silenceDigits(caller);
    const open = this.#tape.utterances.filter((utterance) => !this.#decided.has(utterance));
    for (const utterance of open) if (!isUnderWay(utterance.end)) this.#decide(utterance, caller);
    const undecided = open.filter((utterance) => !this.#decided.has(utterance));
    caller.letGo(Math.min(this.#tape.nowMs - UNDECIDED_MS, ...undecided.map(({ fromMs }) => fromMs)));
  }

  /** What may be kept of a clip of the bot from `fromMs` on. */
  masked(pcm: Pcm, fromMs: number, text: string): Pcm {
    this.#mask.learnFromBot(text);
    const words = this.#privateWords(text);
    if (words.length === 0) return pcm;
    const data = new Uint8Array(pcm.data);
    for (const { startMs, lengthMs } of words)
      data.fill(
        0,
        msToBytes(startMs - WORD_MARGIN_MS - fromMs, pcm.sampleRateHz),
        msToBytes(startMs + lengthMs + WORD_MARGIN_MS - fromMs, pcm.sampleRateHz),
      );
    return { ...pcm, data };
  }

  #decide(utterance: Utterance, caller: SoundTrack): void {
    this.#decided.add(utterance);
    const text = textOf(utterance);
    this.#mask.learn(text);
    if (isUnderstood(utterance, text) && !this.#mask.hides(text)) return;
    const toMs = utterance.finishedAtMs ?? utterance.end.atMs;
    caller.silence(utterance.fromMs - UTTERANCE_MARGIN_MS, toMs + UTTERANCE_MARGIN_MS);
  }

  #silenceDigits(caller: SoundTrack): void {
    const digits = this.#tape.hearing.filter(({ kind }) => kind === 'digit');
    for (const { atMs } of digits.slice(this.#digits))
      caller.silence(atMs - UTTERANCE_MARGIN_MS, atMs + UTTERANCE_MARGIN_MS);
    this.#digits = digits.length;
  }

  /** Where in the speech of `text` something is to be masked; all of it, where the words' times are not known. */
  #privateWords(text: string) {
    if (!this.#mask.hides(text)) return [];
    const synthesis = this.#tape.syntheses.findLast((candidate) => candidate.text === text);
    const words = synthesis?.pieces.flatMap((piece) => piece.words) ?? [];
    const masked = this.#mask.maskedWords(
      words.map(({ word }) => word),
      text,
    );
    const hidden = words.filter(({ word }, at) => masked[at] !== word || /\p{Nd}/u.test(word));
    return hidden.length > 0 ? hidden : [{ startMs: 0, lengthMs: Infinity }];
  }
}

/** What nobody has understood to its end may hold anything: its recognition failed, was given up, or heard no word. */
function isUnderstood({ end }: Utterance, text: string): boolean {
  return end.kind === 'done' && text !== '';
}

/** All that was understood at any time: what was corrected may have been right. */
function textOf({ events }: Utterance): string {
  const texts = events.flatMap(({ event }) => ('text' in event ? [event.text] : []));
  // Of a text that grows the last says all.
  return texts.filter((text, at) => !texts[at + 1]?.startsWith(text)).join('. ');
}
