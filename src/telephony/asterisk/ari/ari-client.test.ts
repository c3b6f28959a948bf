/**
 * What ari-client 2.2.0 does wrong or cannot do, and why therefore ari-rest.ts makes the requests and ari.ts takes its
 * reconnection away. A test that fails here is good news: something in the port may be simpler.
 */
import { connect } from 'ari-client';
import { spawn } from 'node:child_process';
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  AriTestServer,
  hang,
  json,
  PASSWORD,
  reset,
  USERNAME,
  wireChannelOf,
} from './testing/ari-test-server.ts';

interface Library {
  readonly channels: Record<'list' | 'get' | 'answer', (parameters?: object) => PromiseLike<unknown>>;
  readonly _instanceListeners: Record<string, unknown[] | undefined>;
  on(event: string, listener: () => void): void;
  start(app: string): unknown;
  stop(): void;
  ping(): void;
}

let server: AriTestServer;

beforeEach(async () => {
  vi.spyOn(console, 'log').mockImplementation(() => undefined);
  server = await AriTestServer.start();
});

afterEach(async () => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  await server.crash();
});

async function library(password = PASSWORD, url = server.url): Promise<Library> {
  return (await connect(url, USERNAME, password)) as unknown as Library;
}

/** What became of a promise after 300 ms. */
async function fate(promise: PromiseLike<unknown>): Promise<unknown> {
  const pending = new Promise((resolve) => setTimeout(() => resolve('pending'), 300));
  return Promise.race([
    promise.then(
      () => 'fulfilled',
      (error: unknown) => error,
    ),
    pending,
  ]);
}

/** Runs `script` in a process of its own with `ari` (ari-client) and `url`, `user`, `password`. */
function inNode(script: string): Promise<{ readonly status: number | null; readonly stdout: string }> {
  const [url, user, password] = [server.url, USERNAME, PASSWORD].map((value) => JSON.stringify(value));
  const source = `const ari = require('ari-client'), url = ${url}, user = ${user}, password = ${password};${script}`;
  const child = spawn(process.execPath, ['-e', source], { stdio: ['ignore', 'pipe', 'ignore'] });
  let stdout = '';
  child.stdout.on('data', (data: Buffer) => (stdout += data.toString()));
  return new Promise((resolve) => child.on('close', (status) => resolve({ status, stdout })));
}

describe('requests of ari-client', () => {
  it('lose the status: the same words with 404 and 500 are the same error', async () => {
    const client = await library();
    const errors = [];
    for (const status of [404, 500]) {
      server.answer('POST /channels/1/answer', json({ message: 'No' }, status));
      errors.push(await fate(client.channels.answer({ channelId: '1' })));
    }
    expect(errors[0]).toEqual(new Error('{"message":"No"}'));
    expect(errors[1]).toEqual(errors[0]);
    expect(Object.keys(errors[0] as Error)).toEqual([]);
  });

  it('never settle when the connection is reset', async () => {
    const client = await library();
    server.answer('GET /channels', reset);
    expect(await fate(client.channels.list())).toBe('pending');
  });

  it('never settle when Asterisk is down', async () => {
    const client = await library();
    await server.crash();
    expect(await fate(client.channels.list())).toBe('pending');
    await server.listen();
  });

  it('cannot be given up when Asterisk hangs: each keeps its connection', async () => {
    const client = await library();
    server.answer('GET /channels', hang);
    const requests = Array.from({ length: 20 }, () => fate(client.channels.list()));
    expect(await Promise.all(requests)).toEqual(Array.from({ length: 20 }, () => 'pending'));
    expect(server.connections).toBeGreaterThanOrEqual(20);
  });

  it('go to every server with the password of the last', async () => {
    const other = await AriTestServer.start('another');
    const first = await library();
    expect(await fate(first.channels.list())).toBe('fulfilled');
    await library('another', other.url);
    expect(await fate(first.channels.list())).toEqual(new Error('{"message":"Authentication required"}'));
    await other.crash();
  });

  it('reject with a bare string, and no Error, without a path parameter', async () => {
    const client = await library();
    expect(typeof (await fate(client.channels.get({})))).toBe('string');
  });

  it('drop without a word a parameter that the API descriptions do not know', async () => {
    const client = await library();
    await client.channels.list({ only: 'mine' });
    expect(server.requests.at(-1)).toBe('GET /channels');
  });
});

