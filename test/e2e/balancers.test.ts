/** What lies in deploy/ for HAProxy and Kamailio, read by these programs, and HAProxy in front of three daemons. */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { projectRoot } from '../../src/base/project-root.ts';
import { freeTcpPort } from '../../src/base/free-ports.ts';

const run = promisify(execFile);
const deploy = (path: string) => join(projectRoot(), 'deploy', path);
const HAPROXY = '/usr/sbin/haproxy';
const KAMAILIO = '/usr/sbin/kamailio';
/** It asks every 2 s, and believes the second bad answer. */
const NOTICED_WITHIN_MS = 15_000;

/** Without the program the suite is skipped and says why, or fails where it is required. */
function describeWith(program: string, name: string, tests: () => void): void {
  const isHere = existsSync(program) || process.env['REQUIRE_BALANCERS'] === '1';
  if (isHere) describe(name, tests);
  else describe.skip(`${name}: there is no ${program} here`, tests);
}

/** What of a Parley a balancer sees. */
class Daemon {
  readonly name: string;
  isReady = true;
  isAlive = true;
  /** Ends the connection of the next request that is not about its health, without a word. */
  endsNext = false;
  readonly asked: string[] = [];
  readonly #http: Server;
  readonly #ws: WebSocketServer;
  /** Who comes back is found where it was. */
  #port: number | undefined;

