/** Hears what a page plays: everything that goes to its speakers, as a phone would have heard it. */
import type { Page } from 'playwright-core';
import { concatBytes, fromSamples } from '../../src/audio/pcm.ts';
import { Resampler } from '../../src/audio/resample.ts';
import type { PhoneCall } from '../../src/lab/phone/phone.ts';

/** Phones hear so. */
const RATE_HZ = 8000;
const LISTEN_EVERY_MS = 100;

export interface PageEars {
  /** To be asked for what was heard, and nothing else. */
  readonly call: PhoneCall;
  stop(): void;
}

/** Before the page plays anything. */
export async function listenTo(page: Page): Promise<PageEars> {
  await page.addInitScript(TAP);
  await page.reload();
  const startedAtMs = performance.now();
  let heard: Uint8Array = new Uint8Array(0);
  let resampler: Resampler | undefined;
  const listen = async () => {
    const { rateHz, samples } = await page.evaluate<Heard>('heardAtTheSpeakers()');
    if (samples.length === 0) return;
    resampler ??= new Resampler(rateHz, RATE_HZ);
    heard = concatBytes([heard, resampler.push(fromSamples(Int16Array.from(samples), rateHz).data)]);
  };
  // A page that is closed is not heard any more.
  const timer = setInterval(() => void listen().catch(() => undefined), LISTEN_EVERY_MS);
  const track = () => ({ startedAtMs, pcm: { sampleRateHz: RATE_HZ, data: heard } });
  return { call: { heard: track } as PhoneCall, stop: () => clearInterval(timer) };
}

interface Heard {
  readonly rateHz: number;
  readonly samples: readonly number[];
}

const TAP = `
  const heard = [];
  let rateHz = 48000;
  const connect = AudioNode.prototype.connect;
  AudioNode.prototype.connect = function (to, ...rest) {
    if (to instanceof AudioDestinationNode) {
      const tap = this.context.createScriptProcessor(2048, 1, 1);
      rateHz = this.context.sampleRate;
      tap.onaudioprocess = ({ inputBuffer }) => heard.push(...inputBuffer.getChannelData(0));
      connect.call(this, tap);
      connect.call(tap, to);
    }
    return connect.call(this, to, ...rest);
  };
  window.heardAtTheSpeakers = () =>
    ({ rateHz, samples: heard.splice(0).map((sample) => Math.round(sample * 32767)) });
`;
