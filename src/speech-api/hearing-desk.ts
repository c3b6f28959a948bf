/** Has recordings written down by whoever can. */
import { durationMs } from '../audio/pcm.ts';
import type { Log } from '../base/log.ts';
import type { Spans } from '../base/spans.ts';
import { SingleFlight } from '../speech/cache/single-flight.ts';
import type { LayeredCache } from '../speech/cache/layered-cache.ts';
import { memoryKey } from '../speech/cache/voice-key.ts';
import { cutAtPauses } from '../speech/recognition/cut-at-pauses.ts';
import type { HeardWord, RecognitionProvider } from '../speech/recognition/recognizer.ts';
import { requireVendor } from './choose-voice.ts';
import { firstAble } from './first-able.ts';
import type { Asking } from './first-able.ts';
import { decoded } from './formats/decoded.ts';
import { withoutNoise } from './formats/without-noise.ts';
import { HeardPieces, mean } from './hear-pieces.ts';
import type { HeardPiece } from './hear-pieces.ts';
import type { Guard } from './guards/guard.ts';
import { isSameLanguage, unknownLanguage } from './known-languages.ts';
import { SpeechRefusal } from './refusal.ts';
import type { HearingOrder } from './speech-orders.ts';
import type { SpeechVendor } from './vendor.ts';
import type { VendorTally } from './vendor-tally.ts';
import { recordingKey } from './voice-keys.ts';
import type { Warning } from './warning.ts';

export type Segment = Pick<HeardPiece, 'startMs' | 'endMs' | 'text'>;

export interface Transcript {
  readonly provider: string;
  /** It was heard before. */
  readonly cached: boolean;
  readonly text: string;
  /** As the provider told it, or as it was asked for. */
  readonly language: string | undefined;
  readonly durationMs: number;
  /** Between pauses, without those in which nothing was said. */
  readonly segments: readonly Segment[];
  /** Where they were asked for, and somebody can tell. */
  readonly words: readonly HeardWord[] | undefined;
  /** 0 to 1, of a provider that says how sure it is. */
  readonly confidence: number | undefined;
  /** What of the order could not be done. */
  readonly warnings: readonly Warning[];
}

/** A line of subtitles, and what every provider takes at once: long enough for a sentence, and short enough to read. */
const PIECE = { maxMs: 12_000, maxBytes: 1_000_000 };

interface Hearer {
  readonly vendor: SpeechVendor;
  readonly recognizer: RecognitionProvider;
  readonly language: string;
}

export interface HearingDeskOptions {
  readonly vendors: readonly SpeechVendor[];
  readonly hasFfmpeg: boolean;
  readonly log: Log;
  readonly tally: VendorTally;
  readonly spans: Spans;
  readonly rest?: Asking['rest'];
  readonly hedge?: Asking['hedge'];
  /** Of what was heard before. */
  readonly transcripts: LayeredCache<Transcript>;
  /** Looks at every file before it is read. */
  readonly fileGuard?: Guard<Uint8Array> | undefined;
}

export class HearingDesk {
  readonly #options: HearingDeskOptions;
  readonly #underWay = new SingleFlight<Transcript>();

  constructor(options: HearingDeskOptions) {
    this.#options = options;
  }

  /**
   * Whoever fails is left for the next, who hears it all, but what `onSegment` was told already: each segment once, in its order, as soon
   * as it is known. Throws UNSUPPORTED_FORMAT, AUDIO_PROCESSING_ERROR, AUDIO_TOO_LARGE, PROVIDER_NOT_FOUND, PROVIDER_NOT_AVAILABLE, LANGUAGE_NOT_SUPPORTED, or
   * what the last of them throws.
   */
  async hear(
    order: HearingOrder,
    signal: AbortSignal,
    onSegment?: (segment: Segment) => void,
  ): Promise<Transcript> {
    const hearers = this.#hearers(order);
    const [first] = hearers;
    await this.#options.fileGuard?.pass(order.file, signal);
    const { vendor, language } = first;
    const { transcripts } = this.#options;
    const key = recordingKey(vendor, language, order);
    const again = (known: Transcript) => {
      for (const segment of known.segments) onSegment?.(segment);
      return { ...known, cached: true };
    };
    const work = async (shared: AbortSignal) => {
      const claim = await transcripts.claim(key, shared);
      if (claim.value) return again(claim.value);
      try {
        const transcript = await this.#heard(order, hearers, shared, onSegment);
        const bytes = JSON.stringify(transcript).length * 2;
        if (transcript.provider === vendor.name) transcripts.set(key, transcript, bytes);
        return transcript;
      } finally {
        claim.release();
      }
    };
    // Who is told meanwhile hears for itself.
    return onSegment ? work(signal) : this.#underWay.share(memoryKey(key), work, signal);
  }

