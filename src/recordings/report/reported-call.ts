/** What a report needs of a recorded call, wherever it was kept. Nothing of it is trusted: callers choose their words and names. */
import type { Pcm } from '../../audio/pcm.ts';
import type { TimelineEntry } from '../../timeline/timeline.ts';

export interface ReportedCall {
  /** What the recording is called. */
  readonly name: string;
  /** What is known of the call, in the order in which it is told. */
  readonly facts: readonly Fact[];
  /** Times in ms from the first sample of the audio. */
  readonly timeline: readonly TimelineEntry[];
  readonly caller: Pcm;
  readonly bot: Pcm;
}

export interface Fact {
  readonly label: string;
  readonly value: string;
}
