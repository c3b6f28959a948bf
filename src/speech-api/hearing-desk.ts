/** Has recordings written down by whoever can. */
import { createHash } from 'node:crypto';
import { bytesToMs, durationMs } from '../audio/pcm.ts';
import type { Pcm } from '../audio/pcm.ts';
import { childOf } from '../base/abort.ts';
import type { Log } from '../base/log.ts';
import { SingleFlight } from '../speech/cache/single-flight.ts';
import { voiceKey } from '../speech/cache/voice-cache.ts';
import type { VoiceCache } from '../speech/cache/voice-cache.ts';
import { cutAtPauses } from '../speech/recognition/cut-at-pauses.ts';
import type { RecognitionProvider } from '../speech/recognition/recognizer.ts';
import { isSameLanguage, requireVendor } from './choose-voice.ts';
import { firstAble } from './first-able.ts';
import { decoded } from './formats/decoded.ts';
import { SpeechRefusal } from './refusal.ts';
import type { SpeechVendor } from './vendor.ts';
import type { VendorTally } from './vendor-tally.ts';

export interface HearingOrder {
  /** A whole file, of any kind that is known here. */
  readonly file: Uint8Array;
  /** BCP-47 or its first part; told by the provider where it is not given. */
  readonly language?: string | undefined;
  readonly preferred?: string | undefined;
}

export interface Segment {
  readonly startMs: number;
  readonly endMs: number;
  readonly text: string;
}

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
}

/** A line of subtitles, and what every provider takes at once: long enough for a sentence, and short enough to read. */
const PIECE = { maxMs: 12_000, maxBytes: 1_000_000 };
/** Pieces of one recording that are asked for at once. */
const AT_ONCE = 4;

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
  /** Of what was heard before. */
  readonly transcripts: VoiceCache<Transcript>;
}

export class HearingDesk {
  readonly #options: HearingDeskOptions;
  readonly #underWay = new SingleFlight<Transcript>();

  constructor(options: HearingDeskOptions) {
    this.#options = options;
  }

  /**
   * Whoever fails is left for the next, who hears it all. Throws UNSUPPORTED_FORMAT, AUDIO_PROCESSING_ERROR, AUDIO_TOO_LARGE,
   * PROVIDER_NOT_FOUND, PROVIDER_NOT_AVAILABLE, or what the last of them throws.
   */
  async hear(order: HearingOrder, signal: AbortSignal): Promise<Transcript> {
    const hearers = this.#hearers(order);
    const [first] = hearers;
    const { vendor, language } = first;
    const content = `${createHash('sha256').update(order.file).digest('base64url')} ${language}`;
    const key = voiceKey('stt', content, vendor.name, first.recognizer.name);
    const known = this.#options.transcripts.get(key);
    if (known) return { ...known, cached: true };
    return this.#underWay.share(
      key,
      async (shared) => {
        const transcript = await this.#heard(order, hearers, shared);
        const bytes = JSON.stringify(transcript).length * 2;
        if (transcript.provider === vendor.name) this.#options.transcripts.set(key, transcript, bytes);
        return transcript;
      },
      signal,
    );
  }

  async #heard({ file }: HearingOrder, hearers: readonly Hearer[], signal: AbortSignal): Promise<Transcript> {
    const { hasFfmpeg, log, tally } = this.#options;
    const pcm = await decoded(file, hasFfmpeg);
    return firstAble(
      hearers,
      { doing: 'hears', log, tally },
      signal,
      async ({ vendor, recognizer, language }) => {
        const transcript = await heard(recognizer, pcm, language, signal);
        return { ...transcript, provider: vendor.name, cached: false };
      },
    );
  }

  #hearers({ language = 'auto', preferred }: HearingOrder): readonly [Hearer, ...Hearer[]] {
    const { vendors } = this.#options;
    if (preferred !== undefined) requireVendor(vendors, preferred);
    const able = vendors.flatMap((vendor) => {
      const { recognizer } = vendor;
      if (!recognizer) return [];
      const tag = recognizer.capabilities.languages.find((one) => isSameLanguage(one, language)) ?? language;
      return recognizer.capabilities.hears(tag) ? [{ vendor, recognizer, language: tag }] : [];
    });
    const isLater = (name: string) => Number(preferred !== undefined && name !== preferred);
    const [first, ...others] = able.toSorted(
      (one, other) => isLater(one.vendor.name) - isLater(other.vendor.name),
    );
    if (first) return [first, ...others];
    throw new SpeechRefusal(
      'PROVIDER_NOT_AVAILABLE',
      vendors.some(({ recognizer }) => recognizer)
        ? 'Nobody here hears that language.'
        : 'Nobody here hears: recognition needs the key of a vendor, such as YANDEX_API_KEY.',
      { param: 'language' },
    );
  }
}

async function heard(
  recognizer: RecognitionProvider,
  pcm: Pcm,
  language: string,
  signal: AbortSignal,
): Promise<Omit<Transcript, 'provider' | 'cached'>> {
  const pieces = cutAtPauses(pcm, PIECE);
  const told: { text: string; language: string | undefined }[] = [];
  const next = pieces.entries();
  // Each takes the next piece as soon as it is done with one.
  const ended = childOf(signal);
  const worker = async () => {
    for (const [index, piece] of next)
      told[index] = await utterance(recognizer, piece, language, ended.signal);
  };
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
  } catch (error) {
    // Without one piece the others are of no use.
    ended.abort(error);
    throw error;
  } finally {
    ended.release();
  }
  let atMs = 0;
  const segments = pieces.map((piece, index): Segment => {
    const startMs = atMs;
    atMs += bytesToMs(piece.data.byteLength, piece.sampleRateHz);
    return { startMs, endMs: atMs, text: told[index]?.text ?? '' };
  });
  const spoken = segments.filter(({ text }) => text !== '');
  return {
    text: spoken.map(({ text }) => text).join(' '),
    language:
      told.find((one) => one.language !== undefined)?.language ??
      (language === 'auto' ? undefined : language),
    durationMs: durationMs(pcm),
    segments: spoken,
  };
}

async function utterance(recognizer: RecognitionProvider, pcm: Pcm, language: string, signal: AbortSignal) {
  const finals: string[] = [];
  let told: string | undefined;
  const request = { language, sampleRateHz: pcm.sampleRateHz };
  for await (const event of recognizer.recognize(once(pcm.data), request, signal)) {
    if (event.kind === 'final') {
      finals.push(event.text);
      told ??= event.language;
    } else if (event.kind === 'refined') finals[event.index] = event.text;
  }
  return { text: finals.filter((text) => text.trim() !== '').join(' '), language: told };
}

async function* once(data: Uint8Array): AsyncGenerator<Uint8Array> {
  yield data;
}
