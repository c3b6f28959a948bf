/**
 * Finds or makes a real Asterisk for the tests and the demo: one that was made before, else one made now from Debian's packages, else
 * the one on PATH.
 *
 * Debian 12 has no Asterisk; Debian testing has 22. mmdebstrap unpacks its package and all it needs into a directory, and Asterisk runs
 * from there by that directory's own dynamic loader and libraries. That needs no chroot and no mount: Asterisk sees the same
 * files, names and ports as we do, and making it takes about 10 s and 270 MB.
 */
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { projectRoot } from '../../base/project-root.ts';
import { ensureDebianRoot, whyNoDebianRoot } from './debian-root.ts';
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
const ASK_WITHIN_MS = 60_000;

/** Where the Asterisk that was made is kept between runs. */
function asteriskRoot(): string {
  return process.env['PARLEY_ASTERISK_ROOT'] || path.join(projectRoot(), '.cache/asterisk');
}

/** By root. Each test asks, and what is found stays: asking Asterisk for its version starts a process. */
const known = new Map<string, AsteriskInstallation>();

/** Never rejects for want of an Asterisk: the reason is in the answer. */
export async function findOrInstallAsterisk(root = asteriskRoot()): Promise<AsteriskSearch> {
  const before = known.get(root);
  if (before) return before;
  const found = await search(root);
  if (found.available) known.set(root, found);
  return found;
}

async function search(root: string): Promise<AsteriskSearch> {
  const reasons: string[] = [];
  for (const attempt of [() => madeFromDebian(root), fromPath]) {
    const found = await attempt().catch((error: unknown) => unavailable((error as Error).message));
    if (found.available) return found;
    reasons.push(found.reason);
  }
  return unavailable(reasons.join('; '));
}

async function madeFromDebian(root: string): Promise<AsteriskSearch> {
  const obstacle = await whyNoDebianRoot(root);
  if (obstacle) return unavailable(obstacle);
  await ensureDebianRoot({ root, suite: DEBIAN_SUITE, variant: 'extract', packages: ['asterisk'] });
  return inRoot(root);
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
