/** Runs commands in a root file system of their own, with the kernel's own means: what a container engine does, without one. Needs root. */
import { runProgram } from '../../../src/lab/local-asterisk/run-program.ts';

export interface Confinement {
  /** The root file system. */
  readonly root: string;
  /** Inside of it. */
  readonly workdir: string;
  /** All that the command gets of an environment. */
  readonly env: Readonly<Record<string, string>>;
  /** Directories of this machine, by where they are to be seen inside. */
  readonly mounts?: Readonly<Record<string, string>>;
  /** Without these the command is root and may write everywhere. */
  readonly user?: string;
  readonly readOnly?: true;
}

const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/**
 * Mounts die with the command: they are in a name space of its own. Every step is `exec`, so that signals reach the command itself.
 * Arguments: root, read-only or not, user or nothing, working directory, number of mounts, each mount's source and target, the command.
 */
const ENTER = `
set -e
root=$1 rights=$2 user=$3 workdir=$4 mounts=$5
shift 5
mount --bind "$root" "$root"
mount -o "remount,bind,$rights" "$root"
mount -t proc proc "$root/proc"
mount -t tmpfs tmpfs "$root/tmp"
while [ "$mounts" -gt 0 ]; do
  mount --bind "$1" "$root$2"
  shift 2
  mounts=$((mounts - 1))
done
inside='cd "$0" && exec "$@"'
[ -n "$user" ] || exec chroot "$root" sh -c "$inside" "$workdir" "$@"
exec chroot "$root" setpriv --reuid "$user" --regid "$user" --init-groups --no-new-privs --bounding-set=-all --inh-caps=-all \\
  sh -c "$inside" "$workdir" "$@"`;

/** What to run, with its environment, so that `command` runs confined. */
export function confined(
  { root, workdir, env, mounts = {}, user, readOnly }: Confinement,
  command: readonly string[],
): readonly string[] {
  const variables = Object.entries({ PATH, HOME: '/tmp', ...env }).map(([name, value]) => `${name}=${value}`);
  const bound = Object.entries(mounts).flatMap(([inside, outside]) => [outside, inside]);
  const how = [root, readOnly ? 'ro' : 'rw', user ?? '', workdir, String(bound.length / 2), ...bound];
  return ['env', '-i', ...variables, 'unshare', '--mount', 'sh', '-c', ENTER, 'enter', ...how, ...command];
}

/** Why nothing can be confined on this machine. */
export async function whyNotConfined(): Promise<string | undefined> {
  if (process.getuid?.() !== 0) return 'only root can';
  const command = ['unshare', '--mount', 'mount', '-t', 'tmpfs', 'tmpfs', '/tmp'];
  return runProgram(command, { withinMs: 5_000 }).then(
    () => undefined,
    () => 'nothing can be mounted here',
  );
}
