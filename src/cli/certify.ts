/** `parley certify`: calls any bot over SIP, puts it into what callers and providers do to bots, and tells from its sound how it bears that. */
import { Command, InvalidArgumentError } from 'commander';
import type { CommanderError } from 'commander';
import pc from 'picocolors';
import { systemClock } from '../base/clock.ts';
import { ParleyError, isParleyError } from '../base/errors.ts';
import { printable } from '../base/terminal-table.ts';
import type { FaultProxy } from '../lab/certify/fault-proxy.ts';
import { collected } from './collected.ts';
import { untilInterrupted } from './until-interrupted.ts';
import { EXIT_FAULT, EXIT_OK, EXIT_USAGE } from './exit.ts';
import { ANSWER_WITHIN_S, openOutsidePhone, withPhoneOptions } from './outside-phone.ts';
import type { PhoneOptions } from './outside-phone.ts';
import { beginPage, writePage } from './written-page.ts';

/** A bot that pauses for longer between two sentences has ended. */
const BOT_SILENCE_MS = 1200;
const HIGHEST_PORT = 65_535;
/** Who has been silent for longer has ended by anybody's ear, ms. */
const LONGEST_BOT_SILENCE_MS = 10_000;
/** No network lets a phone ring for longer, s. */
const LONGEST_RINGING_S = 300;
/** From when on a caller notices, gives up talking over the bot, and asks whether anybody is there, ms. */
const LIMITS = { voiceToVoiceMs: 1500, bargeInMs: 1000, deadAirMs: 5000 };

interface Options extends PhoneOptions {
  readonly short?: true;
  readonly only?: readonly string[];
  readonly voice?: string;
  readonly proxy?: readonly string[];
  readonly tones?: readonly number[];
  readonly voiceToVoice: number;
  readonly bargeIn: number;
  readonly deadAir: number;
  readonly botSilence: number;
  readonly answerWithin: number;
  readonly html?: string;
  readonly json?: true;
}

export function certifyCommand(end: (status: number) => void): Command {
  const command = new Command('certify')
    .description(
      'call any bot over SIP, put it into situations that callers and providers make, and judge what is heard',
    )
    .argument('<target>', 'whom to call: sip:EXTENSION@HOST[:PORT], over UDP')
    .option('--short', 'the situations that matter most, and one fault of each provider')
    .option('--only <situation>', 'that one alone, such as cough; may be repeated', collected)
    .option('--voice <dir>', 'question.wav, interruption.wav and number.wav in the language of the bot')
    .option(
      '--proxy <name=port,url>',
      'fail a provider of the bot: listen there, lead to http(s):, tcp: or tls:',
      collected,
    )
    .option('--tones <hz,hz…>', 'the bot speaks tones: these, in the order of its words', tones)
    .option('--voice-to-voice <ms>', 'an answer is to come within', positive, LIMITS.voiceToVoiceMs)
    .option('--barge-in <ms>', 'a bot that is interrupted is to be silent within', positive, LIMITS.bargeInMs)
    .option('--dead-air <ms>', 'the longest silence while the bot is to speak', positive, LIMITS.deadAirMs)
    .option(
      '--bot-silence <ms>',
      'the bot has ended after this much silence',
      upTo(LONGEST_BOT_SILENCE_MS),
      BOT_SILENCE_MS,
    )
    .option('--answer-within <s>', 'how long it may ring', upTo(LONGEST_RINGING_S), ANSWER_WITHIN_S);
  return (
    withPhoneOptions(command)
      .option('--html <file>', 'also write the certificate as a page')
      .option('--json', 'print one JSON object and nothing else')
      // Whoever runs it by a program must be able to tell a bad bot (1) from a bad command line.
      .exitOverride(({ exitCode }: CommanderError) => end(exitCode === 0 ? EXIT_OK : EXIT_USAGE))
      .action(async (target: string, options: Options) => end(await certified(target, options)))
  );
}

