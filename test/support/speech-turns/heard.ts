/** What a detector makes of one recording on the phone. */
import { bytesToMs, msToBytes } from '../../../src/audio/pcm.ts';
import { VOICE_FRAME_MS, VoiceActivity } from '../../../src/vad/voice-activity.ts';
import type { Span } from '../vad/vad-set.ts';
import type { OnThePhone } from './on-the-phone.ts';

export interface Piece extends Span {
  /** When its beginning was told. */
  readonly toldAtMs: number;
}

export interface Heard {
  /** What was taken for speech, in order. */
  readonly pieces: readonly Piece[];
  /** When a sound or speech was told of first; undefined if never. */
  readonly noticedAtMs: number | undefined;
}

export function listenTo({ pcm }: OnThePhone): Heard {
  const activity = new VoiceActivity({ sampleRateHz: pcm.sampleRateHz, startMs: 0 });
  const frameBytes = msToBytes(VOICE_FRAME_MS, pcm.sampleRateHz);
  const pieces: Piece[] = [];
  let begun: { readonly startMs: number; readonly toldAtMs: number } | undefined;
  let noticedAtMs: number | undefined;
  let nowMs = 0;
  for (let at = 0; at + frameBytes <= pcm.data.byteLength; at += frameBytes) {
    nowMs += VOICE_FRAME_MS;
    const edge = activity.push(pcm.data.subarray(at, at + frameBytes));
    if (!edge) continue;
    noticedAtMs ??= nowMs;
    if (edge.kind === 'started') begun = { startMs: edge.atMs, toldAtMs: nowMs };
    if (edge.kind === 'stopped' && begun) pieces.push({ ...begun, endMs: edge.endedAtMs });
    if (edge.kind === 'stopped') begun = undefined;
  }
  if (begun) pieces.push({ ...begun, endMs: bytesToMs(pcm.data.byteLength, pcm.sampleRateHz) });
  activity.close();
  return { pieces, noticedAtMs };
}

/** How far the end may be from where the voice is last within hearing, ms: two frames and a word's fading. */
const END_WITHIN_MS = { early: 80, late: 160 };

export interface Verdict {
  readonly isMissed: boolean;
  readonly isHeardBefore: boolean;
  /** From the first moment of speech until it is told of. */
  readonly toldAfterMs: number;
  readonly noticedAfterMs: number;
  readonly isEndWrong: boolean;
  /** It was taken for two where there is no pause. */
  readonly isTorn: boolean;
}

export function verdictOn({ speech, pauses }: OnThePhone, { pieces, noticedAtMs }: Heard): Verdict {
  const during = pieces.filter(({ startMs, endMs }) => startMs < speech.endMs && endMs > speech.startMs);
  const [first, last] = [during[0], during.at(-1)];
  const endIsAtMs = last?.endMs ?? Infinity;
  return {
    isMissed: first === undefined,
    isHeardBefore: pieces.some(({ toldAtMs }) => toldAtMs <= speech.startMs),
    toldAfterMs: (first?.toldAtMs ?? Infinity) - speech.startMs,
    noticedAfterMs: Math.max(0, (noticedAtMs ?? Infinity) - speech.startMs),
    isEndWrong:
      endIsAtMs < speech.endMs - END_WITHIN_MS.early || endIsAtMs > speech.endMs + END_WITHIN_MS.late,
    isTorn: during
      .slice(1)
      .some((piece, at) => !pauses.some((pause) => overlap(pause, gapBetween(during[at], piece)))),
  };
}

function gapBetween(before: Piece | undefined, after: Piece): Span {
  return { startMs: before?.endMs ?? 0, endMs: after.startMs };
}

function overlap(one: Span, other: Span): boolean {
  return one.startMs < other.endMs && other.startMs < one.endMs;
}
