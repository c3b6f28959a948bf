/** `parley results`: which results of ended calls nobody has taken yet, and the order to offer one again. Asks the service that runs here. */
import Table from 'cli-table3';
import { Command } from 'commander';
import { z } from 'zod';
import { ParleyError } from '../base/errors.ts';
import type { Settings } from '../config/settings.ts';

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

const apiError = z.object({ code: z.string(), message: z.string() });

/** A service on this machine answers in milliseconds; one that hangs does not, ms. */
const ANSWERS_WITHIN_MS = 10_000;

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
        await ask(settings(), `results/${encodeURIComponent(id)}/retry`, { method: 'POST', body: '{}' });
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
async function ask({ http }: Settings, path: string, init: RequestInit = {}): Promise<unknown> {
  const url = `http://${reachable(http.host)}:${http.port}/api/${path}`;
  const headers = {
    ...(init.body !== undefined && { 'content-type': 'application/json' }),
    ...(http.token !== undefined && { authorization: `Bearer ${http.token}` }),
  };
  let response: Response;
  let answer: unknown;
  try {
    response = await fetch(url, {
      ...init,
      headers,
      redirect: 'error',
      signal: AbortSignal.timeout(ANSWERS_WITHIN_MS),
    });
    answer = await response.json();
  } catch (error) {
    throw new ParleyError('RESULTS_UNREACHABLE', `${url} does not answer as Parley does.`, { cause: error });
  }
  if (response.ok) return answer;
  const { message } = apiError.catch({ code: '', message: `HTTP ${response.status}.` }).parse(answer);
  const code =
    response.status === 404
      ? 'RESULT_UNKNOWN'
      : response.status === 401
        ? 'HTTP_UNAUTHORIZED'
        : 'HTTP_INVALID';
  throw new ParleyError(code, message);
}

/** A service that listens everywhere listens here. */
function reachable(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
}
