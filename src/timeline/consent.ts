/** Whether a call may be recorded, as its timeline tells. */
import type { ConsentOutcome } from './kinds.ts';
import type { TimelineEntry } from './timeline.ts';
import { entriesOf } from './timeline-entries.ts';

/** What was decided; undefined as long as it is not, and where nobody was told or asked. */
export function consentOf(entries: readonly TimelineEntry[]): ConsentOutcome | undefined {
  return entriesOf(entries, 'consent').at(-1)?.outcome;
}

/** Whether nothing of what is said may be kept. */
export function isWithoutConsent(entries: readonly TimelineEntry[]): boolean {
  const outcome = consentOf(entries);
  return outcome !== undefined && !isConsent(outcome);
}

export function isConsent(outcome: ConsentOutcome): boolean {
  return outcome === 'announced' || outcome === 'given';
}
