import dns from 'node:dns';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Mock } from 'vitest';
import { withBody } from '../../../base/testing/with-body.ts';
import type { Log, LogFields } from '../../../base/log.ts';
import { type Clock, systemClock } from '../../../base/clock.ts';
import type { AriEvent, AriPort } from './ari-port.ts';
import {
  AriTestServer,
  hang,
  json,
  PASSWORD,
  reset,
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

const log: Log = {
  debug: (fields) => logged.push(fields),
  info: (fields) => logged.push(fields),
  warn: (fields) => logged.push(fields),
  error: (fields) => logged.push(fields),
  child: () => log,
};

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

/** Counts timers that have neither fired nor been cancelled. */
class CountingClock implements Clock {
  pending = 0;
  nowMs = () => tenfoldClock.nowMs();
  after(delayMs: number, callback: () => void) {
    this.pending++;
    let over = false;
    const end = () => {
      if (!over) this.pending--;
      over = true;
    };
    const cancel = tenfoldClock.after(delayMs, () => {
      end();
      callback();
    });
    return () => {
      end();
      cancel();
    };
  }
}

const until = (condition: () => void) => vi.waitFor(condition, { timeout: 5_000, interval: 5 });
const start = (id: string, args: string[] = []) => ({
  type: 'StasisStart',
  args,
  channel: wireChannelOf(id),
});

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

  it('tells version and modules without taking the application over', async () => {
    expect(await askAsteriskInfo(optionsFor())).toEqual({ version: '22.10.1', modules: ['res_ari'] });
    expect(server.attempts).toBe(0);
  });
});