  async #heard(
    { file, wordTimes, noiseReduction }: HearingOrder,
    hearers: readonly Hearer[],
    signal: AbortSignal,
    onSegment?: (segment: Segment) => void,
  ): Promise<Transcript> {
    const { hasFfmpeg, log, spans, tally, rest, hedge } = this.#options;
    const recording = await decoded(file, hasFfmpeg, signal);
    const pcm = noiseReduction && hasFfmpeg ? await withoutNoise(recording, signal) : recording;
    const onPiece = onSegment && ((piece: HeardPiece) => void (piece.text !== '' && onSegment(piece)));
    const pieces = new HeardPieces(cutAtPauses(pcm, PIECE), onPiece);
    const asking = { doing: 'hears', log, spans, tally, rest, hedge: onSegment ? undefined : hedge } as const;
    return firstAble(hearers, asking, signal, async ({ vendor, recognizer, language }, signal) => {
      const request = { language, ...(wordTimes && { timeWords: true as const }) };
      const heard = await pieces.hearWith(recognizer, request, signal);
      const spoken = heard.filter(({ text }) => text !== '');
      const words = spoken.flatMap((piece) => piece.words);
      const isTimed = wordTimes === true && (words.length > 0 || spoken.length === 0);
      const untimed = { field: 'word_timestamps', message: `${vendor.name} tells no times of words.` };
      const noisy = { field: 'noise_reduction', message: 'It takes ffmpeg, which is not installed.' };
      return {
        provider: vendor.name,
        cached: false,
        text: spoken.map(({ text }) => text).join(' '),
        language:
          heard.find((one) => one.language !== undefined)?.language ??
          (language === 'auto' ? undefined : language),
        durationMs: durationMs(pcm),
        segments: spoken.map(({ startMs, endMs, text }) => ({ startMs, endMs, text })),
        words: isTimed ? words : undefined,
        confidence: mean(spoken.flatMap(({ confidence }) => confidence ?? [])),
        warnings: [
          ...(wordTimes && !isTimed ? [untimed] : []),
          ...(noiseReduction && !hasFfmpeg ? [noisy] : []),
        ],
      };
    });
  }

  #hearers({ language = 'auto', preferred, wordTimes }: HearingOrder): readonly [Hearer, ...Hearer[]] {
    const { vendors } = this.#options;
    if (preferred !== undefined) requireVendor(vendors, preferred);
    const able = vendors.flatMap((vendor) => {
      const { recognizer } = vendor;
      if (!recognizer) return [];
      const tag = recognizer.capabilities.languages.find((one) => isSameLanguage(one, language)) ?? language;
      return recognizer.capabilities.hears(tag) ? [{ vendor, recognizer, language: tag }] : [];
    });
    const rank = ({ vendor, recognizer }: Hearer) =>
      vendor.name === preferred ? 0 : wordTimes && !recognizer.capabilities.timesWords ? 2 : 1;
    const [first, ...others] = able.toSorted((one, other) => rank(one) - rank(other));
    if (first) return [first, ...others];
    const hearing = vendors.flatMap(({ recognizer }) => recognizer ?? []);
    if (hearing.length === 0)
      throw new SpeechRefusal(
        'PROVIDER_NOT_AVAILABLE',
        'Nobody here hears: recognition needs the key of a vendor, such as YANDEX_API_KEY.',
      );
    const supported = hearing.flatMap(({ capabilities }) => capabilities.languages);
    throw unknownLanguage({
      language: language === 'auto' ? undefined : language,
      does: 'hears',
      supported: supported.filter((tag) => tag !== 'auto'),
      param: 'language',
    });
  }
}
