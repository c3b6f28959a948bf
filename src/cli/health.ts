/** `parley health`: how a running speech API does: the system, each provider, what it keeps, and how much it has to do. */
import Table from 'cli-table3';
import { Command } from 'commander';
import { z } from 'zod';
import { ParleyError } from '../base/errors.ts';
import { EXIT_FAULT, EXIT_OK } from './exit.ts';
import { readWithin } from '../base/read-within.ts';

interface Options {
  readonly url: string;
  readonly json?: true;
}

const cache = z.object({ hits: z.number(), misses: z.number(), bytes: z.number() });
const health = z.object({
  status: z.enum(['healthy', 'degraded', 'unhealthy', 'draining']),
  version: z.string(),
  uptime: z.number(),
  providers: z.record(
    z.string(),
    z.object({
      status: z.string(),
      tts: z.boolean(),
      stt: z.boolean(),
      requests: z.number(),
      success_rate: z.number().nullable(),
      response_time_ms: z.number().nullable(),
    }),
  ),
  system: z.object({ memory_bytes: z.number(), load_average: z.number(), cores: z.number() }),
  cache: z.object({ speech: cache, transcripts: cache }),
  load: z.object({ under_way: z.number(), most: z.number() }),
});
type Health = z.output<typeof health>;

/** A service on this machine answers in milliseconds; one that hangs does not, ms. */
const ANSWERS_WITHIN_MS = 5_000;
const MOST_ANSWER_BYTES = 1_000_000;

export function healthCommand(end: (status: number) => void): Command {
  return new Command('health')
    .description(
      'how a running `parley speech` does; exit status 1 where no provider is well, it is ending, or nobody answers',
    )
    .option('--url <address>', 'of the speech API', 'http://127.0.0.1:8090')
    .option('--json', 'as it answers')
    .action(async ({ url, json }: Options) => {
      const told = await healthAt(url);
      console.log(json ? JSON.stringify(told, undefined, 2) : healthText(told));
      end(told.status === 'unhealthy' || told.status === 'draining' ? EXIT_FAULT : EXIT_OK);
    });
}

/** Throws SPEECH_UNREACHABLE. */
async function healthAt(url: string): Promise<Health> {
  try {
    const answer = await fetch(new URL('/v1/health', url), {
      signal: AbortSignal.timeout(ANSWERS_WITHIN_MS),
    });
    const body = answer.body && (await readWithin(answer.body, MOST_ANSWER_BYTES));
    return health.parse(JSON.parse(new TextDecoder().decode(body ?? undefined)));
  } catch (cause) {
    throw new ParleyError('SPEECH_UNREACHABLE', `${url} does not answer as the speech API does.`, { cause });
  }
}

function healthText({ status, version, uptime, providers, system, cache: kept, load }: Health): string {
  const overall = new Table();
  overall.push(
    { status },
    { version },
    { up: `${uptime} s` },
    { memory: megabytes(system.memory_bytes) },
    { 'load of the machine': `${system.load_average.toFixed(2)} on ${system.cores} cores` },
    { 'under way': `${load.under_way} of ${load.most} requests` },
    { 'speech kept': keptText(kept.speech) },
    { 'transcripts kept': keptText(kept.transcripts) },
  );
  const each = new Table({ head: ['provider', 'status', 'does', 'requests', 'went well', 'answers in'] });
  for (const [name, one] of Object.entries(providers)) {
    const does = [...(one.tts ? ['speaks'] : []), ...(one.stt ? ['hears'] : [])].join(', ');
    const well = one.success_rate === null ? '' : `${Math.round(one.success_rate * 100)} %`;
    const took = one.response_time_ms === null ? '' : `${one.response_time_ms} ms`;
    each.push([name, one.status, does, one.requests, well, took]);
  }
  return `${overall.toString()}\n${each.toString()}`;
}

function keptText({ hits, misses, bytes }: z.output<typeof cache>): string {
  const all = hits + misses;
  return `${megabytes(bytes)}, ${all === 0 ? 'nothing asked for yet' : `${Math.round((hits / all) * 100)} % of ${all} hit`}`;
}

const megabytes = (bytes: number) => `${(bytes / 1024 / 1024).toFixed(1)} MB`;
