/** How audio looks on the media socket. Everywhere else in Parley it is PCM, 16-bit signed little-endian mono. */
import { decodeG711, encodeG711, G711_SAMPLE_RATE_HZ } from '../../../audio/g711.ts';
import { BYTES_PER_SAMPLE } from '../../../audio/pcm.ts';
import type { ExternalMediaOptions } from '../ari/ari-port.ts';

export interface MediaFormat {
  /** Asterisk's name of it. */
  readonly name: ExternalMediaOptions['format'];
  readonly sampleRateHz: number;
  fromPcm(pcm: Uint8Array): Uint8Array;
  toPcm(data: Uint8Array): Uint8Array;
}

const asItIs = (data: Uint8Array) => data;

/** Half a sample would turn all that follows it into noise. */
const wholeSamples = (data: Uint8Array) => {
  const half = data.byteLength % BYTES_PER_SAMPLE;
  return half === 0 ? data : data.subarray(0, data.byteLength - half);
};

export const MEDIA_FORMATS: Readonly<Record<MediaFormat['name'], MediaFormat>> = {
  slin16: { name: 'slin16', sampleRateHz: 16_000, fromPcm: asItIs, toPcm: wholeSamples },
  slin: { name: 'slin', sampleRateHz: 8000, fromPcm: asItIs, toPcm: wholeSamples },
  ulaw: {
    name: 'ulaw',
    sampleRateHz: G711_SAMPLE_RATE_HZ,
    fromPcm: (pcm) => encodeG711({ sampleRateHz: G711_SAMPLE_RATE_HZ, data: pcm }, 'PCMU'),
    toPcm: (data) => decodeG711(data, 'PCMU').data,
  },
};
