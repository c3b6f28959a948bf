import { BYTES_PER_SAMPLE, concatBytes } from '../../audio/pcm.ts';
import { ParleyError } from '../../base/errors.ts';

/** RIFF/WAVE header: three words, then chunks of a name, a length and a body. */
const RIFF_HEADER_BYTES = 12;
const CHUNK_HEADER_BYTES = 8;
const FORMAT_BODY_BYTES = 16;
const FORMAT_LINEAR_PCM = 1;
/** A header longer than this is none; a plain one has 44 bytes. */
const MAX_WAV_HEADER_BYTES = 4096;
/** Streaming servers that do not know the length yet write 0, or a number near the top of 32 bits. */
const LONGEST_KNOWN_LENGTH = 0x7fff_0000;

/** How other things than LINEAR16 begin. The odds that speech does are those of guessing four bytes. */
const FOREIGN_BEGINNINGS = ['OggS', 'ID3\u0003', 'ID3\u0004', 'fLaC', '{"er', '{"co', '<htm', '<!DO', '<?xm'];

/**
 * Makes whole samples of the bytes that a server sends. Answers that were asked for as raw LINEAR16 carry no header; one
 * that comes unasked is taken off, and its rate must be the one asked for (a WAV container defaults to 22 050 Hz).
 * Throws TTS_BAD_ANSWER for audio of another kind.
 */
export class PcmAssembler {
  readonly #sampleRateHz: number;
  /** Bytes that wait: for the beginning to be told, later for the other half of a sample. */
  #rest = new Uint8Array(0);
  #beginningTold = false;
  /** Audio that a WAV header still allows; what follows is not audio. */
  #allowedBytes = Infinity;
  #audioBytes = 0;

  constructor(sampleRateHz: number) {
    this.#sampleRateHz = sampleRateHz;
  }

  /** Audio handed out so far. */
  get audioBytes(): number {
    return this.#audioBytes;
  }

  /** The whole samples that are complete with these bytes; may be empty. */
  push(bytes: Uint8Array): Uint8Array {
    // A plain view: slice() of Node's Buffer, which is a Uint8Array too, would not copy.
    const plain = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const all = this.#rest.byteLength > 0 ? concatBytes([this.#rest, plain]) : plain;
    const audioAt = this.#beginningTold ? 0 : this.#audioStart(all);
    if (audioAt === undefined) {
      this.#rest = all.slice();
      return new Uint8Array(0);
    }
    this.#beginningTold = true;
    return this.#wholeSamples(all.subarray(audioAt));
  }

  /** Call at the end of the answer. Throws TTS_BAD_ANSWER if there was no audio in it; less than two samples are none. */
  end(): void {
    if (this.#audioBytes === 0) throw new ParleyError('TTS_BAD_ANSWER', 'The answer held no audio.');
  }

  #wholeSamples(bytes: Uint8Array): Uint8Array {
    const allowed = bytes.subarray(0, Math.min(bytes.byteLength, this.#allowedBytes));
    const whole = allowed.byteLength - (allowed.byteLength % BYTES_PER_SAMPLE);
    this.#rest = allowed.slice(whole);
    this.#allowedBytes -= whole;
    this.#audioBytes += whole;
    return allowed.subarray(0, whole);
  }

  /** Where the audio starts, or nothing while too few bytes are there to tell. */
  #audioStart(bytes: Uint8Array): number | undefined {
    if (bytes.byteLength < 4) return undefined;
    const beginning = name(bytes, 0);
    if (FOREIGN_BEGINNINGS.includes(beginning))
      throw new ParleyError(
        'TTS_BAD_ANSWER',
        `Not LINEAR16: the answer begins with ${JSON.stringify(beginning)}.`,
      );
    return beginning === 'RIFF' ? this.#afterWavHeader(bytes) : 0;
  }

  #afterWavHeader(bytes: Uint8Array): number | undefined {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let at = RIFF_HEADER_BYTES;
    while (at + CHUNK_HEADER_BYTES <= bytes.byteLength) {
      const length = view.getUint32(at + 4, true);
      const body = at + CHUNK_HEADER_BYTES;
      if (name(bytes, at) === 'data') {
        if (length > 0 && length < LONGEST_KNOWN_LENGTH) this.#allowedBytes = length;
        return body;
      }
      if (name(bytes, at) === 'fmt ' && body + FORMAT_BODY_BYTES <= bytes.byteLength)
        this.#checkFormat(view, body);
      at = body + length + (length % 2);
    }
    if (Math.max(at, bytes.byteLength) > MAX_WAV_HEADER_BYTES)
      throw new ParleyError('TTS_BAD_ANSWER', 'The answer is a WAV without audio.');
    return undefined;
  }

  #checkFormat(view: DataView, at: number): void {
    const format = view.getUint16(at, true);
    const channels = view.getUint16(at + 2, true);
    const rateHz = view.getUint32(at + 4, true);
    const bits = view.getUint16(at + 14, true);
    if (format === FORMAT_LINEAR_PCM && channels === 1 && bits === 16 && rateHz === this.#sampleRateHz)
      return;
    throw new ParleyError(
      'TTS_BAD_ANSWER',
      `Asked for mono LINEAR16 at ${this.#sampleRateHz} Hz, got a WAV of format ${format}, ${channels} channels, ${bits} bits, ${rateHz} Hz.`,
    );
  }
}

function name(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + 4));
}
