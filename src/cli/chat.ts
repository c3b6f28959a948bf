/** `parley chat`: writes to a bot of the service that runs here, and shows what it says. The conversation is a call like any other. */
import { createInterface } from 'node:readline';
import { Command } from 'commander';
import { z } from 'zod';
import { ParleyError } from '../base/errors.ts';
import type { ErrorCode } from '../base/error-catalogue.ts';
import type { Settings } from '../config/settings.ts';
import { serverSentEvents } from '../llm/server-sent-events.ts';
import { askService, askedService } from './service-api.ts';

/** An exchange may take so long, ms: the slowest tool, and an answer behind it. */
const EXCHANGE_WITHIN_MS = 120_000;

/** Far more than anybody reads in one exchange. */
const BOUNDS = { mostBytes: 4 * 1024 * 1024, mostLines: 100_000, mostEventChars: 64 * 1024 };

/** What is told as the service tells it. */
const TOLD = [
  'BOT_PROFILE_UNKNOWN',
  'CALL_REFUSED',
  'CONVERSATION_UNKNOWN',
  'CONVERSATION_BUSY',
  'CONVERSATIONS_FULL',
  'HTTP_TOO_MANY',
] as const satisfies readonly ErrorCode[];

const chunk = z.object({ kind: z.string(), text: z.string(), atMs: z.number() });

const ending = z.object({
  conversation: z.string(),
  endedBy: z.enum(['waiting', 'over']),
  cause: z.string().nullable(),
});

type Ending = z.output<typeof ending>;

interface Options {
  readonly times?: true;
}

/** Where one writes and reads. */
export interface Terminal {
  readonly input: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly output: NodeJS.WritableStream;
}

export function chatCommand(settings: () => Settings, terminal: Terminal): Command {
  return new Command('chat')
    .description(
      'write to a bot of the service that runs here, and read what it says; an empty line is nothing',
    )
    .argument('[bot]', 'whom to write to; the default bot if not given')
    .option('--times', 'how long each part took to come, ms')
    .action((bot: string | undefined, options: Options) => chat(settings(), bot, options, terminal));
}

/** Resolves when the call is over, or nothing more is written. */
async function chat(settings: Settings, bot: string | undefined, options: Options, terminal: Terminal) {
  const { input, output } = terminal;
  const show = (line: string) => void output.write(`${line}\n`);
  const exchange = (body: object) => exchanged(settings, body, options, show);
  let now = await exchange(bot === undefined ? {} : { bot });
  const lines = createInterface({ input, crlfDelay: Infinity });
  const prompt = () => void (input.isTTY === true && output.write('> '));
  try {
    if (now.endedBy === 'waiting') prompt();
    else return show(overText(now));
    for await (const line of lines) {
      const text = line.trim();
      if (text !== '') now = await exchange({ conversation: now.conversation, text });
      if (now.endedBy === 'over') return show(overText(now));
      prompt();
    }
  } finally {
    lines.close();
  }
  await hangUp(settings, now.conversation);
}

function overText({ cause }: Ending): string {
  return `The call is over: ${cause ?? 'nobody knows why'}.`;
}

async function exchanged(
  settings: Settings,
  body: object,
  { times }: Options,
  show: (line: string) => void,
): Promise<Ending> {
  const response = await askedService(settings, '/stream-message', {
    body,
    withinMs: EXCHANGE_WITHIN_MS,
    unreachable: 'SERVICE_UNREACHABLE',
    unknown: 'CONVERSATION_UNKNOWN',
    told: TOLD,
  });
  try {
    for await (const { name, data } of serverSentEvents(response.body ?? nothing(), BOUNDS)) {
      if (name === 'end') return ending.parse(JSON.parse(data));
      if (name !== 'chunk') continue;
      const { kind, text, atMs } = chunk.parse(JSON.parse(data));
      const before = times ? `${String(Math.round(atMs)).padStart(6)} ms ` : '';
      show(`${before}${kind === 'answer' ? '' : `(${kind}) `}${text}`);
    }
  } catch (cause) {
    throw new ParleyError('SERVICE_UNREACHABLE', 'The answer broke off.', { cause });
  }
  throw new ParleyError('SERVICE_UNREACHABLE', 'The answer broke off.');
}

async function* nothing(): AsyncGenerator<Uint8Array> {
  // An answer without a body.
}

/** Whoever leaves need not wait until the service has noticed. One that is over already is no fault. */
async function hangUp(settings: Settings, conversation: string): Promise<void> {
  try {
    await askService(settings, {
      path: `calls/${encodeURIComponent(conversation)}/hangup`,
      body: {},
      unreachable: 'SERVICE_UNREACHABLE',
      unknown: 'CALL_UNKNOWN',
      told: ['CALL_OVER'],
    });
  } catch (error) {
    if (!(error instanceof ParleyError)) throw error;
  }
}
