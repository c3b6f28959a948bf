/**
 * `parley doctor`: tries out everything that a call will need and says what to do about each red line.
 */
import { Command } from 'commander';
import { systemClock } from '../base/clock.ts';
import { examine } from '../ops/doctor/examine.ts';
import type { ConnectDoctor } from '../ops/doctor/examine.ts';
import { healthy, renderJson, renderTable } from '../ops/doctor/diagnosis.ts';
import { EXIT_FAULT, EXIT_OK } from './exit.ts';

export function doctorCommand(connect: ConnectDoctor, end: (status: number) => void): Command {
  return new Command('doctor')
    .description('check settings, Asterisk, speech and chat, with one real request to each')
    .option('--json', 'print the findings as JSON')
    .action(async ({ json }: { json?: true }) => {
      const reports = await examine(process.env, connect, systemClock);
      console.log(json ? renderJson(reports) : renderTable(reports));
      end(healthy(reports) ? EXIT_OK : EXIT_FAULT);
    });
}
