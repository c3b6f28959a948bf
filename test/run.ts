/**
 * `npm test`: every suite once, unit tests first, and one line at the end that says how it went. Exit status 1 if anything failed,
 * did not load or did not run.
 */
import { startVitest } from 'vitest/node';
import { closingLine, nothingRun, sum, tally, type Tally } from './support/tally.ts';

async function run(project: string): Promise<Tally> {
  const startedAtMs = performance.now();
  const vitest = await startVitest('test', [], { project, watch: false, reporters: ['default'] });
  const outcome = tally(project, vitest.state.getTestModules(), vitest.state.getUnhandledErrors());
  await vitest.close();
  const seconds = ((performance.now() - startedAtMs) / 1000).toFixed(1);
  console.log(`${project}: ${closingLine(outcome)} in ${seconds} s\n`);
  return outcome;
}

let outcome = nothingRun;
for (const project of ['unit', 'e2e']) outcome = sum(outcome, await run(project));

for (const failure of outcome.failures) console.log(`FAILED  ${failure}`);
for (const reason of outcome.reasonsToSkip) console.log(`SKIPPED ${reason}`);
console.log(closingLine(outcome));
process.exit(outcome.failed === 0 ? 0 : 1);
