/** Other checkouts of Parley: directories, and commits or branches of the repository, checked out beside it and built. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ParleyError } from '../../base/errors.ts';
import { projectRoot } from '../../base/project-root.ts';
import { systemCode } from '../../base/system-code.ts';
import { OtherCode } from './other-code.ts';

const LOCK = 'package-lock.json';
const PACKAGES = 'node_modules';

/** Of what a program that fails says, characters: the first fault is the cause of the others. */
const MOST_COMPLAINT = 2000;

/** All that one gate has made. What it makes is removed when it is closed, and nowhere else. */
export class Checkouts {
  readonly #signal: AbortSignal;
  readonly #repository: string;
  /** Each holds one checkout. */
  readonly #made: string[] = [];
  readonly #running: OtherCode[] = [];

  /** With `signal` the programs that make a checkout end, and what was asked for rejects with its reason. */
  constructor(signal: AbortSignal, repository = projectRoot()) {
    this.#signal = signal;
    this.#repository = repository;
  }

  /** Builds what is there, if it can be built: an installed package has only its `dist/`. Throws CHECKOUT_UNUSABLE. */
  async at(root: string): Promise<string> {
    if (existsSync(join(root, 'tsconfig.build.json')))
      await this.#tried(root, 'npm', ['run', '--silent', 'build']);
    if (!existsSync(join(root, 'dist')))
      throw new ParleyError('CHECKOUT_UNUSABLE', `${root} holds no Parley that is built or can be.`);
    return root;
  }

  /** In a worktree of its own; with the packages that are here where it wants the same. Throws CHECKOUT_UNUSABLE. */
  async of(ref: string): Promise<string> {
    // What begins with a dash is an option to git.
    if (ref.startsWith('-')) throw new ParleyError('CHECKOUT_UNUSABLE', `${ref} is no commit or branch.`);
    const repository = this.#repository;
    const parent = await mkdtemp(join(tmpdir(), 'parley-gate-'));
    this.#made.push(parent);
    const root = join(parent, 'checkout');
    await this.#tried(repository, 'git', ['worktree', 'add', '--quiet', '--detach', root, ref]);
    const lock = (of: string) => readFile(join(of, LOCK), 'utf8').catch(() => undefined);
    if ((await lock(repository)) === (await lock(root)) && existsSync(join(repository, PACKAGES)))
      await symlink(join(repository, PACKAGES), join(root, PACKAGES));
    else await this.#tried(root, 'npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund']);
    return this.at(root);
  }

  /** Runs recorded calls with what is built in `root`, until this is closed. Throws CHECKOUT_UNUSABLE if that can run none. */
  async code(root: string): Promise<OtherCode> {
    const code = new OtherCode(root, this.#signal);
    this.#running.push(code);
    await code.load();
    return code;
  }

  async close(): Promise<void> {
    for (const code of this.#running.splice(0)) await code.close();
    for (const parent of this.#made.splice(0)) {
      await rm(parent, { recursive: true, force: true });
      // A worktree without its directory is what git forgets by this.
      await ran(this.#repository, 'git', ['worktree', 'prune']).catch(() => undefined);
    }
  }

  async #tried(cwd: string, program: string, given: readonly string[]): Promise<void> {
    try {
      await ran(cwd, program, given, this.#signal);
    } catch (cause) {
      this.#signal.throwIfAborted();
      const said = cause instanceof Error ? cause.message : String(cause);
      throw new ParleyError('CHECKOUT_UNUSABLE', `${program} ${given.join(' ')} in ${cwd}: ${said}.`, {
        cause,
      });
    }
  }
}

/**
 * In a process group of its own: npm starts others, and all of them are to be gone before what they write is removed. So Ctrl-C does not
 * reach them, and the signal ends them. Resolves or rejects when the last of them has ended.
 */
async function ran(
  cwd: string,
  program: string,
  given: readonly string[],
  signal?: AbortSignal,
): Promise<void> {
  signal?.throwIfAborted();
  const child = spawn(program, given, { cwd, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  let complained = '';
  // A compiler tells its faults where others tell what they have done.
  for (const told of [child.stdout, child.stderr])
    told.setEncoding('utf8').on('data', (text: string) => {
      complained = (complained + text).slice(0, MOST_COMPLAINT);
    });
  const endAll = () => endGroup(child.pid);
  signal?.addEventListener('abort', endAll, { once: true });
  try {
    await new Promise<void>((resolve, reject) => {
      child.on('error', reject);
      // Closed is what they all complain into: none of them is left.
      child.on('close', (status) => {
        if (status === 0) resolve();
        else reject(new Error(complained.trim() || `it ended with status ${status}`));
      });
    });
  } finally {
    signal?.removeEventListener('abort', endAll);
  }
}

function endGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGTERM');
  } catch (error) {
    // It has just ended by itself.
    if (systemCode(error) !== 'ESRCH') throw error;
  }
}
