/** What the port promises, whichever side has opened the event socket. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Clock, systemClock } from '../../../base/clock.ts';
import { withBody } from '../../../base/testing/with-body.ts';
import type { LogFields } from '../../../base/log.ts';
import { notingLog } from '../../../base/testing/noting-log.ts';
import { connectAri, type AriOptions } from './ari.ts';
import type { AriEvent, AriPort } from './ari-port.ts';
import { listenForAri } from './outbound/listen-ari.ts';
import {
  AriTestServer,
  hang,
  json,
  PASSWORD,
  stasisStart,
  tenfoldClock,
  USERNAME,
  wireChannelOf,
} from './testing/ari-test-server.ts';
import { DiallingAriTestServer } from './testing/dialling-ari-test-server.ts';

let server: AriTestServer;
let ports: AriPort[];
let logged: LogFields[];

const log = notingLog((fields) => void logged.push(fields));

interface Way {
  readonly name: string;
  start(): Promise<AriTestServer>;
  connect(options: AriOptions): Promise<AriPort>;
  stop(server: AriTestServer): Promise<void>;
}

const WAYS: readonly Way[] = [
  {
    name: 'Parley connects to Asterisk',
    start: () => AriTestServer.start(),
    connect: connectAri,
    stop: (made) => made.crash(),
  },
  {
    name: 'Asterisk connects to Parley',
    start: () => DiallingAriTestServer.start(),
    connect: (options) =>
      listenForAri(
        {
          ...options,
          listen: { host: '127.0.0.1', port: 0 },
          onListening: (port) => (server as DiallingAriTestServer).dial(port),
        },
        new AbortController().signal,
      ),
    async stop(made) {
      await (made as DiallingAriTestServer).stopDialling();
      await made.crash();
    },
  },
];

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

describe.each(WAYS)('where $name', (way) => {
  beforeEach(async () => {
    ports = [];
    logged = [];
    server = await way.start();
  });
  afterEach(async () => {
    await Promise.all(ports.map((port) => port.close()));
    await way.stop(server);
  });

  async function connected(changes: Partial<AriOptions> = {}): Promise<AriPort> {
    const port = await way.connect({
      ...{ url: server.url, username: USERNAME, password: PASSWORD, app: 'voicebot' },
      ...{ clock: tenfoldClock, log, random: () => 0.5 },
      ...changes,
    });
    ports.push(port);
    return port;
  }

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

    it('fail at once when Asterisk is down', async () => {
      const port = await connected({ clock: systemClock });
      await server.crash();
      await expect(port.answer('1')).rejects.toMatchObject({ code: 'ARI_UNREACHABLE' });
      await server.listen();
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
      const sent = server.requests
        .slice(-2)
        .map((request) => new URL(request.split(' ')[1] ?? '', server.url));
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

    it('end at their deadline when Asterisk hangs', async () => {
      const port = await connected();
      server.answer('POST /channels/1/answer', hang);
      await expect(port.answer('1')).rejects.toMatchObject({ code: 'ARI_TIMEOUT' });
    });
  });

  describe('events', () => {
    it('are plain data without the password or anything of the library', async () => {
      const port = await connected();
      const heard = heardOn(port, 'c');
      server.send(stasisStart('c', ['default']));
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
      server.send(stasisStart('early'));
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
        server.send(stasisStart('snoop-1'));
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
      server.send(stasisStart('c'));
      server.send({ type: 'StasisEnd', channel: wireChannelOf('c') });
      await until(() => expect(calls).toBe(2));
      expect(logged).toContainEqual(expect.objectContaining({ event: 'ari_listener_threw', channelId: 'c' }));
    });

    it('go on after some that nobody can read, of which the log tells once', async () => {
      const port = await connected();
      const heard = heardOn(port, 'c');
      server.send({ type: 'NoSuchEvent' });
      server.send({ type: 'StasisStart', channel: { id: 'c' } });
      server.send(stasisStart('c'));
      await until(() => expect(heard).toHaveLength(1));
      expect(logged.filter(({ event }) => event === 'ari_event_unreadable')).toEqual([
        { event: 'ari_event_unreadable', error: expect.any(String) as string, times: 1 },
      ]);
    });
  });

  describe('reconnection', () => {
    it('replaces a socket that has gone silent', async () => {
      const port = await connected();
      const states: string[] = [];
      port.onConnection((state) => states.push(state));
      server.silent = true;
      await until(() => expect(states).toContain('down'));
      server.silent = false;
      await until(() => expect(states).toEqual(['down', 'up']));
      const heard = heardOn(port, 'c');
      server.send(stasisStart('c'));
      await until(() => expect(heard).toHaveLength(1));
    });

    it('leaves alone a socket on which nothing happens but pongs', async () => {
      const port = await connected();
      const states: string[] = [];
      port.onConnection((state) => states.push(state));
      await new Promise((resolve) => setTimeout(resolve, 1_500));
      expect(states).toEqual([]);
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
  });
});
