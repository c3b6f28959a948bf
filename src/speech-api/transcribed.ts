/** Recordings written down for a command: with the same providers as over HTTP. */
import { closeVendors } from './vendor.ts';
import { noSpans } from '../base/spans.ts';
import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import { TRANSCRIPT_PACKING, keepingNothing } from './kept.ts';
import { hasFfmpeg } from './formats/ffmpeg.ts';
import { HearingDesk } from './hearing-desk.ts';
import type { Transcript } from './hearing-desk.ts';
import { srt, vtt } from './subtitles.ts';
import { VendorTally } from './vendor-tally.ts';
import type { SpeechVendor } from './vendor.ts';

export const TRANSCRIPT_FORMATS = ['txt', 'srt', 'vtt', 'json'] as const;
export type TranscriptFormat = (typeof TRANSCRIPT_FORMATS)[number];

export interface TranscriberOptions {
  readonly vendors: readonly SpeechVendor[];
  readonly clock: Clock;
  readonly log: Log;
}

export interface Transcriber {
  /** Throws what a HearingDesk throws. */
  hear(
    order: {
      readonly file: Uint8Array;
      readonly language?: string | undefined;
      readonly preferred?: string | undefined;
    },
    signal: AbortSignal,
  ): Promise<Transcript>;
  /** Closes the vendors. */
  close(): Promise<void>;
}

export async function transcriber({ vendors, clock, log }: TranscriberOptions): Promise<Transcriber> {
  const desk = new HearingDesk({
    vendors,
    log,
    hasFfmpeg: await hasFfmpeg(),
    spans: noSpans,
    tally: new VendorTally(clock),
    transcripts: keepingNothing(TRANSCRIPT_PACKING, clock),
  });
  return {
    hear: (order, signal) => desk.hear(order, signal),
    close: () => closeVendors(vendors),
  };
}

/** A whole file of it. */
export function transcriptFile(format: TranscriptFormat, transcript: Transcript): string {
  const { text, segments, language, durationMs, provider } = transcript;
  switch (format) {
    case 'txt':
      return `${text}\n`;
    case 'srt':
      return srt(segments);
    case 'vtt':
      return vtt(segments);
    case 'json':
      return `${JSON.stringify({ text, language, durationMs, provider, segments }, undefined, 2)}\n`;
  }
}
