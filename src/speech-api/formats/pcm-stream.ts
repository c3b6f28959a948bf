/** PCM on its way: 16-bit signed little-endian mono, in whole samples. */
export interface PcmStream {
  readonly sampleRateHz: number;
  readonly pieces: AsyncIterable<Uint8Array>;
}
