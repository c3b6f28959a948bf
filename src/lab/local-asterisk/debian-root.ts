/** Makes root file systems of Debian's packages with mmdebstrap, and keeps them between runs. */
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename } from 'node:fs/promises';
import path from 'node:path';
import { withLock } from './lock.ts';
import { removeRoot } from './remove-root.ts';
import { isOnPath, runProgram } from './run-program.ts';

export interface DebianRootOptions {
  /** Where it is to be; what is there already is taken as it is. */
  readonly root: string;
  /** `bookworm` */
  readonly suite: string;
  /** Packages that are only unpacked, or a small system in which they are installed. The latter needs root. */
  readonly variant: 'extract' | 'essential';
  readonly packages: readonly string[];
  /** Ends the making; nothing is left of it then. */
  readonly signal?: AbortSignal;
}

/** Bounds one step of the making: 90 MB of packages at 1 Mbit/s is 12 minutes. */
const INSTALL_WITHIN_MS = 15 * 60_000;
const ASK_WITHIN_MS = 60_000;
/** Snapshots and mirrors of a machine without the internet often carry a Release file that has expired; packages stay signed. */
const EXPIRED_RELEASE_IS_FINE = ['Acquire::Check-Valid-Until "false"', 'Acquire::Check-Date "false"'];

/** What keeps this machine from making one; undefined if it could, or if it is there. */
export async function whyNoDebianRoot(root: string): Promise<string | undefined> {
  if (existsSync(root)) return undefined;
  if (!(await isOnPath('apt-get')))
    return "this machine is no Debian, so nothing can be made from Debian's packages";
  if (!(await isOnPath('mmdebstrap')) && process.getuid?.() !== 0)
    return 'mmdebstrap is not installed, and only root could install it';
  return undefined;
}

/** Rejects when it cannot be made; nothing is at `root` then. */
export async function ensureDebianRoot(options: DebianRootOptions): Promise<void> {
  const { root } = options;
  if (existsSync(root)) return;
  await mkdir(path.dirname(root), { recursive: true });
  await withLock(`${root}.lock`, INSTALL_WITHIN_MS, () => make(options));
}

async function make({ root, suite, variant, packages, signal }: DebianRootOptions): Promise<void> {
  if (existsSync(root)) return;
  if (!(await isOnPath('mmdebstrap'))) await installMmdebstrap();
  const building = `${root}.building`;
  await removeRoot(building);
  try {
    const mode = process.getuid?.() === 0 ? 'root' : 'chrootless';
    await runProgram(
      [
        ...(await ownNamespaces()),
        ...['mmdebstrap', `--mode=${mode}`, `--variant=${variant}`, `--include=${packages.join(',')}`],
        ...EXPIRED_RELEASE_IS_FINE.map((option) => `--aptopt=${option}`),
        ...[suite, building, await debianMirror()],
      ],
      { withinMs: INSTALL_WITHIN_MS, ...(signal && { signal }) },
    );
    await rename(building, root);
  } finally {
    await removeRoot(building);
  }
}

/**
 * mmdebstrap mounts /proc, /sys and /dev in what it makes. In name spaces of its own these go with it, and so does everything that it has
 * started, however it ends. Who may not have any may not mount either.
 */
async function ownNamespaces(): Promise<readonly string[]> {
  const enter = ['unshare', '--mount', '--pid', '--mount-proc', '--fork', '--kill-child'];
  return runProgram([...enter, 'true'], { withinMs: ASK_WITHIN_MS }).then(
    () => enter,
    () => [],
  );
}

async function installMmdebstrap(): Promise<void> {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const options = EXPIRED_RELEASE_IS_FINE.flatMap((option) => ['-o', option.replace(/ "(.*)"/, '=$1')]);
  await runProgram(['apt-get', ...options, 'update'], { env, withinMs: INSTALL_WITHIN_MS });
  await runProgram(['apt-get', ...options, 'install', '--yes', '--no-install-recommends', 'mmdebstrap'], {
    env,
    withinMs: INSTALL_WITHIN_MS,
  });
}

/** The mirror that this machine takes Debian itself from, as apt knows it, whatever form its sources are written in. */
async function debianMirror(): Promise<string> {
  const targets = await runProgram(
    ['apt-get', 'indextargets', '--format', '$(COMPONENT) $(RELEASE) $(REPO_URI)'],
    { withinMs: ASK_WITHIN_MS },
  );
  const ownRelease = /^VERSION_CODENAME=(\S+)/m.exec(await readFile('/etc/os-release', 'utf8'))?.[1];
  for (const target of targets.split('\n')) {
    const [component, release, uri] = target.split(' ');
    const isDebian = release === ownRelease || /^(stable|testing|unstable|sid)$/.test(release ?? '');
    if (component === 'main' && isDebian && uri?.endsWith('/debian/')) return uri;
  }
  throw new Error("no mirror of Debian is among apt's sources, so nothing can be made from its packages");
}
