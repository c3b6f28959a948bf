/** What benches run beside the service, compiled as it is: tsx, which runs benches, names every function anew whenever one is made. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { projectRoot } from '../../src/base/project-root.ts';

let isCompiled = false;

/** Path of one of the programs in tsconfig.bench.json, by its name in test/bench. Compiles them the first time. */
export function compiledForBench(name: 'speech-server' | 'stream-floor-bot'): string {
  const root = projectRoot();
  if (!isCompiled) execFileSync('npx', ['tsc', '-p', 'tsconfig.bench.json'], { cwd: root, stdio: 'inherit' });
  isCompiled = true;
  return join(root, '.built/bench/test/bench', `${name}.js`);
}
