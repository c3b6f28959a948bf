/** What the HTTP interface needs of the history of ended calls. */
import type { History } from '../history/history.ts';
import type { RecordedCalls } from '../history/recorded-calls.ts';
import type { Reports } from '../history/reports.ts';

export interface HistoryPorts {
  readonly history: Pick<History, 'search' | 'find'>;
  readonly recorded: RecordedCalls;
  readonly reports: Pick<Reports, 'make'>;
}
