/** Who has picked up where Parley has called, as far as the call itself has shown it. */
import type { Answerer } from '../outbound/call-out.ts';
import type { TimelineEntry } from '../timeline/timeline.ts';

/** Whoever says something or presses a key is somebody. */
export function answeredBy(timeline: readonly TimelineEntry[]): Answerer {
  return timeline.some(({ type }) => type === 'speech.started' || type === 'digit') ? 'person' : 'silence';
}
