/** What the tests start as `parley`. A run of all suites builds it first; a single one starts the sources, which takes each process a second more. */
import { join } from 'node:path';
import { projectRoot } from '../../src/base/project-root.ts';
import { compile } from './compile.ts';

const VARIABLE = 'PARLEY_BUILT_PROGRAM';

/** Beside package.json, as `dist` is: from there the program finds what it ships with. */
const BUILT = '.built';

/** Arguments of Node: the program that was built for this run, or the sources. */
export function parleyProgram(): readonly string[] {
  const built = process.env[VARIABLE];
  if (built !== undefined) return [built];
  return ['--import', import.meta.resolve('tsx'), join(projectRoot(), 'src/cli/parley.ts')];
}

/** Throws an Error if it cannot be compiled. */
export function buildProgram(): void {
  compile('tsconfig.build.json', '--declaration', 'false', '--sourceMap', 'false', '--outDir', BUILT);
  process.env[VARIABLE] = join(projectRoot(), BUILT, 'src/cli/parley.js');
}
