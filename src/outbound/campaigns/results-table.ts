/** What came of the leads of a campaign, as a table to be taken away. */
import { csvLine } from '../../base/csv-line.ts';
import type { LeadResult } from './kept-campaign.ts';

/** Stable: spreadsheets and imports go by these. */
const COLUMNS = [
  'line',
  'number',
  'bot',
  'timeZone',
  'state',
  'outcome',
  'tries',
  'cause',
  'talkedSeconds',
  'endedAt',
  'call',
] as const;

/** The text of the file, in pieces; the variables of the first lead are columns of their own. */
export async function* resultsAsCsv(pages: AsyncIterable<readonly LeadResult[]>): AsyncGenerator<string> {
  let variables: readonly string[] | undefined;
  for await (const page of pages) {
    if (!variables) {
      variables = [...new Set(page.flatMap((lead) => Object.keys(lead.variables)))];
      yield csvLine([...COLUMNS, ...variables]);
    }
    const names = variables;
    yield page
      .map((lead) => csvLine([...cellsOf(lead), ...names.map((name) => lead.variables[name] ?? '')]))
      .join('');
  }
  if (!variables) yield csvLine([...COLUMNS]);
}

function cellsOf(lead: LeadResult): readonly (string | number | null)[] {
  const { line, number, bot, timeZone, state, tries } = lead;
  const { outcome = null, cause = null, talkedMs, endedEpochMs, lastCall = null } = lead;
  const talkedSeconds = talkedMs === undefined ? null : Math.round(talkedMs / 100) / 10;
  const endedAt = endedEpochMs === undefined ? null : new Date(endedEpochMs).toISOString();
  return [line, number, bot, timeZone, state, outcome, tries, cause, talkedSeconds, endedAt, lastCall];
}
