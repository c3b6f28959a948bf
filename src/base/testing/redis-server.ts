/** A real Redis, Debian's, on a free port of this machine, which keeps nothing on the disk. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { freeTcpPort } from '../free-ports.ts';

export const REDIS_PROGRAM = '/usr/bin/redis-server';
const TRY_EVERY_MS = 20;

export class RedisServer {
  readonly port: number;
  #process: ChildProcess | undefined;

  private constructor(port: number) {
    this.port = port;
  }

  static async start(): Promise<RedisServer> {
    const server = new RedisServer(await freeTcpPort());
    await server.begin();
    return server;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** Empty, and where it was before. Resolves when it takes connections. */
  async begin(): Promise<void> {
    const { port } = this;
    const options = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
    this.#process = spawn(REDIS_PROGRAM, options, { stdio: 'ignore' });
    while (!(await listens(port))) {
      if (this.#process.exitCode !== null) throw new Error(`redis-server ended: ${this.#process.exitCode}`);
      await wait(TRY_EVERY_MS);
    }
  }

  /** It stays connected and answers nothing more. */
  freeze(): void {
    this.#process?.kill('SIGSTOP');
  }

  thaw(): void {
    this.#process?.kill('SIGCONT');
  }

  /** At once. What it held is lost. */
  async end(): Promise<void> {
    const process = this.#process;
    this.#process = undefined;
    if (!process || process.exitCode !== null) return;
    const exited = once(process, 'exit');
    process.kill('SIGKILL');
    await exited;
  }
}

async function listens(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
