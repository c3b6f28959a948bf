/** One text spoken for a command: with the same providers as over HTTP, and nothing left open. */
import { closeVendors } from './vendor.ts';
import { noSpans } from '../base/spans.ts';
import { hasFfmpeg } from './formats/ffmpeg.ts';
import { SPEECH_FORMATS } from './formats/speech-formats.ts';
import { SpeechRefusal } from './refusal.ts';
import { wholeSpeech } from './send-speech.ts';
import { SpeechDesk } from './speech-desk.ts';
import type { SpeechDeskOptions } from './speech-desk.ts';
import type { SpeechOrder } from './speech-orders.ts';
import { SPEECH_PACKING, keepingNothing } from './kept.ts';
import { VendorTally } from './vendor-tally.ts';

export interface SpokenOnce {
  readonly audio: Uint8Array;
  readonly durationMs: number;
  readonly provider: string;
  readonly voice: string;
}

/** `ending`: of a file's name, which is the format. Throws UNSUPPORTED_FORMAT and what SpeechDesk throws; closes the vendors. */
export async function spokenOnce(
  { ending, ...order }: Omit<SpeechOrder, 'format'> & { readonly ending: string },
  { vendors, clock, log }: Pick<SpeechDeskOptions, 'vendors' | 'clock' | 'log'>,
): Promise<SpokenOnce> {
  try {
    const format = SPEECH_FORMATS.find((one) => one === ending);
    if (!format)
      throw new SpeechRefusal('UNSUPPORTED_FORMAT', `There is no format ${ending || 'without a name'}.`);
    const desk = new SpeechDesk({
      vendors,
      clock,
      log,
      hasFfmpeg: await hasFfmpeg(),
      spans: noSpans,
      tally: new VendorTally(clock),
      cache: keepingNothing(SPEECH_PACKING, clock),
    });
    const speech = await desk.speak({ ...order, format }, new AbortController().signal);
    const audio = await wholeSpeech(speech);
    return { audio, durationMs: speech.durationMs(), provider: speech.provider, voice: speech.voice };
  } finally {
    await closeVendors(vendors);
  }
}
