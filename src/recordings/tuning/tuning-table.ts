/** The Pareto front as a terminal shows it. */
import Table from 'cli-table3';
import { printable, tableLook } from '../../base/terminal-table.ts';
import type { TableManner } from '../../base/terminal-table.ts';
import type { Summed } from './summary.ts';
import type { Choice, Tuning } from './tune.ts';
import { LEAST_STOPS } from './learnt-pauses.ts';
import { changesIn } from './tuned-profile.ts';

const HEAD = ['', 'settings', 'of', 'wait', 'quiet', 'cut', 'false', 'missed', 'tokens', 'known'];

/** Two lines a row: of the calls that it was chosen by, and of the others. Row 0 is the bot as it was. */
export function tuningTable(tuning: Tuning, manner: TableManner): string {
  const { asItWas, best, bot, calls, front, heldOutCalls, leftOut, pauses, tried } = tuning;
  const rows = rowsOf(tuning);
  const table = new Table({
    head: HEAD,
    colAligns: ['right', 'left', 'left', ...HEAD.slice(3).map(() => 'right' as const)],
    ...tableLook(manner),
  });
  for (const [at, choice] of rows.entries()) table.push(...linesOf(choice, at, tuning));
  return [
    `${printable(bot)}: ${calls} calls, ${heldOutCalls} of them held out; ${tried} settings tried, ${front.length} on the front.`,
    ...pauseLines(pauses),
    ...leftOutLines(leftOut),
    '',
    table.toString(),
    'wait, quiet: ms from the last word to the answer, and to any sound. cut, false, missed: turns cut off, stops for',
    'nothing and interruptions not heeded, for each 100 turns. tokens: wasted a turn. known: of the calls, before they',
    'would have gone another way.',
    best
      ? `Best: ${rows.indexOf(best)}, better than what was and nowhere worse in either half.`
      : noneBetter(asItWas),
  ].join('\n');
}

/** Numbered: the bot as it was, then the front. */
export function rowsOf({ asItWas, front }: Tuning): readonly Choice[] {
  return [asItWas, ...front.filter(({ candidate }) => candidate.length > 0)];
}

export function leftOutLines(leftOut: Tuning['leftOut']): readonly string[] {
  return leftOut.map(({ path, because }) => `Left out: ${printable(path)}: ${printable(because)}`);
}

/** What of where the callers have paused was learnt; it is a row of the table where it is on the front. */
function pauseLines(pauses: Tuning['pauses']): readonly string[] {
  switch (pauses?.kind) {
    case undefined:
      return [];
    case 'tooFew':
      return [`Pauses: ${pauses.stops} stops; of less than ${LEAST_STOPS} nothing is learnt.`];
    case 'noneBetter':
      return [`Pauses: ${pauses.stops} stops; no other waits are better in both halves.`];
    case 'learnt': {
      const told = (half: 'chosen' | 'heldOut') => {
        const [was, is] = [pauses.asItWas[half], pauses.learnt[half]];
        return `${was.waitMs.toFixed(0)} to ${is.waitMs.toFixed(0)} ms at the end of a turn, ${was.cuts} to ${is.cuts} of ${is.stops} stops cut`;
      };
      return [`Pauses: learnt of ${pauses.stops} stops: ${told('chosen')}; held out: ${told('heldOut')}.`];
    }
  }
}

function noneBetter({ heldOut }: Choice): string {
  return heldOut
    ? 'Nothing is better than what was and nowhere worse in either half.'
    : 'Of one call nobody can tell whether what is better for it is so for others.';
}

function linesOf({ candidate, chosen, heldOut }: Choice, at: number, { profile }: Tuning): string[][] {
  const changes = changesIn(candidate, profile);
  const named = at === 0 ? 'as it was' : changes.join('\n') || 'as it was last';
  return [
    [String(at), named, 'chosen', ...cellsOf(chosen)],
    ...(heldOut ? [['', '', 'held out', ...cellsOf(heldOut)]] : []),
  ];
}

function cellsOf(figures: Summed): string[] {
  const { waitMs, quietMs, cutOffs, falseStops, missedStops, wastedTokens, knownShare } = figures;
  return [
    waitMs.toFixed(0),
    quietMs.toFixed(0),
    ...[cutOffs, falseStops, missedStops].map((count) => count.toFixed(1)),
    wastedTokens.toFixed(0),
    `${(100 * knownShare).toFixed(0)}%`,
  ];
}
