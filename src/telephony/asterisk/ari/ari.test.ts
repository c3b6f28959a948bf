import dns from 'node:dns';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Mock } from 'vitest';
import type { LogFields } from '../../../base/log.ts';
import { notingLog } from '../../../base/testing/noting-log.ts';
import { warningsDuring } from '../../../base/testing/warnings-during.ts';
import { busyFor } from '../../../base/testing/busy-for.ts';
import { systemClock } from '../../../base/clock.ts';
import type { AriEvent, AriPort } from './ari-port.ts';
import {
  AriTestServer,
  hang,
  json,
  PASSWORD,
  reset,
  stasisStart as start,
  tenfoldClock,
  USERNAME,
  wireChannelOf,
} from './testing/ari-test-server.ts';
import { type AriOptions, askAsteriskInfo, connectAri } from './ari.ts';

let server: AriTestServer;
let ports: AriPort[];
let logged: LogFields[];

beforeEach(async () => {
  server = await AriTestServer.start();
  ports = [];
  logged = [];
});

afterEach(async () => {
  await Promise.all(ports.map((port) => port.close()));
  await server.crash();
});

const log = notingLog((fields) => void logged.push(fields));

function optionsFor(changes: Partial<AriOptions> = {}): AriOptions {
  return {
    url: server.url,
    username: USERNAME,
    password: PASSWORD,
    app: 'voicebot',
    clock: tenfoldClock,
    log,
    random: () => 0.5,
    ...changes,
  };
}

async function connected(changes: Partial<AriOptions> = {}): Promise<AriPort> {
  const port = await connectAri(optionsFor(changes));
  ports.push(port);
  return port;
}

function heardOn(port: AriPort, channelId: string): AriEvent[] {
  const heard: AriEvent[] = [];
  port.route(channelId, (event) => heard.push(event));
  return heard;
}

const until = (condition: () => void) => vi.waitFor(condition, { timeout: 5_000, interval: 5 });
const hasIpv6Loopback = () =>
  Object.values(networkInterfaces()).some((all) => all?.some(({ address }) => address === '::1'));

/** As if every name were that of IPv6's loopback. */
function lookUpLoopback(
  _name: string,
  options: { all?: boolean },
  done: (...found: unknown[]) => void,
): void {
  if (options.all) process.nextTick(done, null, [{ address: '::1', family: 6 }]);
  else process.nextTick(done, null, '::1', 6);
}

