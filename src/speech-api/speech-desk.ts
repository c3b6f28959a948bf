/** Has texts spoken by whoever can, in the format that is wanted. */
import { bytesToMs, joinedBytes, silence } from '../audio/pcm.ts';
import { Resampler } from '../audio/resample.ts';
import { childOf, untilAborted } from '../base/abort.ts';
import { once } from '../base/async.ts';
import type { Clock } from '../base/clock.ts';
import { ParleyError } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import type { Spans } from '../base/spans.ts';
import { unansweredAfter } from '../base/unanswered-after.ts';
import type { LayeredCache } from '../speech/cache/layered-cache.ts';
import type { VoiceKey } from '../speech/cache/voice-key.ts';
import { CachingSynthesizer } from '../speech/synthesis/cache.ts';
import { speakInOrder } from '../speech/synthesis/ordered-speech.ts';
import type { SynthesisCapabilities } from '../speech/synthesis/provider.ts';
import type { Synthesizer } from '../speech/synthesis/synthesizer.ts';
import { speakersFor } from './choose-voice.ts';
import type { Speaker } from './choose-voice.ts';
import { firstAble } from './first-able.ts';
import type { Asking } from './first-able.ts';
import { shaped } from './formats/shaped.ts';
import { encoded, requireFormat, withSizes } from './formats/speech-formats.ts';
import type { SpeechFormat } from './formats/speech-formats.ts';
import type { Guard } from './guards/guard.ts';
import type { KeptSpeech } from './kept.ts';
import { SpeechRefusal } from './refusal.ts';
import { piecesOf, scriptOf } from './script.ts';
import { requireSayable } from './speech-bounds.ts';
import type { SpeechOrder } from './speech-orders.ts';
import type { Script, ScriptPart } from './ssml.ts';
import { voicesOf } from './vendor.ts';
import type { SpeechVendor } from './vendor.ts';
import type { VendorTally } from './vendor-tally.ts';
import { speechKey } from './voice-keys.ts';
import type { Warning } from './warning.ts';

/** OpenAI's PCM has this rate, and says so nowhere. https://platform.openai.com/docs/guides/text-to-speech */
const SAMPLE_RATE_HZ = 24_000;
/** A Synthesizer takes as much at once. */
const MOST_OF_A_PIECE = 250;
/** Parts of one text that are spoken ahead of the one that is being sent. */
const WINDOW = 2;
/** From the request to the first sound, ms, of each provider: a program waits, and no caller. */
const FIRST_AUDIO_WITHIN_MS = 10_000;

/** Speech that has begun. */
export interface Speech {
  readonly provider: string;
  readonly voice: string;
  readonly format: SpeechFormat;
  readonly sampleRateHz: number;
  /** How many parts it is made of: one comes at once. */
  readonly parts: number;
  /** In the format, while it arrives. Read it once. Throws what the synthesis throws. */
  readonly audio: AsyncIterable<Uint8Array>;
  /** Under which it is kept. */
  readonly key: VoiceKey;
  /** It was made before, and comes at once. */
  readonly cached: boolean;
  /** Of what has been read so far, ms. */
  readonly durationMs: () => number;
  /** What of the order could not be done. */
  readonly warnings: readonly Warning[];
}

export interface SpeechDeskOptions {
  readonly vendors: readonly SpeechVendor[];
  readonly hasFfmpeg: boolean;
  readonly clock: Clock;
  readonly log: Log;
  readonly tally: VendorTally;
  readonly spans: Spans;
  readonly rest?: Asking['rest'];
  readonly hedge?: Asking['hedge'];
  readonly cache: LayeredCache<KeptSpeech>;
  /** Looks at every text before it is spoken. */
  readonly textGuard?: Guard<string> | undefined;
}

export class SpeechDesk {
  readonly #options: SpeechDeskOptions;
  readonly #shared: ReadonlyMap<string, Synthesizer>;

