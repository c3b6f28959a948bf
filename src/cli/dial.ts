/** `parley dial`: calls a bot over SIP, talks with it, and tells from outside how quick it is. */
import { Command, InvalidArgumentError, Option, type CommanderError } from 'commander';
import { ParleyError } from '../base/errors.ts';
import type { Expectation } from '../lab/probe/expectation.ts';
import { EXIT_FAULT, EXIT_OK, EXIT_USAGE } from './exit.ts';

/** People pause for up to 400 ms within a sentence, and bots between two; who has said nothing for longer has ended. */
const BOT_SILENCE_MS = 700;
/** Half a minute: five or six rings, after which people give up. */
const ANSWER_WITHIN_S = 30;
/** Calls begin so far apart if nothing else is said, s: real callers never all dial at the same instant. */
const RAMP_A_CALL_S = 0.05;

interface Options {
  readonly say: readonly string[];
  readonly calls: number;
  readonly ramp?: number;
  readonly hold: number;
  readonly botSilence: number;
  readonly bargeInAfter?: number;
  readonly answerWithin: number;
  readonly user?: string;
  readonly password?: string;
  readonly from?: string;
  readonly codec: 'pcmu' | 'pcma';
  readonly expect: readonly string[];
  readonly record?: string;
  readonly json?: true;
}

export function dialCommand(end: (status: number) => void): Command {
  return (
    new Command('dial')
      .description('call a bot over SIP, say WAV files to it, and measure from outside how it answers')
      .argument('<target>', 'whom to call: sip:EXTENSION@HOST[:PORT], over UDP')
      .requiredOption('--say <file...>', 'WAV files (16-bit mono, any usual rate), one a turn')
      .option('--calls <n>', 'how many calls', positiveInteger, 1)
      .option('--ramp <s>', `over how long they begin; ${RAMP_A_CALL_S} s a call if not given`, positive)
      .option('--hold <s>', 'how long each lasts at least', positive, 0)
      .option('--bot-silence <ms>', 'the bot has ended after this much silence', positive, BOT_SILENCE_MS)
      .option('--barge-in-after <ms>', "say each next file so long into the bot's answer", positive)
      .option('--answer-within <s>', 'how long it may ring', positive, ANSWER_WITHIN_S)
      .option('--user <name>', 'who calls, and proves it where the PBX asks')
      .addOption(new Option('--password <password>', "that user's password").env('DIAL_PASSWORD'))
      .option('--from <address>', 'the local IP address; the one on the way to the host if not given')
      .addOption(new Option('--codec <codec>', 'how it sounds').choices(['pcmu', 'pcma']).default('pcmu'))
      .option('--expect <figure>', 'such as p95<1.0s or greeting.max<=800ms; may be repeated', collected, [])
      .option('--record <dir>', 'keep each call as a WAV there: the caller left, the bot right')
      .option('--json', 'print one JSON object and nothing else')
      // A canary must be able to tell a bad bot (1) from a bad command line.
      .exitOverride(({ exitCode }: CommanderError) => end(exitCode === 0 ? EXIT_OK : EXIT_USAGE))
      .action(async (target: string, options: Options) => end(await dialled(target, options)))
  );
}

/** Resolves with the exit status. Throws for what cannot be dialled, said or expected. */
async function dialled(targetText: string, options: Options): Promise<number> {
  // Loaded only here: the other commands need no phone.
  const { dial, openPhone } = await import('../lab/probe/dial.ts');
  const { renderJson, renderTable } = await import('../lab/probe/campaign-result.ts');
  const { parseTarget } = await import('../lab/probe/target.ts');
  const target = parseTarget(targetText);
  const plan = await planOf(targetText, target.user, options);
  const { user, password, from } = options;
  const phone = await openPhone({
    target,
    codec: options.codec === 'pcma' ? 'PCMA' : 'PCMU',
    ...(from !== undefined && { localHost: from }),
    ...(user !== undefined && { user }),
    ...(password !== undefined && { password }),
  });
  const quiet = { write: () => true };
  try {
    const report = await dial(phone, plan, options.json ? quiet : process.stderr, untilInterrupted());
    console.log(options.json ? renderJson(report) : renderTable(report));
    return report.ok ? EXIT_OK : EXIT_FAULT;
  } finally {
    await phone.close();
  }
}

async function planOf(target: string, extension: string, options: Options) {
  const { parseExpectation } = await import('../lab/probe/expectation.ts');
  const { readLine } = await import('../lab/probe/script.ts');
  const { say, calls, ramp = calls * RAMP_A_CALL_S, hold, bargeInAfter, record } = options;
  if (bargeInAfter !== undefined && say.length < 2)
    throw new ParleyError('DIAL_OPTION_INVALID', '--barge-in-after needs a second file to barge in with.');
  const expectations: readonly Expectation[] = options.expect.map(parseExpectation);
  return {
    target,
    extension,
    calls,
    expectations,
    rampMs: ramp * 1000,
    answerWithinMs: options.answerWithin * 1000,
    script: {
      lines: await Promise.all(say.map(readLine)),
      botSilenceMs: options.botSilence,
      holdMs: hold * 1000,
      ...(bargeInAfter !== undefined && { bargeInAfterMs: bargeInAfter }),
    },
    ...(record !== undefined && { recordDir: record }),
  };
}

/** Whoever interrupts still wants his calls hung up, and what was measured so far. */
function untilInterrupted(): AbortSignal {
  const interrupted = new AbortController();
  const reason = new ParleyError('DIAL_INTERRUPTED', 'The call was ended early.');
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupted.abort(reason));
  return interrupted.signal;
}

function collected(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}

function positive(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || value < 0)
    throw new InvalidArgumentError('It takes a number, 0 or more.');
  return value;
}

function positiveInteger(text: string): number {
  const value = positive(text);
  if (!Number.isInteger(value) || value < 1)
    throw new InvalidArgumentError('It takes a whole number from 1 on.');
  return value;
}
