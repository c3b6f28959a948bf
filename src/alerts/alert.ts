/** What somebody is told when the service degrades. Nothing in it comes from a call. */

/** `critical`: callers hang up; `error`: something is broken, and callers do not hear it yet; `warning`: callers notice. */
export type Severity = 'critical' | 'error' | 'warning';

/** One name a cause. Stable: they stand in metrics, logs, webhooks and Prometheus's rules. */
export type AlertName =
  | 'late_answers'
  | 'dead_air'
  | 'heard_otherwise'
  | 'slow_first_chunk'
  | 'slow_synthesis'
  | 'synthesis_fallbacks'
  | 'recognition_fallbacks'
  | 'failed_fillers'
  | 'failed_turns'
  | 'model_refuses'
  | 'recognition_refuses'
  | 'synthesis_refuses';

export interface Alert {
  readonly name: AlertName;
  readonly severity: Severity;
  /** A sentence for a person, with the figures in it. */
  readonly summary: string;
  /** How much of what was looked at has gone wrong, 0 to 1. */
  readonly share: number;
  /** How many were looked at. */
  readonly samples: number;
  /** When it was raised, by the wall clock. */
  readonly sinceEpochMs: number;
}

/** `changed`: the same cause with another severity. */
export interface AlertEvent {
  readonly kind: 'raised' | 'changed' | 'cleared';
  readonly alert: Alert;
}