  constructor(name: string) {
    this.name = name;
    this.#http = createServer((request, response) => {
      const path = request.url ?? '';
      if (!path.endsWith('z')) {
        this.asked.push(`${request.method} ${path}`);
        if (this.endsNext) {
          this.endsNext = false;
          request.socket.destroy();
          return;
        }
      }
      const isWell = path === '/readyz' ? this.isReady && this.isAlive : this.isAlive;
      response.writeHead(isWell ? 200 : 503, { 'x-daemon': name }).end(path);
    });
    this.#ws = new WebSocketServer({ server: this.#http, path: '/ws' });
    this.#ws.on('connection', (ws) =>
      ws.on('message', (data) => ws.send(`${name} ${(data as Buffer).toString()}`)),
    );
  }

  async listen(): Promise<string> {
    const port = (this.#port ??= await freeTcpPort());
    await new Promise<void>((resolve) => this.#http.listen(port, '127.0.0.1', resolve));
    return `127.0.0.1:${port}`;
  }

  async close(): Promise<void> {
    for (const ws of this.#ws.clients) ws.terminate();
    const closed = once(this.#http, 'close');
    this.#http.close();
    this.#http.closeAllConnections();
    await closed;
  }
}

describeWith(HAPROXY, 'HAProxy in front of three daemons', () => {
  const daemons = [new Daemon('1'), new Daemon('2'), new Daemon('3')];
  let haproxy: ChildProcess;
  let url: string;

  beforeAll(async () => {
    const balancer = `127.0.0.1:${await freeTcpPort()}`;
    url = `http://${balancer}`;
    const [one, two, three] = await Promise.all(daemons.map((daemon) => daemon.listen()));
    haproxy = spawn(HAPROXY, ['-db', '-f', deploy('haproxy/haproxy.cfg')], {
      env: { PARLEY_1: one, PARLEY_2: two, PARLEY_3: three, BALANCER: balancer },
      stdio: 'ignore',
    });
    await vi.waitFor(async () => expect((await fetch(`${url}/readyz`)).status).toBe(200), {
      timeout: NOTICED_WITHIN_MS,
      interval: 100,
    });
  });
  afterEach(() => {
    for (const daemon of daemons) daemon.isReady = daemon.isAlive = true;
  });
  afterAll(async () => {
    if (haproxy?.exitCode === null) {
      haproxy.kill('SIGKILL');
      await once(haproxy, 'exit');
    }
    await Promise.all(daemons.map((daemon) => daemon.close()));
  });

  async function daemonFor(path: string, cookie = ''): Promise<string | null> {
    const response = await fetch(`${url}${path}`, { headers: { cookie } });
    return response.ok ? response.headers.get('x-daemon') : null;
  }

  async function reached(path: string): Promise<string> {
    const all = new Set<string | null>();
    for (let asked = 0; asked < 12; asked++) all.add(await daemonFor(path));
    return [...all].sort().join(' ');
  }

  it('gives new calls to those who are ready, lets their streams go on when they are not, and pages to those who live', async () => {
    expect(await reached('/voice-stream')).toBe('1 2 3');
    const ws = new WebSocket(`${url.replace('http', 'ws')}/ws`);
    await once(ws, 'open');
    const echo = async (): Promise<string> => {
      const answered = once(ws, 'message') as Promise<[Buffer]>;
      ws.send('frame');
      return (await answered)[0].toString();
    };
    const speaking = (await echo()).split(' ')[0] ?? '';
    const draining = daemons.find(({ name }) => name === speaking);
    if (draining) draining.isReady = false;
    const others = ['1', '2', '3'].filter((name) => name !== speaking).join(' ');
    await expect.poll(() => reached('/voice-stream'), { timeout: NOTICED_WITHIN_MS }).toBe(others);
    expect(await echo()).toBe(`${speaking} frame`);
    expect(await reached('/')).toBe('1 2 3');
    ws.terminate();
  });

  it('brings whoever comes back to the daemon that he began with, also while that drains, and to another one when it is gone', async () => {
    const response = await fetch(`${url}/voice`);
    const [cookie = ''] = (response.headers.get('set-cookie') ?? '').split(';');
    const began = response.headers.get('x-daemon');
    for (let asked = 0; asked < 6; asked++) expect(await daemonFor('/voice', cookie)).toBe(began);
    const daemon = daemons.find(({ name }) => name === began);
    if (daemon) daemon.isReady = false;
    const others = ['1', '2', '3'].filter((name) => name !== began);
    await expect.poll(() => reached('/voice-stream'), { timeout: NOTICED_WITHIN_MS }).toBe(others.join(' '));
    expect(await daemonFor('/voice', cookie)).toBe(began);
    await daemon?.close();
    try {
      expect(others).toContain(await daemonFor('/voice', cookie));
    } finally {
      await daemon?.listen();
    }
  });

  it('asks another daemon when a connection ends without an answer, but for what may have had its effect', async () => {
    const { headers } = await fetch(`${url}/voice`);
    const [cookie = ''] = (headers.get('set-cookie') ?? '').split(';');
    const endingNext = async (method: string, path: string) => {
      const daemon = daemons.find(({ name }) => name === headers.get('x-daemon')) as Daemon;
      for (const { asked } of daemons) asked.length = 0;
      daemon.endsNext = true;
      const status = await fetch(`${url}${path}`, { method, headers: { cookie } }).then(
        ({ status }) => status,
        () => 'ended',
      );
      return { status, asked: daemons.flatMap(({ asked }) => asked) };
    };
    for (const asked of ['GET /', 'GET /voice', 'POST /twilio/status']) {
      const [method = '', path = ''] = asked.split(' ');
      expect(await endingNext(method, path)).toEqual({ status: 200, asked: [asked, asked] });
    }
    const hangup = await endingNext('POST', '/api/calls/one/hangup');
    expect(hangup.status).not.toBe(200);
    expect(hangup.asked).toEqual(['POST /api/calls/one/hangup']);
  });

  it('shows nobody outside what is for machines inside', async () => {
    const statuses = await Promise.all(
      ['/metrics', '/healthz'].map(async (path) => (await fetch(`${url}${path}`)).status),
    );
    expect(statuses).toEqual([404, 404]);
  });
});

describeWith(KAMAILIO, 'Kamailio', () => {
  it('takes its configuration as it stands', async () => {
    const list = `DISPATCHER_LIST="${deploy('kamailio/dispatcher.list')}"`;
    const { stderr } = await run(KAMAILIO, [
      '-c',
      '-A',
      list,
      '-A',
      'LISTEN=udp:127.0.0.1:5060',
      '-f',
      deploy('kamailio/kamailio.cfg'),
    ]);
    expect(stderr).toContain('config file ok');
    expect(stderr).not.toMatch(/ERROR|CRITICAL/);
  });
});
