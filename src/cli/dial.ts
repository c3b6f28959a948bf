/** `parley dial`: calls a bot over SIP, talks with it, and tells from outside how quick it is. */
import { Command, InvalidArgumentError, type CommanderError } from 'commander';
import { ParleyError } from '../base/errors.ts';
import type { Expectation } from '../lab/probe/expectation.ts';
import { collected } from './collected.ts';
import { untilInterrupted } from './until-interrupted.ts';
import { EXIT_FAULT, EXIT_OK, EXIT_USAGE } from './exit.ts';
import { ANSWER_WITHIN_S, openOutsidePhone, withPhoneOptions } from './outside-phone.ts';
import type { PhoneOptions } from './outside-phone.ts';

/** People pause for up to 400 ms within a sentence, and bots between two; who has said nothing for longer has ended. */
const BOT_SILENCE_MS = 700;
/** Calls begin so far apart if nothing else is said, s: real callers never all dial at the same instant. */
const RAMP_A_CALL_S = 0.05;

interface Options extends PhoneOptions {
  readonly say: readonly string[];
  readonly calls: number;
  readonly ramp?: number;
  readonly hold: number;
  readonly botSilence: number;
  readonly bargeInAfter?: number;
  readonly answerWithin: number;
  readonly expect: readonly string[];
  readonly record?: string;
  readonly json?: true;
}

export function dialCommand(end: (status: number) => void): Command {
  const command = new Command('dial')
    .description('call a bot over SIP, say WAV files to it, and measure from outside how it answers')
    .argument('<target>', 'whom to call: sip:EXTENSION@HOST[:PORT], over UDP')
    .requiredOption('--say <file...>', 'WAV files (16-bit mono, any usual rate), one a turn')
    .option('--calls <n>', 'how many calls', positiveInteger, 1)
    .option('--ramp <s>', `over how long they begin; ${RAMP_A_CALL_S} s a call if not given`, positive)
    .option('--hold <s>', 'how long each lasts at least', positive, 0)
    .option('--bot-silence <ms>', 'the bot has ended after this much silence', positive, BOT_SILENCE_MS)
    .option('--barge-in-after <ms>', "say each next file so long into the bot's answer", positive)
    .option('--answer-within <s>', 'how long it may ring', positive, ANSWER_WITHIN_S);
  return (
    withPhoneOptions(command)
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
  const { dial } = await import('../lab/probe/dial.ts');
  const { renderJson, renderTable } = await import('../lab/probe/campaign-result.ts');
  const { parseTarget } = await import('../lab/probe/target.ts');
  const target = parseTarget(targetText);
  const plan = await planOf(targetText, target.user, options);
  const phone = await openOutsidePhone(target, options);
  const quiet = { write: () => true };
  try {
    const report = await untilInterrupted(
      new ParleyError('DIAL_INTERRUPTED', 'The call was ended early.'),
      (signal) => dial(phone, plan, options.json ? quiet : process.stderr, signal),
    );
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
