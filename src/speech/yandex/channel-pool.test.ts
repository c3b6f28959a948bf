import { createServer, type Http2Server } from 'node:http2';
import { createServer as createTcpServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { Server, ServerCredentials } from '@grpc/grpc-js';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { systemClock } from '../../base/clock.ts';
import type { LogFields } from '../../base/log.ts';
import { silentLog } from '../../base/log.ts';
import { ManualClock } from '../../base/manual-clock.ts';
import { CHANNEL_POOL_DEFAULTS, ChannelPool } from './channel-pool.ts';

const settings = { ...CHANNEL_POOL_DEFAULTS, connectMs: 500, retryMs: 50 };

/** Only connections matter here: it serves no calls. */
class BareServer {
  #server: Server | undefined;
  #port = 0;

  get url(): string {
    return `grpc://127.0.0.1:${this.#port}`;
  }

  /** Listens; after a kill, on the same port as before. */
  async start(): Promise<void> {
    const server = new Server();
    this.#port = await new Promise((resolve, reject) => {
      server.bindAsync(`127.0.0.1:${this.#port}`, ServerCredentials.createInsecure(), (error, port) =>
        error ? reject(error) : resolve(port),
      );
    });
    this.#server = server;
  }

  kill(): void {
    this.#server?.forceShutdown();
    this.#server = undefined;
  }
}

let server: BareServer;

beforeEach(async () => {
  server = new BareServer();
  await server.start();
});

afterEach(() => server.kill());

function sockets(): number {
  return process.getActiveResourcesInfo().filter((kind) => kind === 'TCPSocketWrap').length;
}

describe('a server that says goodbye to each new connection', () => {
  let unwelcoming: Http2Server;
  let sessions: number;
  let url: string;

  beforeEach(async () => {
    sessions = 0;
    unwelcoming = createServer();
    unwelcoming.on('session', (session) => {
      sessions++;
      session.on('error', () => undefined);
      session.goaway();
    });
    await new Promise<void>((resolve) => unwelcoming.listen(0, '127.0.0.1', resolve));
    url = `grpc://127.0.0.1:${(unwelcoming.address() as AddressInfo).port}`;
  });

  afterEach(() => unwelcoming.close());

  it('is tried more and more seldom, and named once', async () => {
    const clock = new ManualClock();
    const events: unknown[] = [];
    const log = { ...silentLog, warn: ({ event }: LogFields) => void events.push(event) };
    const pool = new ChannelPool({ url, clock, settings, log });
    const seen: number[] = [];
    for (let seconds = 0; seconds < 60; seconds++) {
      await clock.advance(1000);
      // Connections are real, the pauses between them are not.
      await new Promise((resolve) => setTimeout(resolve, 20));
      seen.push(sessions);
    }
    pool.close();
    expect(seen[59]).toBeGreaterThan(4);
    // 0.5 s, 1 s, 2 s … 30 s for each of 4 channels, and half of that where chance is kind.
    expect(seen[59]).toBeLessThanOrEqual(4 * 10);
    expect(new Set(events)).toEqual(new Set(['yandex.channel.unwanted']));
    expect(events.length).toBeLessThanOrEqual(2);
  });
});

const connected = (pool: ChannelPool) =>
  vi.waitFor(() => expect(pool.connectedChannels).toBe(pool.size), 5000);

describe('the pool of gRPC channels', () => {
  it.each(['https://host:443', 'grpc://host', 'host:443', 'grpcs://host:443/path'])('refuses %s', (url) => {
    expect(() => new ChannelPool({ url, clock: systemClock })).toThrow('SETTINGS_INVALID');
  });

  it('is connected before the first call', async () => {
    const pool = new ChannelPool({ url: server.url, clock: systemClock, settings });
    await connected(pool);
    expect(pool.connectedChannels).toBe(4);
    pool.close();
  });

  it('asks no proxy that the environment names', async () => {
    let asked = 0;
    const proxy = createTcpServer((socket) => {
      asked++;
      socket.destroy();
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    for (const name of ['grpc_proxy', 'https_proxy', 'http_proxy'])
      vi.stubEnv(name, `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`);
    const pool = new ChannelPool({ url: server.url, clock: systemClock, settings });
    try {
      await connected(pool);
      expect(asked).toBe(0);
    } finally {
      pool.close();
      vi.unstubAllEnvs();
      proxy.close();
    }
  });

  it('heals when the server is killed and comes back on the same port', async () => {
    const pool = new ChannelPool({ url: server.url, clock: systemClock, settings });
    await connected(pool);
    server.kill();
    await vi.waitFor(() => expect(pool.connectedChannels).toBe(0), 3000);
    await server.start();
    await vi.waitFor(() => expect(pool.connectedChannels).toBe(4), 5000);
    pool.close();
  });

  it('replaces a connected channel whose calls keep failing, and never stops serving', async () => {
    const pool = new ChannelPool({
      url: server.url,
      clock: systemClock,
      settings: { ...settings, channels: 2 },
    });
    await connected(pool);
    const good = pool.lease();
    const bad = pool.lease();
    bad.release('failure');
    for (let n = 0; n < 2; n++) {
      const again = pool.lease();
      expect(again.client === bad.client).toBe(true);
      again.release('failure');
    }
    expect(pool.lease().client === good.client).toBe(true);
    await vi.waitFor(() => {
      const lease = pool.lease();
      expect(lease.client !== bad.client && lease.client !== good.client).toBe(true);
    }, 3000);
    pool.close();
  });

  it.each(['up', 'down'])(
    'leaves no socket behind when it is closed with the server %s',
    async (condition) => {
      const before = sockets();
      const pool = new ChannelPool({ url: server.url, clock: systemClock, settings });
      await connected(pool);
      if (condition === 'down') server.kill();
      if (condition === 'down') await vi.waitFor(() => expect(pool.connectedChannels).toBe(0));
      pool.close();
      await vi.waitFor(() => expect(sockets()).toBeLessThanOrEqual(before), 3000);
    },
  );
});