describe('connecting', () => {
  it('says that a wrong password was refused, and the process goes on', async () => {
    await expect(connectAri(optionsFor({ password: 'wrong' }))).rejects.toMatchObject({
      code: 'ARI_REFUSED',
    });
    expect(server.attempts).toBe(0);
  });

  it('says that Asterisk is not there', async () => {
    await server.crash();
    await expect(connectAri(optionsFor())).rejects.toMatchObject({ code: 'ARI_UNREACHABLE' });
    await server.listen();
  });

  it('says that API descriptions are missing, and the process goes on', async () => {
    server.answer('GET /api-docs/events.json', json({ message: 'Not found' }, 404));
    await expect(connectAri(optionsFor())).rejects.toThrow(/API descriptions.*\[ARI_FAILED\]/);
  });

  it('gives up an event socket whose handshake hangs', async () => {
    server.handshake = 'hang';
    await expect(connectAri(optionsFor())).rejects.toMatchObject({ code: 'ARI_UNREACHABLE' });
  });

  it('never shows the password in an error or the log', async () => {
    server.handshake = 'drop';
    const error = await connectAri(optionsFor()).catch((thrown: unknown) => thrown);
    expect(String(error) + JSON.stringify(error) + JSON.stringify(logged)).not.toContain(PASSWORD);
  });

  it('works with two servers side by side, each with its own password', async () => {
    const other = await AriTestServer.start('another');
    try {
      const [one, two] = await Promise.all([connected(), connected({ url: other.url, password: 'another' })]);
      server.answer('GET /channels', json([wireChannelOf('on-one')]));
      other.answer('GET /channels', json([wireChannelOf('on-two')]));
      expect((await one.channels()).map(({ id }) => id)).toEqual(['on-one']);
      expect((await two.channels()).map(({ id }) => id)).toEqual(['on-two']);
      const heard = [heardOn(one, 'x'), heardOn(two, 'x')];
      other.send(start('x'));
      await until(() => expect(heard.map((events) => events.length)).toEqual([0, 1]));
    } finally {
      await Promise.all(ports.map((port) => port.close()));
      await other.crash();
    }
  });

  it.skipIf(!hasIpv6Loopback())('finds an Asterisk that listens on IPv6 alone by its name', async () => {
    const other = await AriTestServer.start(PASSWORD, '::1');
    const lookedUp = vi.spyOn(dns, 'lookup') as unknown as Mock<typeof lookUpLoopback>;
    lookedUp.mockImplementation(lookUpLoopback);
    try {
      const port = await connected({ url: `http://pbx.example:${new URL(other.url).port}` });
      const heard = heardOn(port, 'c1');
      other.send(start('c1'));
      await until(() => expect(heard).toHaveLength(1));
      await port.close();
    } finally {
      lookedUp.mockRestore();
      await other.crash();
    }
  });

  it('asks no proxy that the environment names, not even for the way there', async () => {
    let asked = 0;
    const proxy = createServer((socket) => {
      asked++;
      socket.destroy();
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    const named = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    for (const name of ['http_proxy', 'HTTP_PROXY']) vi.stubEnv(name, named);
    vi.stubEnv('NO_PROXY', 'elsewhere.example');
    try {
      await connected();
      expect(asked).toBe(0);
      expect(process.env.NO_PROXY).toBe('elsewhere.example');
    } finally {
      vi.unstubAllEnvs();
      proxy.close();
    }
  });

  it('prints nothing: stdout belongs to the log', async () => {
    const print = vi.spyOn(console, 'log').mockImplementation(() => undefined);
    await connected();
    expect(print).not.toHaveBeenCalled();
    print.mockRestore();
  });

  it('tells version, modules and which Asterisk it is since when, without taking the application over', async () => {
    const told = {
      system: { version: '22.10.1+dfsg', entity_id: '02:42' },
      status: { startup_time: 'today' },
    };
    server.answer('GET /asterisk/info', json(told));
    expect(await askAsteriskInfo(optionsFor())).toEqual({
      version: '22.10.1',
      modules: ['res_ari'],
      identity: '02:42 today',
    });
    expect(server.attempts).toBe(0);
  });
});

/** Of a request's deadline, all of which the process is busy. */
const BUSY_MS = 500;

describe('requests', () => {
  it('fail at once when the connection is reset', async () => {
    const port = await connected({ clock: systemClock });
    server.answer('POST /channels/1/answer', reset);
    await expect(port.answer('1')).rejects.toMatchObject({ code: 'ARI_UNREACHABLE' });
  });

  it('end at their deadline when Asterisk hangs, and give the connection up', async () => {
    const port = await connected();
    server.answer('POST /channels/1/answer', hang);
    const before = server.connections;
    await expect(port.answer('1')).rejects.toMatchObject({ code: 'ARI_TIMEOUT' });
    await until(() => expect(server.connections).toBeLessThanOrEqual(before));
  });

  it('end long before their deadline when an answer does not, and give the connection up', async () => {
    const port = await connected({ clock: systemClock, deadlines: { requestMs: 60_000 } });
    const before = server.connections;
    server.answer('GET /channels', (response) => {
      const megabyte = new Uint8Array(1024 * 1024).fill(0x20);
      void pipeline(Readable.from(endlessly(megabyte)), response).catch(() => undefined);
    });
    await expect(port.channels()).rejects.toMatchObject({ code: 'ARI_FAILED' });
    await until(() => expect(server.connections).toBeLessThanOrEqual(before));
  });

  it('end at their deadline when an answer stops half-way', async () => {
    const port = await connected();
    server.answer('GET /channels', (response) => void response.writeHead(200).write('[{"id":'));
    await expect(port.channels()).rejects.toMatchObject({ code: 'ARI_TIMEOUT' });
  });

  it('are answered where the answer came in time, and this process was too busy to read it', async () => {
    const port = await connected({ clock: systemClock, deadlines: { requestMs: BUSY_MS } });
    server.answer('POST /channels/1/answer', (response) => {
      response.writeHead(204).end();
      setImmediate(busyFor, BUSY_MS);
    });
    await expect(port.answer('1')).resolves.toBeUndefined();
  });

  it('that end a crowd of calls are repeated together, and Node takes that for no leak', async () => {
    const port = await connected();
    const answers = new Map<string, number>();
    const ids = Array.from({ length: 20 }, (_, index) => `channel-${index}`);
    for (const id of ids)
      server.answer(`DELETE /channels/${id}`, (response) => {
        const asked = (answers.get(id) ?? 0) + 1;
        answers.set(id, asked);
        if (asked > 1) response.writeHead(204).end();
      });
    const warnings = await warningsDuring(() => Promise.all(ids.map((id) => port.hangup(id))));
    expect(warnings).toEqual([]);
    expect([...answers.values()]).toEqual(ids.map(() => 2));
  });

  it('share kept-alive connections, and leave nothing behind after thousands', async () => {
    const port = await connected({ clock: systemClock });
    server.answer('POST /channels/1/answer', json(undefined, 204));
    const timersBefore = process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
    for (let round = 0; round < 100; round++) {
      await Promise.all(Array.from({ length: 100 }, () => port.answer('1')));
    }
    expect(server.connections).toBeLessThan(25);
    const timersAfter = process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
    expect(timersAfter - timersBefore).toBeLessThan(3);
  });
});

describe('reconnection', () => {
  it('never stops: Asterisk is found again after more than ten failed tries', async () => {
    const port = await connected({
      clock: { ...tenfoldClock, after: (ms, go) => tenfoldClock.after(ms / 20, go) },
      // On this clock a tenth of what a request may take is no time at all.
      deadlines: { requestMs: 60_000 },
    });
    const states: string[] = [];
    port.onConnection((state) => states.push(state));
    server.handshake = 'drop';
    server.opened[0]?.terminate();
    await until(() => expect(server.attempts).toBeGreaterThan(13));
    expect(port.connected).toBe(false);
    server.handshake = 'accept';
    await until(() => expect(port.connected).toBe(true));
    expect(states).toEqual(['down', 'up']);
  });

  it('opens one socket, not one of ari-client’s own beside it', async () => {
    const port = await connected();
    server.opened[0]?.terminate();
    await until(() => expect(port.connected).toBe(true));
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(server.attempts).toBe(2);
  });

  it('leaves every call to another program that has taken the application, and comes back when that is gone', async () => {
    const port = await connected();
    const heard = heardOn(port, 'c');
    server.answer('GET /applications', json([{ name: 'voicebot' }]));
    server.send({ type: 'ApplicationReplaced', application: 'voicebot' });
    await until(() => expect(port.isReplaced).toBe(true));
    await until(() => expect(server.requests).toContain('GET /applications'));
    expect(server.opened).toHaveLength(1);
    expect(heard.map(({ type }) => type)).toEqual(['ChannelGone']);
    expect(server.requests.filter((request) => request.startsWith('DELETE'))).toEqual([]);
    expect(logged).toContainEqual(
      expect.objectContaining({ reason: 'another program connected as voicebot' }),
    );
    server.answer('GET /applications', json([]));
    await until(() => expect(server.opened).toHaveLength(2));
    await until(() => expect(port).toMatchObject({ connected: true, isReplaced: false }));
  });

  it('does not take a channel for gone that is just being made', async () => {
    const port = await connected();
    const heard = heardOn(port, 'snoop-1');
    server.answer('POST /channels/c/snoop/snoop-1', (response, request) => {
      server.opened[0]?.terminate();
      setTimeout(() => json(wireChannelOf('snoop-1'))(response, request), 150);
    });
    const made = port.snoop('c', { snoopId: 'snoop-1', appArgs: '' });
    await until(() => expect(server.opened).toHaveLength(2));
    await made;
    expect(heard).toEqual([]);
  });
});

describe('close', () => {
  it('ends an attempt to reconnect that is under way', async () => {
    const port = await connected({ clock: systemClock });
    server.handshake = 'hang';
    server.opened[0]?.terminate();
    await until(() => expect(server.attempts).toBe(2));
    await port.close();
    expect(port.connected).toBe(false);
  });
});

function* endlessly(piece: Uint8Array): Iterable<Uint8Array> {
  for (;;) yield piece;
}
