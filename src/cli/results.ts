/** `parley results`: which results of ended calls nobody has taken yet, and the order to offer one again. Asks the service that runs here. */
import Table from 'cli-table3';
import { Command } from 'commander';
import { z } from 'zod';
import type { Settings } from '../config/settings.ts';
import { askService } from './service-api.ts';

/** What is needed of an answer of /api/results. */
const listed = z.object({
  results: z.array(
    z.object({
      id: z.string(),
      bot: z.string(),
      endedAt: z.string(),
      state: z.string(),
      attempts: z.number(),
      nextAt: z.string().nullable(),
      reason: z.string().nullable(),
    }),
  ),
});

interface ListOptions {
  readonly state?: string;
}

export function resultsCommand(settings: () => Settings): Command {
  const command = new Command('results').description('results of ended calls that nobody has taken yet');
  command
    .command('list')
    .description('show them, the oldest first')
    .option('-s, --state <state>', 'only these: making, waiting or dead')
    .action(async ({ state }: ListOptions) => {
      const query = state === undefined ? '' : `?state=${encodeURIComponent(state)}`;
      const { results } = listed.parse(await ask(settings(), `results${query}`));
      console.log(results.length === 0 ? 'None: every result was taken.' : tableOf(results));
    });
  command
    .command('retry')
    .description('offer results again now, as if they never had been')
    .argument('[id...]', 'as `list` shows them')
    .option('--dead', 'all that are dead')
    .action(async (ids: readonly string[], { dead = false }: { readonly dead?: boolean }) => {
      const all = dead ? listed.parse(await ask(settings(), 'results?state=dead')).results : [];
      for (const id of new Set([...ids, ...all.map((result) => result.id)])) {
        await ask(settings(), `results/${encodeURIComponent(id)}/retry`, {});
        console.log(id);
      }
    });
  return command;
}

function tableOf(results: z.output<typeof listed>['results']): string {
  const table = new Table({ head: ['id', 'bot', 'ended', 'state', 'attempts', 'next', 'because'] });
  for (const { id, bot, endedAt, state, attempts, nextAt, reason } of results)
    table.push([id, bot, endedAt, state, attempts, nextAt ?? '', reason ?? '']);
  return table.toString();
}

/** Throws RESULTS_UNREACHABLE, RESULT_UNKNOWN or HTTP_UNAUTHORIZED, or HTTP_INVALID for whatever else the service does not want. */
async function ask(settings: Settings, path: string, body?: unknown): Promise<unknown> {
  const question = { path, body, unreachable: 'RESULTS_UNREACHABLE', unknown: 'RESULT_UNKNOWN' } as const;
  return JSON.parse(await askService(settings, question));
}
