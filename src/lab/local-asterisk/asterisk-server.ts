/**
 * A real Asterisk for one test file or one demo, on loopback ports of its own, with the configuration that docker compose runs
 * (asterisk/) and an endpoint that lets anybody call.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freeTcpPort, freeUdpPort } from '../../base/free-ports.ts';
import { projectRoot } from '../../base/project-root.ts';
import type { AsteriskInstallation } from './install-asterisk.ts';
import { isNothing, leftoversOf, type Leftovers } from './leftovers.ts';
import { rtpRange } from './rtp-range.ts';
import { lastLines, runProgram } from './run-program.ts';

export interface AsteriskServer {
  readonly version: string;
  readonly ariUrl: string;
  readonly username: string;
  readonly password: string;
  /** The Stasis application that extension 100 enters. */
  readonly app: string;
  readonly sipHost: string;
  readonly sipPort: number;
  /** A directory for MEDIA_DIR; it is removed by `stop`. */
  readonly mediaDir: string;
  /** Runs a command of Asterisk's CLI and resolves with what it prints. */
  command(line: string): Promise<string>;
  /** Ends the process and resolves when it is gone. Everything else stays, for `restart`. */
  kill(signal: NodeJS.Signals): Promise<void>;
  /** Starts it again on the same ports, killing it first if it still runs. Resolves when it takes calls. */
  restart(): Promise<void>;
  /** What is still there, once it is nothing or `withinMs` have passed. */
  leftovers(withinMs?: number): Promise<Leftovers>;
  /** What it has written to its console since the start. */
  console(): Promise<string>;
  /** Ends it and removes its directories. Idempotent. */
  stop(): Promise<void>;
}

export interface AsteriskOptions {
  readonly installation: AsteriskInstallation;
  /** Further settings of asterisk/render.sh. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Further dialplan, read after the shipped one. */
  readonly dialplan?: string;
  /** Further endpoints, trunks and the like, read after the shipped ones. */
  readonly pjsip?: string;
  /** Further files by their paths below its directory of configuration. */
  readonly files?: ReadonlyMap<string, string>;
}

const HOST = '127.0.0.1';
/** Measured: 0.3 s on an idle machine. */
const START_WITHIN_MS = 30_000;
const LOOK_EVERY_MS = 20;
/** Bounds a failure: the tools take a few milliseconds, and on a machine that is overrun a thousand times as long. */
const COMMAND_WITHIN_MS = 60_000;
/** What SIGTERM may take: Asterisk unloads its modules one by one, which takes about 0.1 s. */
const STOP_WITHIN_MS = 5_000;
/**
 * A call's end takes a round trip over SIP and a few through Asterisk's threads; a crowd of 200 took under a second. It bounds a failure, on a
 * busy machine too.
 */
const SETTLE_WITHIN_MS = 15_000;

export async function startAsterisk(options: AsteriskOptions): Promise<AsteriskServer> {
  const directory = await mkdtemp(path.join(tmpdir(), 'parley-asterisk-'));
  try {
    const server = new LocalAsterisk(options, directory, await freeTcpPort(), await freeUdpPort());
    await server.prepare();
    await server.restart();
    return server;
  } catch (error) {
    await rm(directory, { recursive: true, force: true });
    throw error;
  }
}

class LocalAsterisk implements AsteriskServer {
  readonly version: string;
  readonly ariUrl: string;
  readonly username = 'parley';
  readonly password = 'loopback; only';
  readonly app = 'voicebot';
  readonly sipHost = HOST;
  readonly sipPort: number;
  readonly mediaDir: string;
  readonly #options: AsteriskOptions;
  readonly #directory: string;
  readonly #ariPort: number;
  #process: ChildProcess | undefined;

  constructor(options: AsteriskOptions, directory: string, ariPort: number, sipPort: number) {
    this.#options = options;
    this.#directory = directory;
    this.#ariPort = ariPort;
    this.sipPort = sipPort;
    this.version = options.installation.version;
    this.ariUrl = `http://${HOST}:${ariPort}`;
    this.mediaDir = path.join(directory, 'media');
  }

