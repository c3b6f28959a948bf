/** What the tests start as `parley`. A run of all suites builds it first; a single one starts the sources, which takes each process a second more. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { projectRoot } from '../../src/base/project-root.ts';

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
  const root = projectRoot();
  const compiler = join(root, 'node_modules/typescript/bin/tsc');
  const options = ['--declaration', 'false', '--sourceMap', 'false', '--outDir', BUILT];
  const { status } = spawnSync(process.execPath, [compiler, '-p', 'tsconfig.build.json', ...options], {
    cwd: root,
    stdio: 'inherit',
  });
  if (status !== 0) throw new Error(`The program was not built: status ${status}.`);
  process.env[VARIABLE] = join(root, BUILT, 'src/cli/parley.js');
}
