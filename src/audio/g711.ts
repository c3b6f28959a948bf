/**
 * G.711, the telephone's own coding: a byte a sample at 8 kHz (ITU-T G.711). Decoding is a look-up; encoding finds the segment by
 * its highest bit.
 */
import { fromSamples, toSamples, type Pcm } from './pcm.ts';

/** Names as in SDP (RFC 3551): μ-law and A-law. */
export type G711Law = 'PCMU' | 'PCMA';

export const G711_SAMPLE_RATE_HZ = 8_000;

/** The byte that sounds like nothing. */
export const G711_SILENCE: Readonly<Record<G711Law, number>> = { PCMU: 0xff, PCMA: 0xd5 };

/** μ-law adds this to each magnitude, so that all segments have the same form. */
const ULAW_BIAS = 0x84;
const ULAW_MAX = 0x7fff - ULAW_BIAS;
/** A-law inverts every other bit on the line. */
const ALAW_MASK = 0x55;

const DECODED: Readonly<Record<G711Law, Int16Array>> = {
  PCMU: Int16Array.from({ length: 256 }, (_, byte) => decodeUlawByte(byte)),
  PCMA: Int16Array.from({ length: 256 }, (_, byte) => decodeAlawByte(byte)),
};

/** Codes PCM at 8 kHz, a byte a sample. */
export function encodeG711(pcm: Pcm, law: G711Law): Uint8Array {
  const samples = toSamples(pcm);
  const encodeSample = law === 'PCMU' ? encodeUlawSample : encodeAlawSample;
  const coded = new Uint8Array(samples.length);
  for (let i = 0; i < samples.length; i++) coded[i] = encodeSample(samples[i] ?? 0);
  return coded;
}

export function decodeG711(coded: Uint8Array, law: G711Law): Pcm {
  const samples = new Int16Array(coded.byteLength);
  decodeG711Into(samples, 0, coded, law);
  return fromSamples(samples, G711_SAMPLE_RATE_HZ);
}

/** Decodes into `samples` from `at` on; what does not fit there is left out. Allocates nothing. */
export function decodeG711Into(samples: Int16Array, at: number, coded: Uint8Array, law: G711Law): void {
  const table = DECODED[law];
  const from = Math.max(0, -at);
  const to = Math.min(coded.length, samples.length - at);
  for (let i = from; i < to; i++) samples[at + i] = table[coded[i] ?? 0] ?? 0;
}

function encodeUlawSample(sample: number): number {
  const sign = sample < 0 ? 0x80 : 0;
  const magnitude = Math.min(Math.abs(sample), ULAW_MAX) + ULAW_BIAS;
  const segment = 24 - Math.clz32(magnitude);
  const step = (magnitude >> (segment + 3)) & 0x0f;
  return ~(sign | (segment << 4) | step) & 0xff;
}

function decodeUlawByte(byte: number): number {
  const inverted = ~byte;
  const segment = (inverted >> 4) & 0x07;
  const magnitude = ((((inverted & 0x0f) << 3) + ULAW_BIAS) << segment) - ULAW_BIAS;
  return inverted & 0x80 ? -magnitude : magnitude;
}

function encodeAlawSample(sample: number): number {
  const sign = sample < 0 ? 0 : 0x80;
  const magnitude = sample < 0 ? ~sample : sample;
  const segment = Math.max(0, 24 - Math.clz32(magnitude));
  const step = (magnitude >> Math.max(4, segment + 3)) & 0x0f;
  return (sign | (segment << 4) | step) ^ ALAW_MASK;
}

function decodeAlawByte(byte: number): number {
  const plain = byte ^ ALAW_MASK;
  const segment = (plain >> 4) & 0x07;
  const step = ((plain & 0x0f) << 4) + 8;
  const magnitude = segment === 0 ? step : (step + 0x100) << (segment - 1);
  return plain & 0x80 ? magnitude : -magnitude;
}
