/**
 * Does what the Dockerfile says, in clean Debian roots. Where the base image would bring Node, this machine's own Node is put in; packages
 * come from npm's cache, with no network. What cannot be done so is told in `notes`.
 */
import { chmod, copyFile, cp, mkdir, readFile, realpath, rm, stat, symlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { projectRoot } from '../../../src/base/project-root.ts';
import { ensureDebianRoot } from '../../../src/lab/local-asterisk/debian-root.ts';
import { runProgram } from '../../../src/lab/local-asterisk/run-program.ts';
import { confined } from './confined.ts';
import { isInContext, parseDockerfile } from './dockerfile.ts';
import type { Stage, Step } from './dockerfile.ts';

export interface Image {
  readonly root: string;
  readonly workdir: string;
  readonly env: Readonly<Record<string, string>>;
  readonly user: string;
  readonly entrypoint: readonly string[];
  readonly cmd: readonly string[];
  readonly healthcheck: readonly string[];
  /** What was not done as the Dockerfile says. */
  readonly notes: readonly string[];
}

/** All stages share one list of notes. */
type Building = { -readonly [Key in keyof Image]: Image[Key] } & {
  readonly notes: string[];
  readonly signal: AbortSignal;
};

const BASE_ROOT = join(projectRoot(), '.cache/image-base');
/** `npm ci` from the cache takes 10 s alone, the build as long; beside calls on two cores several times that. */
const STEP_WITHIN_MS = 300_000;
/** Who has it in the base image, too. */
const NODE_USER_ID = '1000';

/** Into `dir`, which is the caller's to delete, once this has settled; an abort makes it settle soon. */
export async function buildImage(dir: string, signal: AbortSignal): Promise<Image> {
  const stages = parseDockerfile(await readFile(join(projectRoot(), 'Dockerfile'), 'utf8'));
  const dockerignore = await readFile(join(projectRoot(), '.dockerignore'), 'utf8');
  const built = new Map<string, Building>();
  const notes: string[] = [];
  let image: Building | undefined;
  for (const stage of stages) {
    image = await begin(stage, join(dir, stage.name), notes, signal);
    built.set(stage.name, image);
    for (const step of stage.steps) {
      signal.throwIfAborted();
      await take(step, image, built, dockerignore);
    }
  }
  if (!image) throw new Error('The Dockerfile has no stage.');
  return image;
}

async function begin({ from }: Stage, root: string, notes: string[], signal: AbortSignal): Promise<Building> {
  const [, suite] = /^node:\d+-(\w+)-slim$/.exec(from) ?? [];
  if (suite === undefined) throw new Error(`${from} is no image of Node on Debian.`);
  const packages = ['libstdc++6', 'ca-certificates', 'passwd'];
  await ensureDebianRoot({ root: BASE_ROOT, suite, variant: 'essential', packages, signal });
  await runProgram(['cp', '--archive', BASE_ROOT, root], { withinMs: STEP_WITHIN_MS, signal });
  await installNode(root, signal);
  return {
    root,
    workdir: '/',
    env: {},
    user: 'root',
    entrypoint: [],
    cmd: [],
    healthcheck: [],
    notes,
    signal,
  };
}

async function installNode(root: string, signal: AbortSignal): Promise<void> {
  const inside = (path: string) => join(root, 'usr/local', path);
  await copyFile(process.execPath, inside('bin/node'));
  await chmod(inside('bin/node'), 0o755);
  const npm = join((await runProgram(['npm', 'root', '--global'], { withinMs: 10_000 })).trim(), 'npm');
  await mkdir(inside('lib/node_modules'), { recursive: true });
  await runProgram(['cp', '--archive', npm, inside('lib/node_modules/npm')], {
    withinMs: STEP_WITHIN_MS,
    signal,
  });
  await symlink('../lib/node_modules/npm/bin/npm-cli.js', inside('bin/npm'));
  const enter = { root, workdir: '/', env: {} };
  const addUser = ['useradd', '--uid', NODE_USER_ID, '--user-group', '--create-home', 'node'];
  await runProgram(confined(enter, addUser), { withinMs: STEP_WITHIN_MS, signal });
}

async function take(
  step: Step,
  image: Building,
  built: ReadonlyMap<string, Building>,
  dockerignore: string,
): Promise<void> {
  switch (step.kind) {
    case 'workdir':
      image.workdir = step.path;
      await mkdir(join(image.root, step.path), { recursive: true });
      return;
    case 'env':
      image.env = { ...image.env, ...step.variables };
      return;
    case 'copy':
      return step.fromStage === undefined
        ? copyContext(step, image, dockerignore)
        : copyStage(step, image, built.get(step.fromStage));
    case 'run':
      if (step.command.startsWith('npm ci')) return installPackages(step.command, image);
      return step.command.startsWith('npm ') ? runNpm(step.command, image) : run(step.command, image);
    case 'user':
      image.user = step.name;
      return;
    default:
      image[step.kind] = step.command;
  }
}

type Copy = Extract<Step, { kind: 'copy' }>;

/** Root owns what is copied, as the engine would have it. */
async function copyContext({ sources, to }: Copy, image: Building, dockerignore: string): Promise<void> {
  for (const source of sources) {
    if (!isInContext(source, dockerignore))
      throw new Error(`.dockerignore keeps ${source} from the builder.`);
    const from = join(projectRoot(), source);
    const filter = (path: string) => isInContext(path.slice(projectRoot().length + 1), dockerignore);
    const target = await targetOf(from, to, image);
    await cp(from, target, { recursive: true, filter });
    await runProgram(['chown', '--recursive', 'root:root', target], {
      withinMs: STEP_WITHIN_MS,
      signal: image.signal,
    });
  }
}

async function copyStage({ sources, to }: Copy, image: Building, other: Building | undefined): Promise<void> {
  if (!other) throw new Error('COPY names a stage that is not there.');
  for (const source of sources) {
    const from = join(other.root, source);
    const target = await targetOf(from, to, image);
    await runProgram(['cp', '--archive', from, target], { withinMs: STEP_WITHIN_MS, signal: image.signal });
  }
}

/** A directory becomes the target, a file goes into it if it ends in a slash. */
async function targetOf(from: string, to: string, image: Building): Promise<string> {
  const intoDirectory = to.endsWith('/') && !(await stat(from)).isDirectory();
  const target = join(image.root, image.workdir, to, ...(intoDirectory ? [basename(from)] : []));
  await mkdir(dirname(target), { recursive: true });
  return target;
}

async function run(command: string, image: Building, more: Partial<Parameters<typeof confined>[0]> = {}) {
  const { root, workdir, env, signal } = image;
  const enter = { root, workdir, ...more, env: { ...env, ...more.env } };
  await runProgram(confined(enter, ['sh', '-c', command]), { withinMs: STEP_WITHIN_MS, signal });
}

/** With the cache that `npm ci` of the checkout has filled, and no network. */
async function runNpm(command: string, image: Building): Promise<void> {
  const cache = (await runProgram(['npm', 'config', 'get', 'cache'], { withinMs: 10_000 })).trim();
  const registry = (await runProgram(['npm', 'config', 'get', 'registry'], { withinMs: 10_000 })).trim();
  const inside = '/var/cache/npm';
  await mkdir(join(image.root, inside), { recursive: true });
  const env = { npm_config_cache: inside, npm_config_registry: registry, npm_config_offline: 'true' };
  await run(command, image, { env, mounts: { [inside]: cache } });
}

/** If the cache does not hold everything, the checkout's own packages stand in. */
async function installPackages(command: string, image: Building): Promise<void> {
  try {
    await runNpm(command, image);
  } catch {
    image.signal.throwIfAborted();
    // Not why: it names the registry.
    image.notes.push(`«${command}» was not to be had from npm's cache: the checkout's own packages stand in`);
    const target = join(image.root, image.workdir, 'node_modules');
    await rm(target, { recursive: true, force: true });
    const own = await realpath(join(projectRoot(), 'node_modules'));
    await runProgram(['cp', '--archive', own, target], { withinMs: STEP_WITHIN_MS, signal: image.signal });
  }
}
