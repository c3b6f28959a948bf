/**
 * `npm test`: every suite once, unit tests first, and one line at the end that says how it went. Exit status 1 if anything failed,
 * did not load or did not run.
 */
import { startVitest } from 'vitest/node';
import { projectRoot } from '../src/base/project-root.ts';
import { buildProgram } from './support/program.ts';
import { closingLine, nothingRun, secondTries, sum, tally, uncaught } from './support/tally.ts';
import { machineTime, whereTimeWent } from './support/where-time-went.ts';

const before = machineTime();
if (process.cwd() === projectRoot()) buildProgram();
const vitest = await startVitest('test', [], { watch: false, reporters: ['default'] });
const errors = vitest.state.getUnhandledErrors();
let outcome = nothingRun;
for (const { name } of vitest.projects) {
  const modules = vitest.state.getTestModules().filter(({ project }) => project.name === name);
  const own = tally(name, modules);
  console.log(`${name}: ${closingLine(own)}`);
  outcome = sum(outcome, own);
}
outcome = sum(outcome, uncaught(errors));
await vitest.close();

for (const line of whereTimeWent(vitest.state.getTestModules(), before, machineTime())) console.log(line);
console.log(`after ${Math.round(performance.now() / 1000)} s`);
for (const failure of outcome.failures) console.log(`FAILED  ${failure}`);
for (const reason of outcome.reasonsToSkip) console.log(`SKIPPED ${reason}`);
for (const line of secondTries(outcome)) console.log(line);
console.log(closingLine(outcome));
process.exit(outcome.failed === 0 ? 0 : 1);
