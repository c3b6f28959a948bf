/**
 * Everything the doctor looks at, in the order in which faults explain each other.
 */
import type { Recognizer } from '../../speech/recognition/recognizer.ts';
import type { Clock } from '../../base/clock.ts';
import { loadBots } from '../../config/bots.ts';
import { readSettings } from '../../config/settings.ts';
import type { Environment, Settings } from '../../config/settings.ts';
import type { Chat } from '../../llm/chat.ts';
import type { AriPort } from '../../telephony/asterisk/ari/ari-port.ts';
import type { Synthesizer } from '../../speech/synthesis/synthesizer.ts';
import { asteriskChecks } from './asterisk-checks.ts';
import { chatCheck } from './chat-check.ts';
import { failure, runCheck } from './check.ts';
import type { Check, CheckReport } from './check.ts';
import { dataDirCheck } from './data-dir-check.ts';
import { differingBots } from './differing-bots.ts';
import { httpPortCheck } from './http-port-check.ts';
import { mediaDirCheck } from './media-dir-check.ts';
import { botsCheck, proxyChecks, settingsCheck } from './settings-checks.ts';
import { twilioCheck } from './twilio-check.ts';
import { speechChecks, voiceCheck } from './speech-checks.ts';

/** The outside world as a call would meet it, but bare: no cache, no failover, so that each line tells of one thing. */
export interface DoctorPorts {
  readonly ari: Pick<AriPort, 'info'>;
  /** Whether Twilio takes account and token; undefined where there is no Twilio. */
  readonly twilio?: (() => Promise<void>) | undefined;
  readonly synthesizers: readonly Synthesizer[];
  readonly recognizers: readonly Recognizer[];
  readonly chat: Chat;
  close(): Promise<void>;
}

export type ConnectDoctor = (settings: Settings) => Promise<DoctorPorts>;

/** Runs the checks one after another, so that none disturbs another's latency. Never rejects. */
export async function examine(
  env: Environment,
  connect: ConnectDoctor,
  clock: Clock,
): Promise<readonly CheckReport[]> {
  const run = (check: Check) => runCheck(check, clock);
  const first = await run(settingsCheck(env));
  if (first.ok === false) return [first];
  const settings = readSettings(env);
  const reports = [
    first,
    await run(botsCheck(settings.bots)),
    await run(mediaDirCheck(settings.media.dir)),
    await run(dataDirCheck(settings.data.dir)),
    await run(httpPortCheck(settings.http)),
  ];
  for (const check of proxyChecks(env)) reports.push(await run(check));
  try {
    const ports = await connect(settings);
    for (const check of await outsideChecks(settings, ports, clock)) reports.push(await run(check));
    await ports.close();
  } catch (error) {
    reports.push({ name: 'connections', ...failure(error) });
  }
  return reports;
}

/**
 * Speech and chat are tried out as the default bot, and a voice or a model that only another bot has as that bot; where a profile is faulty,
 * only the telephones are.
 */
async function outsideChecks(
  settings: Settings,
  ports: DoctorPorts,
  clock: Clock,
): Promise<readonly Check[]> {
  const telephones = [
    ...(settings.telephones.asterisk ? asteriskChecks(ports.ari, settings.media.mode, clock) : []),
    ...(ports.twilio ? [twilioCheck(ports.twilio, clock)] : []),
  ];
  const { dir, secrets } = settings.bots;
  const bots = await loadBots(dir, [...secrets.keys()]).catch(() => undefined);
  if (!bots) return [...telephones, notTried];
  const bot = bots.get();
  const [synthesizer] = ports.synthesizers;
  const voices = differingBots(bots, ({ language, voice }) => [language, voice]);
  return [
    ...telephones,
    ...speechChecks(ports.synthesizers, ports.recognizers, bot, clock),
    ...(synthesizer ? voices.map((other) => voiceCheck(synthesizer, other, clock)) : []),
    chatCheck(ports.chat, bot, clock),
    ...differingBots(bots, ({ llm }) => llm).map((other) => chatCheck(ports.chat, other, clock)),
  ];
}

const notTried: Check = {
  name: 'speech and chat',
  run: async () => ({
    ok: 'warn',
    finding: 'not tried: they need the bot profiles',
    advice: 'Correct those first.',
  }),
};