describe('ari-client', () => {
  it('ends the process from inside when the password is wrong, whoever catches', async () => {
    const { status, stdout } = await inNode(
      `ari.connect(url, user, 'wrong').catch(() => console.log('caught'));`,
    );
    expect(status).not.toBe(0);
    expect(stdout).not.toContain('caught');
  });

  it('prints on stdout whenever it connects', async () => {
    const print = vi.spyOn(console, 'log').mockImplementation(() => undefined);
    await library();
    expect(print).toHaveBeenCalled();
  });

  it('never hears of an event again after a listener threw', async () => {
    const listening = inNode(`
      process.on('uncaughtException', () => undefined);
      setTimeout(() => process.exit(), 2000);
      ari.connect(url, user, password).then((client) => {
        client.on('*', (event) => { console.log(event.type); throw new Error(); });
        client.start('app');
      });`);
    await vi.waitFor(() => expect(server.opened).toHaveLength(1), 2_000);
    server.send({ type: 'StasisStart', channel: wireChannelOf('1') });
    setTimeout(() => server.send({ type: 'StasisEnd', channel: wireChannelOf('1') }), 100);
    const { stdout } = await listening;
    expect(stdout).toContain('StasisStart');
    expect(stdout).not.toContain('StasisEnd');
  });

  it('stops for good after ten tries to reconnect', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const client = await library();
    await client.start('app');
    server.handshake = 'drop';
    let gaveUp = false;
    client.on('WebSocketMaxRetries', () => (gaveUp = true));
    server.opened[0]?.terminate();
    await vi.waitFor(() => {
      vi.advanceTimersByTime(10_000);
      expect(gaveUp).toBe(true);
    }, 5_000);
    const attempts = server.attempts;
    vi.advanceTimersByTime(3_600_000);
    await new Promise((resolve) => setImmediate(resolve));
    expect(server.attempts).toBe(attempts);
    expect(attempts).toBeLessThanOrEqual(11);
  });

  it('opens a socket again after it was told to stop while reconnecting', async () => {
    const client = await library();
    await client.start('app');
    client.on('WebSocketReconnecting', () => client.stop());
    server.opened[0]?.terminate();
    await vi.waitFor(() => expect(server.opened).toHaveLength(2), 2_000);
    client.stop();
  });

  it('sends no ping of its own, and waits for a handshake without end', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
    const client = await library();
    await client.start('app');
    let pings = 0;
    server.opened[0]?.on('ping', () => pings++);
    expect(vi.getTimerCount()).toBe(0);
    vi.advanceTimersByTime(3_600_000);
    client.ping();
    await vi.waitFor(() => {
      vi.advanceTimersByTime(10);
      expect(pings).toBe(1);
    }, 2_000);
    client.stop();
  });

  it('keeps listeners on channel objects for ever', async () => {
    const client = (await library()) as Library & Record<'Channel', (id: string) => Pick<Library, 'on'>>;
    for (let call = 0; call < 100; call++) client.Channel(`call-${call}`).on('StasisEnd', () => undefined);
    await client.start('app');
    let ended = 0;
    client.on('StasisEnd', () => ended++);
    for (let call = 0; call < 100; call++) {
      server.send({ type: 'StasisEnd', channel: wireChannelOf(`call-${call}`) });
    }
    await vi.waitFor(() => expect(ended).toBe(100), 2_000);
    expect(client._instanceListeners['StasisEnd']).toHaveLength(100);
    client.stop();
  });

  it('shows the password in a logged channel object', async () => {
    server.answer('GET /channels', json([wireChannelOf('1')]));
    const client = await library();
    expect(inspect(await client.channels.list(), { depth: 10 })).toContain(PASSWORD);
  });
});
