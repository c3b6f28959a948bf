/** PCM as MP3, while it arrives. The encoder is LAME, compiled for WebAssembly. */
import { createMp3Encoder } from 'wasm-media-encoders';
import { toSamples } from '../../audio/pcm.ts';
import type { PcmStream } from './pcm-stream.ts';

/** Speech in one channel is clean at that. */
const BITRATE_KBPS = 64;
/** Of 16-bit samples, in the encoder's −1 to 1. */
const FULL_SCALE = 32_768;
/** Encoded in one go: a quarter of a second at 24 kHz takes a few milliseconds. */
const MOST_SAMPLES = 6_000;

/** Throws what the source throws. */
export async function* mp3({ sampleRateHz, pieces }: PcmStream): AsyncGenerator<Uint8Array> {
  const encoder = await createMp3Encoder();
  encoder.configure({ sampleRate: sampleRateHz, channels: 1, bitrate: BITRATE_KBPS });
  for await (const data of pieces) {
    const samples = toSamples({ sampleRateHz, data });
    for (let at = 0; at < samples.length; at += MOST_SAMPLES) {
      const part = Float32Array.from(
        samples.subarray(at, at + MOST_SAMPLES),
        (sample) => sample / FULL_SCALE,
      );
      // A copy: the encoder writes over what it has given.
      const encoded = encoder.encode([part]).slice();
      if (encoded.byteLength > 0) yield encoded;
    }
  }
  yield encoder.finalize().slice();
}
