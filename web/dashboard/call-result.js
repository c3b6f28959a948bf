/** What came of a call, as it is shown beside its turns. Nothing of it is taken for markup. */
import { element } from './dom.js';

/** A list of what is known; nothing where there is no result. */
export function resultView(result) {
  if (!result) return [];
  const { summary, outcome, slots, data, done, valid, code, faults } = result;
  const rows = [
    ['Outcome', outcome],
    ...Object.entries({ ...slots, ...data }).filter(([name]) => name !== 'outcome'),
    ['Done', done?.map(({ name }) => name).join(', ')],
    ['Not valid', valid ? '' : (code ?? faults?.join('; ') ?? 'no data')],
  ].filter(([, value]) => value !== null && value !== undefined && value !== '');
  const list = element('dl', 'call-result');
  for (const [name, value] of rows)
    list.append(
      element('dt', '', name),
      element('dd', '', typeof value === 'string' ? value : JSON.stringify(value)),
    );
  return [element('h3', '', 'What came of it'), element('p', '', summary || 'No summary.'), list];
}