  constructor(options: SpeechDeskOptions) {
    this.#options = options;
    // Who asks for the same at the same time hears the same; what is whole is kept in its format, and not here.
    const settings = { maxBytes: 0 };
    this.#shared = new Map(
      options.vendors.flatMap(({ name, synthesizer }) =>
        synthesizer ? [[name, new CachingSynthesizer(synthesizer, { settings })]] : [],
      ),
    );
  }

  /**
   * Resolves at the first sound. Whoever fails before it is left for the next one; behind it the speech ends with the failure. Throws
   * TEXT_TOO_LONG, VALIDATION_ERROR, UNSUPPORTED_FORMAT, PROVIDER_NOT_FOUND, PROVIDER_NOT_AVAILABLE, LANGUAGE_NOT_SUPPORTED, or what the last of them throws.
   */
  async speak(order: SpeechOrder, signal: AbortSignal): Promise<Speech> {
    const { vendors, hasFfmpeg, log, spans, tally, rest, hedge } = this.#options;
    requireSayable(order.text, 'text');
    requireFormat(order.format, hasFfmpeg);
    const script = scriptOf(order);
    const pieces = piecesOf(script, MOST_OF_A_PIECE);
    if (pieces.length === 0)
      throw new SpeechRefusal('VALIDATION_ERROR', 'There is nothing in the text that can be said.', {
        param: 'text',
      });
    const text = pieces.map((piece) => piece.text).join(' ');
    const speakers = speakersFor(vendors, { ...order, text });
    const [first] = speakers;
    await this.#options.textGuard?.pass(text, signal);
    const key = keyOf(first, order);
    const claim = await this.#options.cache.claim(key, signal);
    if (claim.value)
      return { ...known(first, order, key, claim.value), warnings: warningsOf(first, order, script) };
    // Also of speech that nobody begins to read: who has gone keeps no other process waiting.
    const release = () => {
      signal.removeEventListener('abort', release);
      claim.release();
    };
    signal.addEventListener('abort', release);
    try {
      const speech = await firstAble(
        speakers,
        { doing: 'speaks', log, spans, tally, rest, hedge },
        signal,
        async (speaker, its) => ({
          ...(await this.#spokenBy(speaker, pieces, order, its)),
          warnings: warningsOf(speaker, order, script),
        }),
      );
      return { ...speech, audio: ending(speech.audio, release) };
    } catch (error) {
      release();
      throw error;
    }
  }

  /** The same pieces, which are kept once they are whole. */
  async *#remembered(
    key: VoiceKey,
    format: SpeechFormat,
    pieces: AsyncIterable<Uint8Array>,
    durationMs: () => number,
  ): AsyncGenerator<Uint8Array> {
    const read: Uint8Array[] = [];
    for await (const piece of pieces) {
      read.push(piece);
      yield piece;
    }
    // Only a WAV file is written into, and has a header besides.
    const bytes = withSizes(format, joinedBytes(read), SAMPLE_RATE_HZ);
    this.#options.cache.set(key, { bytes, durationMs: durationMs() }, bytes.byteLength);
  }

  async #spokenBy(
    speaker: Speaker,
    pieces: readonly ScriptPart[],
    order: SpeechOrder,
    signal: AbortSignal,
  ): Promise<Omit<Speech, 'warnings'>> {
    const { vendor, voice, language } = speaker;
    const { format, pitch = 1, volume = 1 } = order;
    // Read faster afterwards.
    const speed = order.speed / pitch;
    const { synthesizer } = vendor;
    if (!synthesizer) throw new SpeechRefusal('PROVIDER_NOT_AVAILABLE', `${vendor.name} does not speak.`);
    const request = {
      language,
      voice: { name: voice, speed, role: roleOf(speaker, order) },
      sampleRateHz: rateOf(synthesizer.capabilities.sampleRatesHz),
    };
    const shared = this.#shared.get(vendor.name) ?? synthesizer;
    const pcm = await this.#begun(vendor.name, spokenPieces(shared, request, pieces), signal);
    let bytes = 0;
    const durationMs = () => bytesToMs(bytes, SAMPLE_RATE_HZ);
    const spoken = { sampleRateHz: SAMPLE_RATE_HZ, pieces: atRate(pcm, request.sampleRateHz) };
    const counted = tapped(shaped(spoken, { pitch, volume }), (piece) => (bytes += piece.byteLength));
    const key = keyOf(speaker, order);
    const inFormat = encoded(format, { sampleRateHz: SAMPLE_RATE_HZ, pieces: counted });
    return {
      provider: vendor.name,
      voice,
      format,
      sampleRateHz: SAMPLE_RATE_HZ,
      parts: pieces.length,
      key,
      cached: false,
      audio: this.#remembered(key, format, inFormat, durationMs),
      durationMs,
    };
  }

  /** The same pieces once the first is there. Throws TTS_TIMEOUT if it does not come. */
  async #begun(
    name: string,
    spoken: (signal: AbortSignal) => AsyncIterable<Uint8Array>,
    signal: AbortSignal,
  ): Promise<AsyncIterable<Uint8Array>> {
    const patience = childOf(signal);
    const cancel = unansweredAfter(this.#options.clock, FIRST_AUDIO_WITHIN_MS, () =>
      patience.abort(
        new ParleyError('TTS_TIMEOUT', `${name} sent no audio for ${FIRST_AUDIO_WITHIN_MS} ms.`),
      ),
    );
    const iterator = untilAborted(spoken(patience.signal), patience.signal)[Symbol.asyncIterator]();
    try {
      const first = await iterator.next();
      return rest(first, iterator, () => patience.release());
    } catch (error) {
      patience.release();
      throw error;
    } finally {
      cancel();
    }
  }
}