describe('requests', () => {
  it.each([
    [404, 'Channel not found', 'ARI_GONE'],
    [503, 'Asterisk not booted', 'ARI_UNREACHABLE'],
    [400, 'Channel not found', 'ARI_GONE'],
    [409, 'Channel not in Stasis application', 'ARI_NOT_IN_STASIS'],
    [422, 'Channel not in Stasis application', 'ARI_NOT_IN_STASIS'],
    [409, "Recording 'a' already exists and can not be overwritten", 'ARI_CONFLICT'],
    [412, 'Channel in invalid state', 'ARI_CONFLICT'],
    [403, 'Forbidden', 'ARI_REFUSED'],
    [500, 'Snoop channel could not be created', 'ARI_FAILED'],
  ])('tell a %i "%s" as %s, with Asterisk’s words', async (status, message, code) => {
    const port = await connected();
    server.answer('POST /channels/1/answer', json({ message }, status));
    await expect(port.answer('1')).rejects.toMatchObject({
      code,
      message: expect.stringContaining(message) as string,
    });
  });

  it('fail at once when the connection is reset', async () => {
    const port = await connected({ clock: systemClock });
    server.answer('POST /channels/1/answer', reset);
    await expect(port.answer('1')).rejects.toMatchObject({ code: 'ARI_UNREACHABLE' });
  });

  it('fail at once when Asterisk is down', async () => {
    const port = await connected({ clock: systemClock });
    await server.crash();
    await expect(port.answer('1')).rejects.toMatchObject({ code: 'ARI_UNREACHABLE' });
    await server.listen();
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

  it('makes a channel that talks in the format of the calls, not in the widest there is', async () => {
    const port = await connected();
    server.answer('POST /channels/create', json(wireChannelOf('out')));
    const asked = { channelId: 'out', endpoint: 'Local/1@phones', appArgs: 'x,outbound', variables: {} };
    await port.create(asked);
    expect(server.requests.at(-1)).toContain('formats=slin16');
  });

  it('send every parameter, escaped, whether or not the API descriptions know it', async () => {
    const port = await connected();
    const channelvars = { MEDIA_WEBSOCKET_CONNECTION_ID: 'abc' };
    server.answer('POST /channels/externalMedia', json({ ...wireChannelOf('m'), channelvars }));
    server.answer('POST /channels/a%2F1%3B2/variable', json(undefined, 204));
    expect(await port.externalMedia({ channelId: 'm', format: 'slin16', appArgs: 'x,y' })).toEqual({
      connectionId: 'abc',
    });
    await port.setVariable('a/1;2', 'TALK_DETECT(set)', '500,256 +&');
    const sent = server.requests.slice(-2).map((request) => new URL(request.split(' ')[1] ?? '', server.url));
    expect(Object.fromEntries(sent[0]?.searchParams ?? [])).toMatchObject({
      transport_data: 'f(json)',
      data: 'x,y',
    });
    expect(sent[1]?.search).toBe('?variable=TALK_DETECT(set)&value=500%2C256%20%2B%26');
  });

  it('fetch a recording byte for byte', async () => {
    const port = await connected();
    const bytes = Uint8Array.from({ length: 1_000 }, (_, index) => index % 256);
    server.answer('GET /recordings/stored/r/file', (response) => {
      response.writeHead(200, { 'content-type': 'audio/wav' }).end(bytes);
    });
    expect(await port.recordedFile('r')).toEqual(bytes);
  });

  it('call an answer that is not ARI’s what it is', async () => {
    const port = await connected();
    server.answer('GET /channels', (response) => void response.end('<html>proxy</html>'));
    await expect(port.channels()).rejects.toMatchObject({ code: 'ARI_FAILED' });
    server.answer('GET /channels', json([{ id: 1 }]));
    await expect(port.channels()).rejects.toMatchObject({ code: 'ARI_FAILED' });
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

describe('events', () => {
  it('are plain data without the password or anything of the library', async () => {
    const port = await connected();
    const heard = heardOn(port, 'c');
    server.send(start('c', ['default']));
    await until(() => expect(heard).toHaveLength(1));
    expect(JSON.parse(JSON.stringify(heard[0]))).toEqual(heard[0]);
    expect(heard[0]).toEqual({
      type: 'StasisStart',
      atMs: expect.any(Number) as number,
      channelId: 'c',
      args: ['default'],
      channel: {
        id: 'c',
        name: 'PJSIP/1001-c',
        state: 'Up',
        caller: { name: 'Ann', number: '1001' },
        context: 'default',
        extension: '100',
        stasis: { app: 'voicebot', args: [] },
      },
    });
  });

  it('are asked for by their types on every new socket, and come all where Asterisk refuses that', async () => {
    const asked: string[] = [];
    server.answer('PUT /applications/voicebot/eventFilter', (response, request) => {
      withBody(request, (body) => asked.push(body));
      json({})(response, request);
    });
    await connected();
    expect(logged).not.toContainEqual(expect.objectContaining({ event: 'ari_unfiltered' }));
    server.answer('PUT /applications/voicebot/eventFilter', json({ message: 'no' }, 403));
    server.opened.at(-1)?.terminate();
    await until(() => expect(logged).toContainEqual({ event: 'ari_unfiltered', code: 'ARI_REFUSED' }));
    const { allowed } = JSON.parse(asked[0] ?? '{}') as { allowed: { type: string }[] };
    const types = allowed.map(({ type }) => type);
    expect(types).toContain('ChannelTalkingStarted');
    expect(types).not.toContain('ChannelVarset');
  });

  it('of a call that came before anybody listened are kept for who does', async () => {
    const port = await connected();
    server.send(start('early'));
    await new Promise((resolve) => setTimeout(resolve, 30));
    const heard: string[] = [];
    port.onUnrouted((event) => heard.push(event.channelId));
    expect(heard).toEqual(['early']);
  });

  it('reach a route that was registered before the channel was asked for, even ahead of the answer', async () => {
    const port = await connected();
    const heard = heardOn(port, 'snoop-1');
    const order: string[] = [];
    port.route('snoop-1', (event) => order.push(event.type));
    server.answer('POST /channels/c/snoop/snoop-1', (response, request) => {
      server.send(start('snoop-1'));
      setTimeout(() => json(wireChannelOf('snoop-1'))(response, request), 30);
    });
    await port.snoop('c', { snoopId: 'snoop-1', appArgs: '' });
    order.push('answered');
    expect(order).toEqual(['StasisStart', 'answered']);
    expect(heard).toEqual([]);
  });

  it('go on after a listener threw, which is logged', async () => {
    const port = await connected();
    let calls = 0;
    port.route('c', () => {
      calls++;
      throw new Error('a bug');
    });
    server.send(start('c'));
    server.send({ type: 'StasisEnd', channel: wireChannelOf('c') });
    await until(() => expect(calls).toBe(2));
    expect(logged).toContainEqual(expect.objectContaining({ event: 'ari_listener_threw', channelId: 'c' }));
  });

  it('go on after some that nobody can read, of which the log tells once', async () => {
    const port = await connected();
    const heard = heardOn(port, 'c');
    server.send({ type: 'NoSuchEvent' });
    server.send({ type: 'StasisStart', channel: { id: 'c' } });
    server.send(start('c'));
    await until(() => expect(heard).toHaveLength(1));
    expect(logged.filter(({ event }) => event === 'ari_event_unreadable')).toEqual([
      { event: 'ari_event_unreadable', error: expect.any(String) as string, times: 1 },
    ]);
  });
});

describe('reconnection', () => {
  it('never stops: Asterisk is found again after more than ten failed tries', async () => {
    const port = await connected({
      clock: { ...tenfoldClock, after: (ms, go) => tenfoldClock.after(ms / 20, go) },
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

  it('replaces a socket that has gone silent', async () => {
    const port = await connected();
    const states: string[] = [];
    port.onConnection((state) => states.push(state));
    server.silent = true;
    await until(() => expect(states).toContain('down'));
    server.silent = false;
    await until(() => expect(states).toEqual(['down', 'up']));
    const heard = heardOn(port, 'c');
    server.send(start('c'));
    await until(() => expect(heard).toHaveLength(1));
  });

  it('leaves alone a socket on which nothing happens but pongs', async () => {
    const port = await connected();
    const states: string[] = [];
    port.onConnection((state) => states.push(state));
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(states).toEqual([]);
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

  it('tells routes whose channel went meanwhile, before it says up', async () => {
    server.answer('GET /channels', json([wireChannelOf('alive')]));
    const port = await connected();
    const told: string[] = [];
    for (const id of ['alive', 'dead', 'unrouted'])
      port.route(id, (event) => told.push(`${id} ${event.type}`));
    port.route('unrouted', () => told.push('unrouted'))();
    port.onConnection((state) => told.push(state));
    await server.crash();
    await server.listen();
    await until(() => expect(told).toContain('up'));
    expect(told).toEqual(['down', 'dead ChannelGone', 'up']);
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
  it('leaves neither timer nor socket, and requests fail as unreachable', async () => {
    const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
    const timersBefore = timers();
    const clock = new CountingClock();
    const port = await connected({ clock });
    server.answer('POST /channels/1/answer', hang);
    const pending = port.answer('1').catch((error: unknown) => error);
    await port.close();
    await port.close();
    expect(clock.pending).toBe(0);
    expect(timers()).toBeLessThanOrEqual(timersBefore);
    expect(await pending).toMatchObject({ code: 'ARI_UNREACHABLE' });
    expect(port.connected).toBe(false);
    await expect(port.channels()).rejects.toMatchObject({ code: 'ARI_UNREACHABLE' });
    await until(() => expect(server.opened.every((ws) => ws.readyState === ws.CLOSED)).toBe(true));
  });

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
