/** Ended calls as a file to be taken away, written as they are read. */
import { csvLine } from '../base/csv-line.ts';
import type { HistoryCall } from './history-contract.ts';

export type ExportFormat = 'csv' | 'json';

export const EXPORT_TYPES: Readonly<Record<ExportFormat, string>> = {
  csv: 'text/csv; charset=utf-8',
  json: 'application/json; charset=utf-8',
};

/** The columns of a table, in their order; costs stand in columns of their own. */
const COLUMNS = [
  'id',
  'startedAt',
  'endedAt',
  'bot',
  'direction',
  'number',
  'endCause',
  'turns',
  'slowestMs',
  'failures',
  'recorded',
] as const satisfies readonly (keyof HistoryCall)[];

/** The text of the file, in pieces. */
export async function* exported(
  pages: AsyncIterable<readonly HistoryCall[]>,
  format: ExportFormat,
  hasTenants = false,
): AsyncIterable<string> {
  const columns = [...COLUMNS, 'cost', 'currency', ...(hasTenants ? ['tenant'] : [])];
  yield format === 'csv' ? csvLine(columns) : '[';
  let calls = 0;
  for await (const page of pages) {
    if (page.length === 0) continue;
    yield format === 'csv'
      ? page.map((call) => lineOf(call, hasTenants)).join('')
      : `${calls > 0 ? ',' : ''}\n${page.map((call) => JSON.stringify(call)).join(',\n')}`;
    calls += page.length;
  }
  if (format === 'json') yield '\n]\n';
}

function lineOf(call: HistoryCall, hasTenants: boolean): string {
  const { total = null, currency = null } = call.cost ?? {};
  const tenant = hasTenants ? [call.tenant ?? ''] : [];
  return csvLine([...COLUMNS.map((column) => call[column]), total, currency, ...tenant]);
}
