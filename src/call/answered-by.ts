/** Who has picked up where Parley has called, as far as the call itself has shown it. */
import type { Answerer } from '../outbound/call-out.ts';
import { entriesOf } from '../timeline/timeline-entries.ts';
import type { TimelineEntry } from '../timeline/timeline.ts';

/** The last verdict. Where there is none, or nobody had said anything by then: whoever says something or presses a key is somebody. */
export function answeredBy(timeline: readonly TimelineEntry[]): Answerer {
  const { by } = entriesOf(timeline, 'answerer.decided').at(-1) ?? {};
  if (by !== undefined && by !== 'silence') return by;
  return timeline.some(({ type }) => type === 'speech.started' || type === 'digit') ? 'person' : 'silence';
}

/** What a campaign counts by. */
export function answeredIn(timeline: readonly TimelineEntry[]): {
  readonly by: Answerer;
  readonly greeted: boolean;
} {
  return { by: answeredBy(timeline), greeted: timeline.some(({ type }) => type === 'playback.started') };
}
