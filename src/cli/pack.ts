/** `parley pack`: a recorded call as one file, to be sent to somebody. */
import { basename } from 'node:path';
import { Command } from 'commander';
import { packBundle, readBundle } from '../recordings/bundle/bundle.ts';

interface Options {
  readonly out?: string;
}

export function packCommand(): Command {
  return new Command('pack')
    .description('pack a recorded call into one file')
    .argument('<bundle>', 'a recorded call: its directory')
    .option('-o, --out <file>', 'where the file goes; NAME.parley.zip beside you if not given')
    .action(async (bundle: string, { out = `${basename(bundle)}.parley.zip` }: Options) => {
      // What cannot be read is not sent around.
      await readBundle(bundle);
      await packBundle(bundle, out);
      console.log(out);
    });
}
