/** How a media socket's messages become the simulator's 8 kHz frames and back. */
import { decodeG711, encodeG711 } from '../../../audio/g711.ts';
import { fromSamples, toSamples } from '../../../audio/pcm.ts';
import { FRAME_SAMPLES, SAMPLE_RATE_HZ, type Frame } from './frames.ts';

export interface MediaCodec {
  /** As Asterisk calls it. */
  readonly format: string;
  /** Of 20 ms. */
  readonly frameBytes: number;
  decode(data: Uint8Array): Frame;
  encode(frame: Frame): Uint8Array;
}

const CODECS: readonly MediaCodec[] = [
  {
    format: 'slin16',
    frameBytes: FRAME_SAMPLES * 4,
    decode: (data) => halved(samplesOf(data)),
    encode: (frame) => bytesOf(doubled(frame)),
  },
  { format: 'slin', frameBytes: FRAME_SAMPLES * 2, decode: samplesOf, encode: bytesOf },
  {
    format: 'ulaw',
    frameBytes: FRAME_SAMPLES,
    decode: (data) => toSamples(decodeG711(data, 'PCMU')),
    encode: (frame) => encodeG711(fromSamples(frame, SAMPLE_RATE_HZ), 'PCMU'),
  },
];

/** Undefined for a format that Asterisk may know but the simulator does not. */
export function mediaCodec(format: string): MediaCodec | undefined {
  return CODECS.find((codec) => codec.format === format);
}

function samplesOf(data: Uint8Array): Int16Array {
  return toSamples({ sampleRateHz: SAMPLE_RATE_HZ, data });
}

function bytesOf(samples: Int16Array): Uint8Array {
  return fromSamples(samples, SAMPLE_RATE_HZ).data;
}

/** From 16 to 8 kHz: crude, but tones and voices of the telephone band come through. */
function halved(samples: Int16Array): Int16Array {
  return Int16Array.from(
    { length: samples.length >> 1 },
    (_, at) => ((samples[2 * at] ?? 0) + (samples[2 * at + 1] ?? 0)) / 2,
  );
}

function doubled(samples: Int16Array): Int16Array {
  return Int16Array.from({ length: samples.length * 2 }, (_, at) => {
    const here = samples[at >> 1] ?? 0;
    return at % 2 === 0 ? here : (here + (samples[(at >> 1) + 1] ?? here)) / 2;
  });
}
