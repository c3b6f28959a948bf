/** Transcripts as subtitles. */
import type { Segment } from './hearing-desk.ts';

/** SubRip. */
export function srt(segments: readonly Segment[]): string {
  return segments
    .map(
      ({ startMs, endMs, text }, index) =>
        `${index + 1}\n${clock(startMs, ',')} --> ${clock(endMs, ',')}\n${line(text)}\n`,
    )
    .join('\n');
}

/** WebVTT: https://www.w3.org/TR/webvtt1/. `-->` may stand in no text. */
export function vtt(segments: readonly Segment[]): string {
  const cues = segments.map(
    ({ startMs, endMs, text }) => `${clock(startMs, '.')} --> ${clock(endMs, '.')}\n${escaped(line(text))}\n`,
  );
  return ['WEBVTT\n', ...cues].join('\n');
}

/** An empty line ends a cue, and an arrow begins one. */
function line(text: string): string {
  return text.replaceAll(/\s+/g, ' ').replaceAll('-->', '→').trim();
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** `01:02:03,456` */
function clock(ms: number, point: string): string {
  const whole = Math.round(ms);
  const two = (value: number) => String(Math.floor(value)).padStart(2, '0');
  const time = [two(whole / 3_600_000), two((whole / 60_000) % 60), two((whole / 1000) % 60)].join(':');
  return `${time}${point}${String(whole % 1000).padStart(3, '0')}`;
}
