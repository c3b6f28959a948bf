/** What is heard in one turn: the chunks of the answer in their order, and small words in every gap. */
import { unlessAborted } from '../base/async.ts';
import type { Clock } from '../base/clock.ts';
import { bytesToMs } from '../audio/pcm.ts';
import { resampled } from '../audio/resample.ts';
import type { Chunk } from '../llm/chunking/chunker.ts';
import { clipOf } from '../telephony/line.ts';
import type { Playback } from '../telephony/line.ts';
import type { SpokenChunk } from '../speech/synthesis/ordered-speech.ts';
import { SMALL_TALK } from '../timeline/kinds.ts';
import type { SpeechKind } from '../timeline/timeline.ts';
import type { Answer } from './answer.ts';
import { heardPart } from './history.ts';
import type { History } from './history.ts';
import { BridgedSpeech } from './speaking/bridged-speech.ts';
import type { Fillers } from './speaking/fillers.ts';
import type { Mouth } from './speaking/mouth.ts';
import { HOLD_AFTER_MS } from './speaking/never-silent.ts';
import type { ReadyPhrase } from './speaking/phrase-book.ts';

export interface TurnSpeechOptions {
  readonly clock: Clock;
  readonly mouth: Mouth;
  readonly fillers: Fillers;
  readonly history: History;
  /** Aborts when the work of the turn is over: nothing more is begun. */
  readonly work: AbortSignal;
  /** Told of a chunk that could not be made. */
  readonly onFailure: (error: unknown) => void;
}

export class TurnSpeech {
  readonly #options: TurnSpeechOptions;
  readonly #playing: Promise<void>[] = [];
  #apologised = false;
  #heardChunks = 0;
  /** All chunks of the answer have been handed to the player. */
  #isAllSaid = false;
  /** How much of the chunk that ended last was heard, 0 to 1. */
  #lastHeardShare = 0;
  #said = '';
  #isUnplayable = false;

  constructor(options: TurnSpeechOptions) {
    this.#options = options;
  }

  /** Of the answer, what was heard whole. */
  get said(): string {
    return this.#said;
  }

  /** Something of the answer was heard. */
  get wasHeard(): boolean {
    return this.#heardChunks > 0;
  }

  /** The telephone could not play the last phrase. */
  get isUnplayable(): boolean {
    return this.#isUnplayable;
  }

  /** Whoever says yes over the last word of a question has heard what was asked. */
  get wasUnderstood(): boolean {
    return this.#isAllSaid && this.#lastHeardShare >= ENOUGH_HEARD;
  }

  /** Says an answer, chunk by chunk; resolves when the last one has been handed to the player. */
  async answer(answer: Answer, onProgress: () => void): Promise<void> {
    for await (const spoken of answer.chunks) {
      await this.#sayChunk(spoken);
      onProgress();
    }
    this.#isAllSaid = true;
  }

  /** Once a turn: hearing the same excuse for every chunk helps nobody. */
  apologise(): void {
    if (this.#apologised) return;
    this.#apologised = true;
    this.phrase('apology', this.#options.fillers.apology());
  }

  phrase(kind: SpeechKind, phrase: ReadyPhrase | undefined): void {
    if (!phrase) return;
    const { mouth, history } = this.#options;
    const playback = mouth.say(clipOf(phrase.pcm), { kind, text: phrase.text });
    this.#playing.push(
      playback.finished.then(({ outcome }) => {
        this.#isUnplayable = outcome === 'failed';
        if (outcome === 'heard' && !SMALL_TALK.has(kind)) history.botSaid(phrase.text);
      }),
    );
  }

  /** Resolves when all that was begun has been heard, or was stopped. */
  async heardOut(): Promise<void> {
    await Promise.all(this.#playing);
  }

  /** Says a chunk as soon as it can begin, or the apology in its place: the answer goes on without it. */
  async #sayChunk(spoken: SpokenChunk<Chunk>): Promise<void> {
    const { mouth, onFailure, work } = this.#options;
    const { index, text, written = text } = spoken.chunk;
    try {
      await unlessAborted(spoken.firstAudio, work);
      if (mouth.startsOn === 'wholeClip') await unlessAborted(spoken.whole, work);
    } catch (error) {
      work.throwIfAborted();
      onFailure(error);
      spoken.release();
      return this.apologise();
    }
    const speech = this.#bridged(spoken.audio);
    const playback = mouth.say(
      { sampleRateHz: mouth.sampleRateHz, audio: speech.audio() },
      { kind: 'answer', index, text: written },
    );
    void playback.started.then((atMs) => speech.started(atMs));
    this.#playing.push(this.#follow(spoken, speech, playback));
  }

  /** A chunk that stays away in its middle, with a hold phrase in the gap. */
  #bridged(audio: AsyncIterable<Uint8Array>): BridgedSpeech {
    const { clock, fillers, mouth } = this.#options;
    const { sampleRateHz } = mouth;
    const bridge = () => {
      const phrase = fillers.hold();
      return phrase && resampled(phrase.pcm, sampleRateHz).data;
    };
    return new BridgedSpeech({ clock, audio, sampleRateHz, afterMs: HOLD_AFTER_MS, bridge });
  }

  /** Notes what the caller heard of a chunk, in the order in which the chunks end. Never rejects. */
  async #follow(spoken: SpokenChunk<Chunk>, speech: BridgedSpeech, playback: Playback): Promise<void> {
    const { history, mouth } = this.#options;
    const { text, written = text } = spoken.chunk;
    let isWhole = false;
    spoken.whole.then(
      () => (isWhole = true),
      () => undefined,
    );
    const { outcome, heardMs: allHeardMs } = await playback.finished;
    const heardMs = speech.withoutBridges(allHeardMs);
    spoken.release();
    if (outcome === 'heard' || heardMs > 0) this.#heardChunks++;
    this.#lastHeardShare = outcome === 'heard' ? 1 : 0;
    if (outcome === 'heard') {
      this.#said = `${this.#said} ${written}`;
      return history.botSaid(written);
    }
    const { audioBytes, words } = spoken.soFar;
    const audioMs = bytesToMs(audioBytes, mouth.sampleRateHz);
    if (isWhole && audioMs > 0) this.#lastHeardShare = heardMs / audioMs;
    history.botSaid(heardPart(written, heardMs, { audioMs, isWhole, words }));
    if (outcome === 'stopped') history.cutHere();
  }
}

/** So much of its last words, and an interrupted answer has said what it had to say. */
const ENOUGH_HEARD = 0.6;
