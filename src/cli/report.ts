/** `parley report`: one recorded call as a page to look at and to listen to. */
import { basename } from 'node:path';
import { Command } from 'commander';
import type { ReportedCall } from '../recordings/report/reported-call.ts';
import { writePage } from './written-page.ts';

/** Reads a recorded call. Throws a ParleyError if it cannot be read. */
export type ReadCall = (path: string) => Promise<ReportedCall>;

interface Options {
  readonly out?: string;
}

export function reportCommand(read: ReadCall): Command {
  return new Command('report')
    .description('make one self-contained HTML page of a recorded call')
    .argument('<bundle>', 'a recorded call: its directory or .parley.zip')
    .option('-o, --out <file>', 'where the page goes; NAME.html beside you if not given')
    .action(async (bundle: string, { out = pageOf(bundle) }: Options) => {
      // Loaded only here: the other commands need no pages.
      const { reportPage } = await import('../recordings/report/report-page.ts');
      await writePage(out, await reportPage(await read(bundle)));
      console.log(out);
    });
}

function pageOf(bundle: string): string {
  return `${basename(bundle).replace(/\.parley\.zip$/, '')}.html`;
}
