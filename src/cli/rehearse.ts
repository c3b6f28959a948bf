/** `parley rehearse`: callers who are played against a bot, before anybody else calls it. */
import { join } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { systemClock } from '../base/clock.ts';
import { isParleyError } from '../base/errors.ts';
import { silentLog } from '../base/log.ts';
import { loadBots } from '../config/bots.ts';
import type { BotProfile } from '../config/bot-profile.ts';
import { readBotSettings, readChatSettings } from '../config/settings.ts';
import type { BotSettings, Environment } from '../config/settings.ts';
import { folderOptions } from '../context/knowledge-of-profile.ts';
import { EXIT_FAULT, EXIT_OK, complaint } from './exit.ts';
import { writePage } from './written-page.ts';
import { tableManner } from './table-manner.ts';

/** The callers cannot be read: nobody has called. */
const EXIT_CALLERS = 2;

interface Options {
  readonly callers: string;
  readonly times: number;
  readonly seed: number;
  readonly json?: true;
  readonly html?: string;
  readonly judge?: 'model';
  readonly live?: 'tools';
}

export function rehearseCommand(env: Environment, end: (status: number) => void): Command {
  return new Command('rehearse')
    .description('have callers who are played call a bot, and judge the calls; status 1 if one is not good')
    .argument('<bot>', 'its profile')
    .requiredOption('--callers <dir>', 'a directory of callers: NAME.yaml')
    .option('-n, --times <n>', 'how often each of them calls, every time a little differently', count, 1)
    .option('--seed <n>', 'of the first call of each; the same seed makes the same call', whole, 1)
    .option('--json', 'print one JSON object')
    .option('--html <file>', 'also write the calls as a page')
    .option('--judge <who>', 'model: have the model judge each call as well', oneOf('model'))
    .option('--live <what>', 'tools: use the real ones, with all that they do', oneOf('tools'))
    .action(async (bot: string, options: Options) => end(await rehearse(env, bot, options)));
}

async function rehearse(env: Environment, bot: string, options: Options): Promise<number> {
  // Loaded only here: the other commands play no callers.
  const { loadCallers } = await import('../rehearsal/callers.ts');
  const settings = readBotSettings(env);
  const profile = (await loadBots(settings.botsDir, [...settings.secrets.keys()])).get(bot);
  const callers = await loadCallers(options.callers, bot).catch((error: unknown) => {
    if (!isParleyError(error, 'CALLERS_INVALID')) throw error;
    process.stderr.write(`${complaint(error)}\n`);
    return undefined;
  });
  if (!callers) return EXIT_CALLERS;
  const { isGood, rehearseAll } = await import('../rehearsal/rehearsal.ts');
  const chat = await connectChat(env, profile);
  const knowledge = await openKnowledge(profile, settings);
  const tools = options.live && (await connectTools(profile, settings));
  const { judgedBy } = await import('../rehearsal/model-judge.ts');
  let rehearsal;
  try {
    rehearsal = await rehearseAll(
      { profile, chatIn: ({ outside }) => outside.chat(chat), knowledge: knowledge?.source, tools },
      callers,
      { times: options.times, seed: options.seed, ...(options.judge && { alsoJudge: judgedBy(chat) }) },
    );
  } finally {
    await Promise.all([chat.close(), knowledge?.close(), tools?.close()]);
  }
  if (options.json) console.log((await import('../rehearsal/rehearsal-json.ts')).rehearsalJson(rehearsal));
  else {
    const { rehearsalTable } = await import('../rehearsal/rehearsal-table.ts');
    console.log(rehearsalTable(rehearsal, tableManner()));
  }
  if (options.html !== undefined) {
    const { rehearsalPage } = await import('../rehearsal/rehearsal-page.ts');
    await writePage(options.html, await rehearsalPage(rehearsal));
  }
  return isGood(rehearsal) ? EXIT_OK : EXIT_FAULT;
}

async function connectChat(env: Environment, { llm }: BotProfile) {
  const { createOpenAiChat } = await import('../llm/openai.ts');
  return createOpenAiChat({ ...readChatSettings(env, llm.provider), clock: systemClock, log: silentLog });
}

/** The bot's documents, searched as a call does. */
async function openKnowledge({ context }: BotProfile, { botsDir, dataDir, secrets }: BotSettings) {
  if (!context?.knowledge) return undefined;
  const { Knowledge } = await import('../context/knowledge/knowledge.ts');
  const secretOf = (name: string) => secrets.get(name) ?? '';
  const knowledge = new Knowledge({
    indexDir: join(dataDir, 'knowledge'),
    clock: systemClock,
    log: silentLog,
  });
  const source = knowledge.folder(folderOptions(context.knowledge, botsDir, secretOf));
  return { source, close: () => knowledge.close() };
}

async function connectTools({ tools }: BotProfile, { secrets }: BotSettings) {
  const [{ BotTools }, { Secrets }] = await Promise.all([
    import('../tools/bot-tools.ts'),
    import('../tools/secrets.ts'),
  ]);
  return new BotTools({ tools, secrets: new Secrets(secrets), clock: systemClock, log: silentLog });
}

function whole(given: string): number {
  if (!/^\d{1,9}$/.test(given)) throw new InvalidArgumentError('expected a whole number');
  return Number(given);
}

function count(given: string): number {
  const times = whole(given);
  if (times === 0) throw new InvalidArgumentError('expected at least 1');
  return times;
}

function oneOf<Word extends string>(...known: readonly Word[]): (given: string) => Word {
  return (given) => {
    const found = known.find((one) => one === given);
    if (found === undefined) throw new InvalidArgumentError(`expected ${known.join(' or ')}`);
    return found;
  };
}
