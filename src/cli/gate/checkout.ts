/** Another checkout of Parley: a directory, or a commit or branch of the repository, checked out beside it and built. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ParleyError } from '../../base/errors.ts';
import { projectRoot } from '../../base/project-root.ts';

const run = promisify(execFile);

export interface Checkout {
  /** It holds `dist/`. */
  readonly root: string;
  /** Removes what was made for it. */
  readonly remove: () => Promise<void>;
}

const LOCK = 'package-lock.json';
const PACKAGES = 'node_modules';

/** Builds what is there, if it can be built: an installed package has only its `dist/`. Throws CHECKOUT_UNUSABLE. */
export async function checkoutAt(root: string): Promise<Checkout> {
  if (existsSync(join(root, 'tsconfig.build.json'))) await tried(root, 'npm', ['run', '--silent', 'build']);
  if (!existsSync(join(root, 'dist')))
    throw new ParleyError('CHECKOUT_UNUSABLE', `${root} holds no Parley that is built or can be.`);
  return { root, remove: () => Promise.resolve() };
}

/** In a worktree of its own; with the packages that are here where it wants the same. Throws CHECKOUT_UNUSABLE. */
export async function checkoutOf(ref: string): Promise<Checkout> {
  const repository = projectRoot();
  const parent = await mkdtemp(join(tmpdir(), 'parley-gate-'));
  const root = join(parent, 'checkout');
  const remove = async () => {
    await run('git', ['worktree', 'remove', '--force', root], { cwd: repository }).catch(() => undefined);
    await rm(parent, { recursive: true, force: true });
    await run('git', ['worktree', 'prune'], { cwd: repository }).catch(() => undefined);
  };
  try {
    // What begins with a dash is an option to git.
    if (ref.startsWith('-')) throw new ParleyError('CHECKOUT_UNUSABLE', `${ref} is no commit or branch.`);
    await tried(repository, 'git', ['worktree', 'add', '--quiet', '--detach', root, ref]);
    const lock = (of: string) => readFile(join(of, LOCK), 'utf8').catch(() => undefined);
    if ((await lock(repository)) === (await lock(root)) && existsSync(join(repository, PACKAGES)))
      await symlink(join(repository, PACKAGES), join(root, PACKAGES));
    else await tried(root, 'npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund']);
    await checkoutAt(root);
    return { root, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

async function tried(cwd: string, program: string, given: readonly string[]): Promise<void> {
  try {
    await run(program, [...given], { cwd });
  } catch (cause) {
    const said = cause instanceof Error && 'stderr' in cause ? String(cause.stderr).trim() : String(cause);
    throw new ParleyError('CHECKOUT_UNUSABLE', `${program} ${given.join(' ')} in ${cwd}: ${said}.`, {
      cause,
    });
  }
}
