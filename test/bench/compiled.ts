/** What benches run beside the service, compiled as it is: tsx, which runs benches, names every function anew whenever one is made. */
import { join } from 'node:path';
import { projectRoot } from '../../src/base/project-root.ts';
import { compile } from '../support/compile.ts';

let isCompiled = false;

/** Path of one of the programs in tsconfig.bench.json, by its name in test/bench. Compiles them the first time. */
export function compiledForBench(name: 'speech-server' | 'stream-floor-bot'): string {
  if (!isCompiled) compile('tsconfig.bench.json');
  isCompiled = true;
  return join(projectRoot(), '.built/bench/test/bench', `${name}.js`);
}
