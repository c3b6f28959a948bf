/** `parley test`: recorded calls as tests. */
import { Command } from 'commander';
import { bundlesIn, testBundle } from '../recordings/replay/test-bundle.ts';
import { EXIT_FAULT, EXIT_OK } from './exit.ts';

export function testCommand(end: (status: number) => void): Command {
  return new Command('test')
    .description('replay recorded calls and hold each to its expect.yaml and outcome.json')
    .argument('<dir...>', 'recorded calls, or directories of them')
    .action(async (dirs: readonly string[]) => {
      let failed = 0;
      let passed = 0;
      for (const path of (await Promise.all(dirs.map(bundlesIn))).flat()) {
        const { faults, name } = await testBundle(path);
        if (faults.length > 0) failed++;
        else passed++;
        console.log(`${faults.length > 0 ? '✗' : '✓'} ${name}`);
        for (const fault of faults) console.log(`    ${fault}`);
      }
      console.log(`${passed} passed, ${failed} failed`);
      end(failed > 0 ? EXIT_FAULT : EXIT_OK);
    });
}
