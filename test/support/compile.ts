import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { projectRoot } from '../../src/base/project-root.ts';

/** By its path: of two TypeScripts (see docs/decisions/two-typescripts.md) npm links only one as `tsc`. */
const COMPILER = 'node_modules/typescript-7/bin/tsc';

/** Compiles a tsconfig of the project's root. Throws an Error if it cannot. */
export function compile(tsconfig: string, ...options: readonly string[]): void {
  const root = projectRoot();
  execFileSync(process.execPath, [join(root, COMPILER), '-p', tsconfig, ...options], {
    cwd: root,
    stdio: 'inherit',
  });
}
