/** Every command, loaded only when it is asked for: an operator who wants one does not wait for all the others. */
import type { Command } from 'commander';
import type { Settings } from '../config/settings.ts';
import type { StartService } from './demo/stage.ts';

/** Ends the process, with whatever a command has left open. */
type End = (status: number) => void;

/** Loaded only when there is something to build, so that faulty settings are told at once. */
const start: StartService = async (...given) => (await import('../main.ts')).startService(...given);

export const COMMANDS = {
  serve: async (end) => {
    const { serveCommand } = await import('./serve.ts');
    const { speechApiBesideCalls } = await import('../config/speech-api-settings.ts');
    return serveCommand(
      async (settings, log, signal) =>
        start(settings, log, { signal, speechApi: speechApiBesideCalls(process.env) }),
      end,
    );
  },
  doctor: async (end) => {
    const { doctorCommand } = await import('./doctor.ts');
    return doctorCommand(
      async (settings) => (await import('../service/doctor.ts')).connectDoctor(settings),
      end,
    );
  },
  'asterisk-config': async () => (await import('./asterisk-config.ts')).asteriskConfigCommand(process.env),
  replay: async (end) => {
    const { replayCommand } = await import('./replay.ts');
    const connect = async (settings: Settings) =>
      (await import('../service/providers.ts')).connectProviders(settings);
    return replayCommand(connect, await settingsOfProcess(), end);
  },
  test: async (end) => (await import('./test.ts')).testCommand(end),
  pack: async () => (await import('./pack.ts')).packCommand(),
  call: async (end) => (await import('./call.ts')).callCommand(await settingsOfProcess(), end),
  campaign: async (end) => (await import('./campaign.ts')).campaignCommand(await settingsOfProcess(), end),
  fleet: async () => (await import('./fleet.ts')).fleetCommand(await settingsOfProcess()),
  tenants: async () => (await import('./tenants.ts')).tenantsCommand(process.env),
  results: async () => (await import('./results.ts')).resultsCommand(await settingsOfProcess()),
  report: async () => {
    const [{ reportCommand }, { readRecorded }] = await Promise.all([
      import('./report.ts'),
      import('./recorded.ts'),
    ]);
    return reportCommand(readRecorded);
  },
  compare: async () => {
    const [{ compareCommand }, { readRecorded, replayUnder }] = await Promise.all([
      import('./compare.ts'),
      import('./recorded.ts'),
    ]);
    return compareCommand({ read: readRecorded, replay: replayUnder });
  },
  tune: async (end) => (await import('./tune.ts')).tuneCommand(end),
  gate: async (end) => (await import('./gate.ts')).gateCommand(process.env, end),
  demo: async (end) => (await import('./demo.ts')).demoCommand(start, end),
  play: async (end) => (await import('./play.ts')).playCommand(start, end),
  chat: async () => {
    const { chatCommand } = await import('./chat.ts');
    return chatCommand(await settingsOfProcess(), { input: process.stdin, output: process.stdout });
  },
  certify: async (end) => (await import('./certify.ts')).certifyCommand(end),
  dial: async (end) => (await import('./dial.ts')).dialCommand(end),
  knowledge: async (end) => (await import('./knowledge.ts')).knowledgeCommand(process.env, end),
  rehearse: async (end) => (await import('./rehearse.ts')).rehearseCommand(process.env, end),
  speech: async (end) => (await import('./speech.ts')).speechCommand(process.env, end),
  keys: async () => (await import('./keys.ts')).keysCommand(process.env),
  health: async (end) => (await import('./health.ts')).healthCommand(end),
  transcribe: async (end) => (await import('./transcribe.ts')).transcribeCommand(process.env, end),
  say: async () => (await import('./say.ts')).sayCommand(process.env),
} satisfies Readonly<Record<string, (end: End) => Promise<Command>>>;

async function settingsOfProcess(): Promise<() => Settings> {
  const { readSettings } = await import('../config/settings.ts');
  return () => readSettings(process.env);
}