/** Resolves with the exit status. Throws for what cannot be dialled, said or listened at. */
async function certified(targetText: string, options: Options): Promise<number> {
  // Loaded only here: the other commands need no phone.
  const [{ certify }, { loadSounds }, { parseTarget }] = await Promise.all([
    import('../lab/certify/certify.ts'),
    import('../lab/certify/sounds.ts'),
    import('../lab/probe/target.ts'),
  ]);
  const target = parseTarget(targetText);
  const given = providersOf(options.proxy ?? []);
  const sounds = await loadSounds(options.voice);
  if (options.html !== undefined) await mustBeWritten(options.html);
  const proxies: FaultProxy[] = [];
  const phone = await openOutsidePhone(target, options);
  try {
    for (const provider of given) proxies.push(await openProxy(provider));
    const plan = {
      ...{ target: targetText, extension: target.user, sounds, proxies, tonesHz: options.tones ?? [] },
      answerWithinMs: options.answerWithin * 1000,
      botSilenceMs: options.botSilence,
      limits: {
        voiceToVoiceMs: options.voiceToVoice,
        bargeInMs: options.bargeIn,
        deadAirMs: options.deadAir,
      },
      only: options.only ?? [],
      form: options.short ? ('short' as const) : ('whole' as const),
    };
    const certificate = await untilInterrupted(
      new ParleyError('DIAL_INTERRUPTED', 'The certificate was given up.'),
      (signal) =>
        certify(plan, {
          ...{ phone, clock: systemClock, signal },
          onVerdict: ({ situation, complaints }) =>
            options.json ||
            process.stderr.write(`${printable(`${situation}: ${complaints.join('; ') || 'good'}`)}\n`),
        }),
    );
    const { certificateJson, certificateTable } = await import('./certify/certificate-table.ts');
    console.log(
      options.json ? certificateJson(certificate) : certificateTable(certificate, pc.isColorSupported),
    );
    if (options.html !== undefined) {
      const { certificatePage } = await import('./certify/certificate-page.ts');
      await writePage(options.html, await certificatePage(certificate));
    }
    return certificate.ok ? EXIT_OK : EXIT_FAULT;
  } finally {
    await Promise.all([phone.close(), ...proxies.map((proxy) => proxy.close())]);
  }
}

/** What is to be kept of minutes of calls must not fail behind them: before them it is a wrong command line. */
async function mustBeWritten(file: string): Promise<void> {
  try {
    await beginPage(file);
  } catch (cause) {
    if (!isParleyError(cause)) throw cause;
    throw new ParleyError('DIAL_OPTION_INVALID', `--html: ${cause.detail}`, { cause });
  }
}

interface Provider {
  readonly name: string;
  readonly port: number;
  readonly url: URL;
}

/** Throws DIAL_OPTION_INVALID for what names no provider, or one again: nobody could tell their situations apart. */
function providersOf(given: readonly string[]): readonly Provider[] {
  const providers = given.map(providerOf);
  const twice = providers.find(({ name }, at) => providers.findIndex((each) => each.name === name) < at);
  if (twice) throw new ParleyError('DIAL_OPTION_INVALID', `Two of the proxies are called ${twice.name}.`);
  return providers;
}

function providerOf(given: string): Provider {
  const [, name, port, address] = /^([\w-]+)=(\d{1,5}),((?:https?|tcp|tls):\/\/\S+)$/.exec(given) ?? [];
  const url = address !== undefined && URL.canParse(address) ? new URL(address) : undefined;
  const needsPort = url && /^(tcp|tls):$/.test(url.protocol) && url.port === '';
  // Port 0 would be one that nobody knows, and the bot least of all.
  if (name === undefined || !url || needsPort || Number(port) < 1 || Number(port) > HIGHEST_PORT)
    throw new ParleyError(
      'DIAL_OPTION_INVALID',
      `--proxy ${given} is not like chat=8401,https://api.example.com or speech=8402,tls://tts.example.com:443.`,
    );
  return { name, port: Number(port), url };
}

async function openProxy({ name, port, url }: Provider): Promise<FaultProxy> {
  const { mustBeReached, startFaultProxy } = await import('../lab/certify/fault-proxy.ts');
  await mustBeReached(name, url);
  return startFaultProxy({ name, port, upstream: () => url });
}

function positive(given: string): number {
  const value = Number(given);
  if (!Number.isFinite(value) || value <= 0) throw new InvalidArgumentError('expected a number above 0');
  return value;
}

function upTo(most: number): (given: string) => number {
  return (given) => {
    const value = positive(given);
    if (value > most) throw new InvalidArgumentError(`expected at most ${most}`);
    return value;
  };
}

function tones(given: string): readonly number[] {
  return given.split(',').map(positive);
}