  /** Makes its directories and renders its configuration. */
  async prepare(): Promise<void> {
    for (const name of [
      'run',
      'log',
      'db',
      'cache',
      'spool/recording',
      'media',
      'etc/pjsip.d',
      'etc/extensions.d',
    ])
      await mkdir(this.#in(name), { recursive: true });
    await this.#render(this.#in('etc'), 'asterisk/conf');
    await this.#render(this.#in('etc/pjsip.d'), 'asterisk/test');
    if (this.#options.dialplan)
      await writeFile(this.#in('etc/extensions.d/test.conf'), this.#options.dialplan);
    if (this.#options.pjsip) await writeFile(this.#in('etc/pjsip.d/test.conf'), this.#options.pjsip);
    for (const [name, content] of this.#options.files ?? []) {
      await mkdir(path.dirname(this.#in('etc', name)), { recursive: true });
      await writeFile(this.#in('etc', name), content);
    }
  }

  async restart(): Promise<void> {
    await this.kill('SIGKILL');
    await rm(this.#controlSocket, { force: true });
    const log = openSync(this.#in('console.log'), 'a');
    // pdeathsig: should this process itself be killed, no Asterisk stays behind.
    const command = ['--pdeathsig', 'KILL', ...this.#asterisk('-f')];
    const started = spawn('setpriv', command, { stdio: ['ignore', log, log] });
    closeSync(log);
    await once(started, 'spawn');
    this.#process = started;
    await this.#booted(started);
  }

  command(line: string): Promise<string> {
    return runProgram(this.#asterisk('-rx', line), { withinMs: COMMAND_WITHIN_MS });
  }

  async kill(signal: NodeJS.Signals): Promise<void> {
    const running = this.#process;
    if (!running || hasEnded(running)) return;
    const ended = once(running, 'exit');
    running.kill(signal);
    await ended;
  }

  async stop(): Promise<void> {
    const killer = setTimeout(() => this.#process?.kill('SIGKILL'), STOP_WITHIN_MS);
    await this.kill('SIGTERM');
    clearTimeout(killer);
    await rm(this.#directory, { recursive: true, force: true });
  }

  async leftovers(withinMs = SETTLE_WITHIN_MS): Promise<Leftovers> {
    const giveUpAtMs = performance.now() + withinMs;
    for (;;) {
      const found = await leftoversOf(this);
      if (isNothing(found) || performance.now() > giveUpAtMs) return found;
      await sleep(LOOK_EVERY_MS);
    }
  }

  console(): Promise<string> {
    return readFile(this.#in('console.log'), 'utf8');
  }

  #in(...names: readonly string[]): string {
    return path.join(this.#directory, ...names);
  }

  #asterisk(...args: string[]): string[] {
    return [...this.#options.installation.command, '-C', this.#in('etc/asterisk.conf'), ...args];
  }

  async #render(to: string, from: string): Promise<void> {
    const rtp = rtpRange();
    const settings = {
      ARI_USERNAME: this.username,
      ARI_PASSWORD: this.password,
      ARI_APP: this.app,
      ARI_PORT: String(this.#ariPort),
      PHONE_1001_PASSWORD: 'first phone',
      PHONE_1002_PASSWORD: 'second phone',
      SIP_BIND_ADDRESS: HOST,
      SIP_PORT: String(this.sipPort),
      RTP_FIRST_PORT: String(rtp.first),
      RTP_LAST_PORT: String(rtp.last),
      SOUNDS_DIR: path.join(projectRoot(), 'sounds/ru-RU'),
      ASTERISK_ETC_DIR: this.#in('etc'),
      ASTERISK_DIRECTORIES: this.#directories(),
      ...this.#options.settings,
    };
    const command = [path.join(projectRoot(), 'asterisk/render.sh'), to, path.join(projectRoot(), from)];
    await runProgram(['sh', ...command], {
      env: { PATH: process.env['PATH'], ...settings },
      withinMs: COMMAND_WITHIN_MS,
    });
  }

  #directories(): string {
    const directories = {
      ...this.#options.installation.directories,
      astspooldir: this.#in('spool'),
      astrundir: this.#in('run'),
      astlogdir: this.#in('log'),
      astdbdir: this.#in('db'),
      astkeydir: this.#in('db'),
      astcachedir: this.#in('cache'),
    };
    return Object.entries(directories)
      .map(([name, directory]) => `${name} => ${directory}`)
      .join('\n');
  }

  async #booted(started: ChildProcess): Promise<void> {
    const giveUpAtMs = performance.now() + START_WITHIN_MS;
    while (!(await this.#isBooted())) {
      if (hasEnded(started) || performance.now() > giveUpAtMs) {
        await this.kill('SIGKILL');
        throw new Error(`Asterisk did not start:\n${lastLines(await this.console())}`);
      }
      await sleep(LOOK_EVERY_MS);
    }
    const log = await this.console();
    if (/Address already in use/i.test(log)) throw new Error(`a port was taken:\n${lastLines(log)}`);
  }

  /** Where its own CLI reaches it. One that was killed leaves it behind. */
  get #controlSocket(): string {
    return this.#in('run', 'asterisk.ctl');
  }

  /** Only once there is something to ask: each question starts a process, and this one waits in Asterisk for the end of its start. */
  async #isBooted(): Promise<boolean> {
    if (!existsSync(this.#controlSocket)) return false;
    const said = await this.command('core waitfullybooted').catch(() => '');
    return said.includes('fully booted');
  }
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}
