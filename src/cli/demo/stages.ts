/** Where the seconds between the caller's last word and the answer went, stage by stage. */
import type { TimelineEntry, TimelineType } from '../../timeline/timeline.ts';

export interface Stages {
  /** From the caller's last word until the bot takes the turn. */
  readonly endOfTurnMs: number;
  /** From there until the text is known; it was being recognised all the while. */
  readonly recognitionMs: number;
  readonly firstTokenMs: number;
  /** The first chunk's text, and the first sound of its synthesis. */
  readonly firstAudioMs: number;
  /** Until the answer sounds: handing it over to Asterisk, and waiting for the rest of a filler. */
  readonly playbackMs: number;
  /** All of them: from the caller's last word until the answer sounds. */
  readonly totalMs: number;
}

/** Undefined if the turn never came to an answer. */
export function stagesOf(
  entries: readonly TimelineEntry[],
  turn: number,
  spokeUntilMs: number,
  soundsAtMs: number,
): Stages | undefined {
  const at = (type: TimelineType) =>
    entries.find((entry) => entry.turn === turn && entry.type === type)?.atMs;
  const marks = (['turn.ended', 'recognition.done', 'chat.firstToken', 'synthesis.firstAudio'] as const).map(
    at,
  );
  const [ended, recognised, firstToken, firstAudio] = marks;
  if (!ended || !recognised || !firstToken || !firstAudio) return undefined;
  return {
    endOfTurnMs: ended - spokeUntilMs,
    recognitionMs: recognised - ended,
    firstTokenMs: firstToken - recognised,
    firstAudioMs: firstAudio - firstToken,
    playbackMs: soundsAtMs - firstAudio,
    totalMs: soundsAtMs - spokeUntilMs,
  };
}