/** Who steps in for another has manners of its own. */
function roleOf({ vendor, voice }: Speaker, { role }: SpeechOrder): string | undefined {
  const { roles = [] } = voicesOf(vendor).find(({ name }) => name === voice) ?? {};
  return role !== undefined && roles.includes(role) ? role : undefined;
}

function warningsOf(speaker: Speaker, order: SpeechOrder, { warnings }: Script): readonly Warning[] {
  const { role } = order;
  if (role === undefined || roleOf(speaker, order) !== undefined) return warnings;
  const { roles = [] } = voicesOf(speaker.vendor).find(({ name }) => name === speaker.voice) ?? {};
  const message = `The voice ${speaker.voice} speaks in no such manner, only: ${roles.join(', ') || 'its own'}.`;
  return [...warnings, { field: 'emotion', message }];
}

function known(
  { vendor, voice }: Speaker,
  { format }: SpeechOrder,
  key: VoiceKey,
  { bytes, durationMs }: KeptSpeech,
): Omit<Speech, 'warnings'> {
  return {
    provider: vendor.name,
    voice,
    format,
    sampleRateHz: SAMPLE_RATE_HZ,
    parts: 1,
    key,
    cached: true,
    audio: once(bytes),
    durationMs: () => durationMs,
  };
}

/** The same pieces; `onEnd` when they have been read, or nobody wants more of them. */
async function* ending(pieces: AsyncIterable<Uint8Array>, onEnd: () => void): AsyncGenerator<Uint8Array> {
  try {
    yield* pieces;
  } finally {
    onEnd();
  }
}

function keyOf(speaker: Speaker, order: SpeechOrder): VoiceKey {
  return speechKey(speaker, order, roleOf(speaker, order));
}

/** One part after the other, the next ones meanwhile. */
function spokenPieces(
  synthesizer: Synthesizer,
  request: Parameters<typeof speakInOrder>[1]['request'],
  texts: readonly ScriptPart[],
): (signal: AbortSignal) => AsyncIterable<Uint8Array> {
  const [only, ...others] = texts;
  if (only && only.beforeMs === 0 && others.length === 0)
    return async function* (inner) {
      const pieces = synthesizer.synthesize({ ...request, text: only.text }, inner);
      for await (const { pcm } of pieces) if (pcm.byteLength > 0) yield pcm;
    };
  return async function* (inner) {
    const ended = childOf(inner);
    try {
      const chunks = speakInOrder(each(texts), { synthesizer, request, window: WINDOW }, ended.signal);
      for await (const chunk of chunks) {
        const { beforeMs } = chunk.chunk;
        if (beforeMs > 0) yield silence(beforeMs, request.sampleRateHz).data;
        yield* chunk.audio;
        chunk.release();
      }
      inner.throwIfAborted();
    } finally {
      // Whoever stops listening wants none of what was begun ahead.
      ended.abort(NOBODY_LISTENS);
    }
  };
}

/** One for all: it is told at the end of every speech, and where from is of no interest. */
const NOBODY_LISTENS = new Error('Nobody listens any more.');

async function* each(texts: readonly ScriptPart[]): AsyncGenerator<ScriptPart> {
  yield* texts;
}

async function* rest(
  first: IteratorResult<Uint8Array>,
  iterator: AsyncIterator<Uint8Array>,
  onEnd: () => void,
): AsyncGenerator<Uint8Array> {
  try {
    for (let next = first; !next.done; next = await iterator.next()) yield next.value;
  } finally {
    onEnd();
    await iterator.return?.();
  }
}

async function* tapped(
  pieces: AsyncIterable<Uint8Array>,
  onPiece: (piece: Uint8Array) => void,
): AsyncGenerator<Uint8Array> {
  for await (const piece of pieces) {
    onPiece(piece);
    yield piece;
  }
}

function atRate(pieces: AsyncIterable<Uint8Array>, fromHz: number): AsyncIterable<Uint8Array> {
  return fromHz === SAMPLE_RATE_HZ ? pieces : resampled(pieces, fromHz);
}

async function* resampled(pieces: AsyncIterable<Uint8Array>, fromHz: number): AsyncGenerator<Uint8Array> {
  const resampler = new Resampler(fromHz, SAMPLE_RATE_HZ);
  for await (const piece of pieces) {
    const converted = resampler.push(piece);
    if (converted.byteLength > 0) yield converted;
  }
  const last = resampler.flush();
  if (last.byteLength > 0) yield last;
}

/** That of the answer if the provider has it, otherwise its highest. */
function rateOf(rates: SynthesisCapabilities['sampleRatesHz']): number {
  if ('from' in rates) return Math.min(Math.max(SAMPLE_RATE_HZ, rates.from), rates.to);
  return rates.includes(SAMPLE_RATE_HZ) ? SAMPLE_RATE_HZ : Math.max(...rates);
}
