/**
 * `parley demo`: a whole call on this machine, told while it goes on, recorded, and judged by what was heard.
 */
import { Command } from 'commander';
import type { StartService } from './demo/stage.ts';
import { EXIT_FAULT, EXIT_OK } from './exit.ts';
import { play, withPlayOptions } from './play.ts';
import type { PlayOptions } from './play.ts';

interface Options extends PlayOptions {
  readonly serve?: true;
  readonly asterisk?: true;
  readonly out: string;
}

export function demoCommand(start: StartService, end: (status: number) => void): Command {
  return withPlayOptions(new Command('demo'))
    .description('play a recorded call on this machine; needs no keys, no phone and no Asterisk')
    .option('--asterisk', 'through a real Asterisk and over SIP')
    .option('--out <dir>', 'where heard.wav and parley.log go', 'demo')
    .option('--serve', 'let yourself be the caller, from a browser: the same as parley play')
    .action(async ({ asterisk, out, serve, ...options }: Options) => {
      if (serve) return end(await play(start, options));
      // Loaded only here: the other commands need no stand-ins.
      const { runDemo } = await import('./demo/run-demo.ts');
      const telephone = asterisk ? 'asterisk' : 'simulator';
      const isRight = await runDemo({ telephone, outDir: out, start, print: (line) => console.log(line) });
      end(isRight ? EXIT_OK : EXIT_FAULT);
    });
}
