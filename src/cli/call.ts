/** `parley call`: has the service that runs here call somebody. */
import { setTimeout as pass } from 'node:timers/promises';
import { Command, InvalidArgumentError } from 'commander';
import { z } from 'zod';
import type { ErrorCode } from '../base/error-catalogue.ts';
import type { Settings } from '../config/settings.ts';
import { EXIT_FAULT, EXIT_OK } from './exit.ts';
import { askService } from './service-api.ts';

/** How often the service is asked what becomes of the call, ms. */
const ASK_EVERY_MS = 500;

/** What the service may have against an order. */
const TOLD: readonly ErrorCode[] = [
  'BOT_PROFILE_UNKNOWN',
  'NUMBER_INVALID',
  'TELEPHONE_UNKNOWN',
  'TELEPHONE_AWAY',
  'CALL_NOT_PLACED',
  'CALL_ORDER_CONFLICT',
  'CALL_ORDER_UNKEPT',
];

const placed = z.object({ id: z.string() });
const seen = z.object({
  ordered: z.object({
    state: z.string(),
    outcome: z.string().nullable(),
    cause: z.string().nullable(),
    by: z.string().nullable(),
    talkedMs: z.number().nullable(),
  }),
});
type Ordered = z.output<typeof seen>['ordered'];

interface CallOptions {
  readonly bot: string;
  readonly telephone?: string;
  readonly var?: Readonly<Record<string, string>>;
  readonly key?: string;
  readonly callerId?: string;
  readonly wait?: true;
}

export function callCommand(settings: () => Settings, end: (status: number) => void): Command {
  return new Command('call')
    .description('call somebody; with --wait, status 1 if nobody answers')
    .argument('<to>', 'the number with its country code, such as +79161234512, or an extension')
    .requiredOption('-b, --bot <name>', 'who talks')
    .option('-t, --telephone <name>', 'asterisk or twilio; the first that can call if not given')
    .option('-v, --var <name=value>', 'what the bot knows as {{variables.NAME}}; may be repeated', variable)
    .option('-k, --key <key>', 'the same order with the same key is the same call')
    .option('--caller-id <number>', 'what the callee sees')
    .option('-w, --wait', 'tell how it goes until it is over')
    .action(async (to: string, options: CallOptions) => end(await call(settings(), to, options)));
}

async function call(settings: Settings, to: string, options: CallOptions): Promise<number> {
  const { bot, telephone, var: variables, key: idempotencyKey, callerId, wait } = options;
  const order = { to, bot, telephone, variables, idempotencyKey, callerId };
  const { id } = placed.parse(await ask(settings, 'calls', order));
  console.log(id);
  if (!wait) return EXIT_OK;
  let last: string | undefined;
  for (;;) {
    const { ordered } = seen.parse(await ask(settings, `calls/${encodeURIComponent(id)}`));
    const line = lineOf(ordered);
    if (line !== last) console.log(line);
    last = line;
    if (ordered.state === 'ended') return ordered.outcome === 'answered' ? EXIT_OK : EXIT_FAULT;
    await pass(ASK_EVERY_MS);
  }
}

function lineOf({ state, outcome, cause, by, talkedMs }: Ordered): string {
  if (outcome === null) return state;
  const told = outcome === 'answered' ? `${by}, ${((talkedMs ?? 0) / 1000).toFixed(1)} s` : (cause ?? '');
  return outcome === 'answered' ? `answered: ${told}, ${cause}` : `${outcome}: ${told}`;
}

async function ask(settings: Settings, path: string, body?: unknown): Promise<unknown> {
  const question = {
    path,
    body,
    unreachable: 'SERVICE_UNREACHABLE',
    unknown: 'CALL_UNKNOWN',
    told: TOLD,
  } as const;
  return JSON.parse(await askService(settings, question));
}

function variable(given: string, before: Readonly<Record<string, string>> = {}): Record<string, string> {
  const [, name, value] = /^([A-Za-z_]\w*)=(.*)$/.exec(given) ?? [];
  if (name === undefined || value === undefined) throw new InvalidArgumentError('expected NAME=VALUE');
  return { ...before, [name]: value };
}
