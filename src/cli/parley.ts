#!/usr/bin/env node
/**
 * The `parley` command. Settings come from the environment, and from `.env` in the working directory where that does not say.
 */
import { Command } from 'commander';
import { config } from 'dotenv';
import { parleyVersion } from '../base/version.ts';
import { readSettings } from '../config/settings.ts';
import { callCommand } from './call.ts';
import { campaignCommand } from './campaign.ts';
import { chatCommand } from './chat.ts';
import { compareCommand } from './compare.ts';
import { demoCommand } from './demo.ts';
import { dialCommand } from './dial.ts';
import { doctorCommand } from './doctor.ts';
import { complaint, exitStatus } from './exit.ts';
import { keysCommand } from './keys.ts';
import { knowledgeCommand } from './knowledge.ts';
import { readRecorded, replayUnder } from './recorded.ts';
import { packCommand } from './pack.ts';
import { playCommand } from './play.ts';
import { rehearseCommand } from './rehearse.ts';
import { replayCommand } from './replay.ts';
import { reportCommand } from './report.ts';
import { resultsCommand } from './results.ts';
import { sayCommand } from './say.ts';
import { serveCommand } from './serve.ts';
import { speechCommand } from './speech.ts';
import { testCommand } from './test.ts';

config({ quiet: true });

/** Loaded only when there is something to build, so that faulty settings are told at once. */
const main = () => import('../main.ts');

const program = new Command('parley')
  .description('A voice bot that answers the phone on an Asterisk PBX')
  .version(parleyVersion())
  .addCommand(
    serveCommand(
      async (settings, log, signal) => (await main()).startService(settings, log, { signal }),
      end,
    ),
  )
  .addCommand(
    doctorCommand(async (settings) => (await import('../service/doctor.ts')).connectDoctor(settings), end),
  )
  .addCommand(
    replayCommand(
      async (settings) => (await import('../service/providers.ts')).connectProviders(settings),
      () => readSettings(process.env),
      end,
    ),
  )
  .addCommand(testCommand(end))
  .addCommand(packCommand())
  .addCommand(callCommand(() => readSettings(process.env), end))
  .addCommand(campaignCommand(() => readSettings(process.env), end))
  .addCommand(resultsCommand(() => readSettings(process.env)))
  .addCommand(reportCommand(readRecorded))
  .addCommand(compareCommand({ read: readRecorded, replay: replayUnder }))
  .addCommand(demoCommand(async (...given) => (await main()).startService(...given), end))
  .addCommand(playCommand(async (...given) => (await main()).startService(...given), end))
  .addCommand(chatCommand(() => readSettings(process.env), { input: process.stdin, output: process.stdout }))
  .addCommand(dialCommand(end))
  .addCommand(knowledgeCommand(process.env, end))
  .addCommand(rehearseCommand(process.env, end))
  .addCommand(speechCommand(process.env, end))
  .addCommand(keysCommand(process.env))
  .addCommand(sayCommand(process.env));

try {
  await program.parseAsync();
} catch (error) {
  process.stderr.write(`${complaint(error)}\n`);
  end(exitStatus(error));
}

/** Whatever a command has left open ends here. */
function end(status: number): void {
  process.exit(status);
}
