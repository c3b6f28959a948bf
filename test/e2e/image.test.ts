/**
 * The image as its Dockerfile makes it, without a container engine: every step is done in a clean Debian root, and what comes of it serves
 * a call as docker-compose.yml would have it: not as root, without powers, on a root file system that nobody can write to.
 */
import { chown, mkdir, mkdtemp, readFile, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { projectRoot } from '../../src/base/project-root.ts';
import { HistoryStore } from '../../src/history/store.ts';
import { freeTcpPort } from '../../src/base/free-ports.ts';
import { removeRoot } from '../../src/lab/local-asterisk/remove-root.ts';
import { runProgram } from '../../src/lab/local-asterisk/run-program.ts';
import { buildImage } from '../support/image/build-image.ts';
import type { Image } from '../support/image/build-image.ts';
import { confined, whyNotConfined } from '../support/image/confined.ts';
import { startCommand } from '../support/parley-process.ts';
import { until } from '../support/until.ts';
import { listeningTo, startSurroundings } from '../support/world.ts';
import type { Surroundings } from '../support/world.ts';

/** What the image's own commands may take. */
const WITHIN_MS = 30_000;
/** Everything that runs inside as long as no container does: a minute and a half alone, more than three beside calls on two cores. */
const BUILD_WITHIN_MS = 600_000;

/** The directories that a container gets volumes for. */
const VOLUMES = ['/var/lib/parley/media', '/var/lib/parley/data'] as const;

describe('the image', () => {
  let obstacle: string | undefined;
  let dir: string;
  let image: Image;
  let building: Promise<Image> | undefined;
  /** Also when the hook below has run out of time: nothing may be built in what is deleted. */
  const abandoned = new AbortController();
  let volumes: Record<string, string>;
  let surroundings: Surroundings;
  let env: Record<string, string>;

  beforeAll(async () => {
    obstacle = await whyNotConfined();
    if (obstacle !== undefined) return;
    dir = await mkdtemp(join(tmpdir(), 'parley-image-'));
    building = buildImage(dir, abandoned.signal);
    image = await building;
    for (const note of image.notes) console.log(`image: ${note}`);
    volumes = {};
    for (const path of VOLUMES) volumes[path] = await volumeFor(path);
    surroundings = await startSurroundings({
      kind: 'simulator',
      reply: () => 'Хорошо.',
      env: { MEDIA_MODE: 'stream', HTTP_HOST: '127.0.0.1', HTTP_PORT: String(await freeTcpPort()) },
    });
    // These are the image's own affair.
    const own = ['BOTS_DIR', 'MEDIA_DIR', 'DATA_DIR', 'HISTORY_KEEP_DAYS'];
    env = Object.fromEntries(
      Object.entries(surroundings.environment).filter(([name]) => !own.includes(name)),
    );
  }, BUILD_WITHIN_MS);
  beforeEach((context) => {
    if (obstacle !== undefined) context.skip(`the Dockerfile's steps were not run: ${obstacle}`);
  });
  afterAll(async () => {
    await surroundings?.stop();
    abandoned.abort();
    await building?.catch(() => undefined);
    if (dir) await removeRoot(dir);
  });

  /** As the engine does it: a new volume belongs to whom the directory in the image belongs to. */
  async function volumeFor(path: string): Promise<string> {
    const volume = join(dir, 'volumes', path);
    const { uid, gid } = await stat(join(image.root, path));
    await mkdir(volume, { recursive: true });
    await chown(volume, uid, gid);
    return volume;
  }

  /** How a command runs in a container of this image. */
  const inside = (command: readonly string[], more: Readonly<Record<string, string>> = {}) => {
    const { root, workdir, user } = image;
    return confined(
      { root, workdir, user, readOnly: true, mounts: volumes, env: { ...image.env, ...more } },
      command,
    );
  };
  const parley = (...args: string[]) => [...image.entrypoint, ...args];

  it('holds what Parley needs, and neither tests, tools nor secrets', async () => {
    const find = ['find', '.', '-path', './node_modules', '-prune', '-o', '-type', 'f', '-print'];
    const files = (await runProgram(inside(find), { withinMs: WITHIN_MS })).trim().split('\n');
    expect(files).toEqual(
      expect.arrayContaining([
        './package.json',
        './LICENSE',
        './dist/src/cli/parley.js',
        './config/bots/default.yaml',
        './config/canary/every-ten-minutes.sh',
        './sounds/phrases.json',
        './sounds/ru-RU/prompt-1.wav',
      ]),
    );
    expect(
      files.filter((file) => /\.test\.|\.env|secret(?!s)|^\.\/(test|src|asterisk)\//.test(file)),
    ).toEqual([]);
    const packages = await runProgram(inside(['ls', 'node_modules']), { withinMs: WITHIN_MS });
    expect(packages.split('\n')).not.toEqual(expect.arrayContaining(['vitest']));
  });

  it('belongs to root, except for the two directories that Parley writes in', async () => {
    const owned = ['find', '/app', '/var/lib/parley', '-user', 'node'];
    expect((await runProgram(inside(owned), { withinMs: WITHIN_MS })).trim().split('\n')).toEqual(VOLUMES);
    const writable =
      'touch /app/x; touch /etc/x; touch "$MEDIA_DIR/x" && touch "$DATA_DIR/x" && rm "$MEDIA_DIR/x" "$DATA_DIR/x"';
    await runProgram(inside(['sh', '-c', writable]), { withinMs: WITHIN_MS });
    for (const path of ['app/x', 'etc/x'])
      await expect(stat(join(image.root, path))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('runs as somebody who is not root and has no powers', async () => {
    const who = await runProgram(
      inside(['sh', '-c', 'id -u; grep -E "^(CapEff|CapBnd|NoNewPrivs)" /proc/self/status']),
      {
        withinMs: WITHIN_MS,
      },
    );
    expect(who.split(/\s+/)).toEqual([
      '1000',
      'CapEff:',
      '0'.repeat(16),
      'CapBnd:',
      '0'.repeat(16),
      'NoNewPrivs:',
      '1',
      '',
    ]);
  });

  it('knows its commands, and its doctor finds nothing wrong with the world around it', async () => {
    expect(await runProgram(inside(parley('--help')), { withinMs: WITHIN_MS })).toMatch(/serve.*doctor/s);
    const found = await runProgram(inside(parley('doctor', '--json'), env), { withinMs: WITHIN_MS });
    expect(JSON.parse(found)).toMatchObject({ ok: true });
  });

  it('serves a call, says that it is healthy, stops when it is told to, and has kept the call', async () => {
    const service = startCommand(inside(parley(...image.cmd), env), dir, {});
    try {
      await until('it answers calls', () => service.printed.includes('"service.ready"'), WITHIN_MS);
      await runProgram(inside(image.healthcheck, env), { withinMs: WITHIN_MS });
      const profile = await readFile(join(projectRoot(), 'config/bots/default.yaml'), 'utf8');
      const { greeting } = parse(profile) as { greeting: string };
      const call = await surroundings.telephony.phone.dial('100');
      await listeningTo(surroundings.speech).untilHeard(call, greeting);
      await call.hangup();
    } finally {
      expect(await service.stop()).toBe(0);
    }
    await expect(runProgram(inside(image.healthcheck, env), { withinMs: WITHIN_MS })).rejects.toThrow(
      'status 1',
    );
    const file = join(volumes['/var/lib/parley/data'] ?? '', 'history.sqlite');
    const history = new HistoryStore({ file, epochMs: () => Date.now(), onSetAside: () => undefined });
    expect(history.search({ limit: 10, numbersMasked: false }).calls).toMatchObject([
      { bot: 'default', cause: 'caller' },
    ]);
    history.close();
  });
});
