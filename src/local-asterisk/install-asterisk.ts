/**
 * Finds or makes a real Asterisk for the tests and the demo: one that was made before, else one made now from Debian's packages, else
 * the one on PATH.
 *
 * Debian 12 has no Asterisk; Debian testing has 22. mmdebstrap unpacks its package and all it needs into a directory, and Asterisk runs
 * from there by that directory's own dynamic loader and libraries. That needs no chroot and no mount: Asterisk sees the same
 * files, names and ports as we do, and making it takes about 10 s and 270 MB.
 */
import { existsSync } from 'node:fs';
import { mkdir, readFile, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { projectRoot } from '../base/project-root.ts';
import { withLock } from './lock.ts';
import { isOnPath, runProgram } from './run-program.ts';

export type AsteriskSearch = AsteriskInstallation | { readonly available: false; readonly reason: string };

export interface AsteriskInstallation {
  readonly available: true;
  /** `22.10.1` */
  readonly version: string;
  /** What to run, before Asterisk's own arguments. */
  readonly command: readonly string[];
  /** Directories for asterisk.conf that are not where this Asterisk was compiled to look for them. */
  readonly directories: Readonly<Record<string, string>>;
}

const DEBIAN_SUITE = 'forky';
const OLDEST_MAJOR_VERSION = 20;
/** Bounds one step of the making: 90 MB of packages at 1 Mbit/s is 12 minutes. */
const INSTALL_WITHIN_MS = 15 * 60_000;
const ASK_WITHIN_MS = 10_000;
/** Snapshots and mirrors of a machine without the internet often carry a Release file that has expired; packages stay signed. */
const EXPIRED_RELEASE_IS_FINE = ['Acquire::Check-Valid-Until "false"', 'Acquire::Check-Date "false"'];

/** Where the Asterisk that was made is kept between runs. */
function asteriskRoot(): string {
  return process.env['PARLEY_ASTERISK_ROOT'] ?? path.join(projectRoot(), '.cache/asterisk');
}

/** Never rejects for want of an Asterisk: the reason is in the answer. */
export async function findOrInstallAsterisk(root = asteriskRoot()): Promise<AsteriskSearch> {
  const reasons: string[] = [];
  for (const attempt of [() => madeFromDebian(root), fromPath]) {
    const found = await attempt().catch((error: unknown) => unavailable((error as Error).message));
    if (found.available) return found;
    reasons.push(found.reason);
  }
  return unavailable(reasons.join('; '));
}

async function madeFromDebian(root: string): Promise<AsteriskSearch> {
  if (!existsSync(root)) {
    const obstacle = await whyNotDebian();
    if (obstacle) return unavailable(obstacle);
    await mkdir(path.dirname(root), { recursive: true });
    await withLock(`${root}.lock`, INSTALL_WITHIN_MS, () => make(root));
  }
  return inRoot(root);
}

async function whyNotDebian(): Promise<string | undefined> {
  if (!(await isOnPath('apt-get')))
    return 'this machine is no Debian, so no Asterisk can be made from its packages';
  if (!(await isOnPath('mmdebstrap')) && process.getuid?.() !== 0)
    return 'mmdebstrap is not installed, and only root could install it';
  return undefined;
}

async function make(root: string): Promise<void> {
  if (existsSync(root)) return;
  if (!(await isOnPath('mmdebstrap'))) await installMmdebstrap();
  const building = `${root}.building`;
  await rm(building, { recursive: true, force: true });
  try {
    const mode = process.getuid?.() === 0 ? 'root' : 'chrootless';
    await runProgram(
      [
        ...['mmdebstrap', `--mode=${mode}`, '--variant=extract', '--include=asterisk'],
        ...EXPIRED_RELEASE_IS_FINE.map((option) => `--aptopt=${option}`),
        ...[DEBIAN_SUITE, building, await debianMirror()],
      ],
      { withinMs: INSTALL_WITHIN_MS },
    );
    await rename(building, root);
  } finally {
    await rm(building, { recursive: true, force: true });
  }
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
    {
      withinMs: ASK_WITHIN_MS,
    },
  );
  const ownRelease = /^VERSION_CODENAME=(\S+)/m.exec(await readFile('/etc/os-release', 'utf8'))?.[1];
  for (const target of targets.split('\n')) {
    const [component, release, uri] = target.split(' ');
    const isDebian = release === ownRelease || /^(stable|testing|unstable|sid)$/.test(release ?? '');
    if (component === 'main' && isDebian && uri?.endsWith('/debian/')) return uri;
  }
  throw new Error("no mirror of Debian is among apt's sources, so no Asterisk can be made from its packages");
}

async function inRoot(root: string): Promise<AsteriskSearch> {
  const libraries = await multiarchDirectory(path.join(root, 'usr/lib'));
  const loader = (await readdir(libraries)).find((name) => name.startsWith('ld-linux'));
  if (!loader) return unavailable(`${root} holds no dynamic loader: delete it to have it made again`);
  const command = [
    ...[path.join(libraries, loader), '--library-path', libraries],
    path.join(root, 'usr/sbin/asterisk'),
  ];
  return ask(command, {
    astmoddir: path.join(libraries, 'asterisk/modules'),
    astvarlibdir: path.join(root, 'var/lib/asterisk'),
    astdatadir: path.join(root, 'usr/share/asterisk'),
  });
}

/** `usr/lib/x86_64-linux-gnu` or what it is called on this kind of machine. */
async function multiarchDirectory(libraries: string): Promise<string> {
  const name = (await readdir(libraries)).find((entry) => /-linux-gnu/.test(entry));
  if (!name) throw new Error(`${libraries} holds no libraries: delete it to have it made again`);
  return path.join(libraries, name);
}

async function fromPath(): Promise<AsteriskSearch> {
  if (!(await isOnPath('asterisk'))) return unavailable('there is no asterisk on PATH');
  return ask(['asterisk'], {});
}

async function ask(
  command: readonly string[],
  directories: Readonly<Record<string, string>>,
): Promise<AsteriskSearch> {
  const said = await runProgram([...command, '-V'], { withinMs: ASK_WITHIN_MS });
  const version = /Asterisk (?:certified\/)?(\d+\.\d+\.\d+|\d+\.\S+)/.exec(said)?.[1] ?? said.trim();
  if (Number.parseInt(version, 10) < OLDEST_MAJOR_VERSION)
    return unavailable(`the asterisk on PATH is ${version}; ${OLDEST_MAJOR_VERSION} or later is needed`);
  return { available: true, version, command, directories };
}

function unavailable(reason: string): AsteriskSearch {
  return { available: false, reason };
}
