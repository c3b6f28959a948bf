import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import type { LogFields } from '../../../../base/log.ts';
import { notingLog } from '../../../../base/testing/noting-log.ts';
import type { AriPort } from '../ari-port.ts';
import { PASSWORD, stasisStart, tenfoldClock, USERNAME } from '../testing/ari-test-server.ts';
import { DiallingAriTestServer } from '../testing/dialling-ari-test-server.ts';
import { listenForAri } from './listen-ari.ts';

let server: DiallingAriTestServer;
let opening: Promise<AriPort>;
let closing: AbortController;
let logged: LogFields[];
let port: number;

const log = notingLog((fields) => void logged.push(fields));

const until = (condition: () => void) => vi.waitFor(condition, { timeout: 5_000, interval: 5 });
const basic = (password: string) => `Basic ${Buffer.from(`${USERNAME}:${password}`).toString('base64')}`;

beforeEach(async () => {
  logged = [];
  closing = new AbortController();
  server = await DiallingAriTestServer.start();
  await new Promise<void>((resolve) => {
    opening = listenForAri(
      {
        ...{ url: server.url, username: USERNAME, password: PASSWORD, app: 'voicebot' },
        ...{ clock: tenfoldClock, log, random: () => 0.5, listen: { host: '127.0.0.1', port: 0 } },
        onListening: (listens) => {
          port = listens;
          resolve();
        },
      },
      closing.signal,
    );
  });
  opening.catch(() => undefined);
});

afterEach(async () => {
  closing.abort(new Error('the test is over'));
  await opening.then(
    (made) => made.close(),
    () => undefined,
  );
  await server.stopDialling();
  await server.crash();
});

/** What somebody who connects is answered: 101 if he is let in. */
async function statusFor(headers: Readonly<Record<string, string>>, subProtocol = 'ari'): Promise<number> {
  const ws = new WebSocket(`ws://127.0.0.1:${port}/ari`, subProtocol, { headers });
  ws.on('error', () => undefined);
  try {
    return await new Promise<number>((resolve) => {
      ws.once('open', () => resolve(101));
      ws.once('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0));
    });
  } finally {
    ws.terminate();
  }
}

/** One that answers no ping; undefined if it is not let in yet. */
async function deadConnection(): Promise<WebSocket | undefined> {
  const headers = { authorization: basic(PASSWORD) };
  const ws = new WebSocket(`ws://127.0.0.1:${port}/ari`, 'ari', { headers, autoPong: false });
  return new Promise((resolve) => {
    ws.once('open', () => resolve(ws));
    ws.on('error', () => resolve(undefined));
  });
}

describe('ARI_LISTEN', () => {
  it('lets nobody in who does not show the password, or does not speak ARI', async () => {
    const statuses = [
      await statusFor({}),
      await statusFor({ authorization: basic('guessed') }),
      await statusFor({ authorization: basic(PASSWORD) }, 'media'),
    ];
    expect(statuses).toEqual([401, 401, 400]);
    const told = logged.map(({ event }) => event);
    expect(told).toContain('ari_listen.unauthorized');
    expect(told).toContain('ari_listen.no-ari');
    expect(JSON.stringify(logged)).not.toMatch(new RegExp(`${PASSWORD}|guessed`));
  });

  it('answers whoever wants a page that this is none', async () => {
    expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(426);
  });

  it('keeps the Asterisk that it has when another one comes', async () => {
    server.dial(port);
    const made = await opening;
    expect(await statusFor({ authorization: basic(PASSWORD) })).toBe(409);
    // As long as it may take to prove that it lives, and longer.
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(made.connected).toBe(true);
    expect(server.opened).toHaveLength(1);
  });

  it('gives the place of a connection that is dead to the next one, long before a heartbeat would', async () => {
    let dead: WebSocket | undefined;
    while (!dead) dead = await deadConnection();
    const over = once(dead, 'close');
    server.dial(port);
    const made = await opening;
    await over;
    expect(made.connected).toBe(true);
  });

  it('does over HTTP what is asked between two sockets', async () => {
    server.dial(port);
    const made = await opening;
    await server.stopDialling();
    await until(() => expect(made.connected).toBe(false));
    server.answer('POST /channels/1/answer', (response) => void response.writeHead(204).end());
    await made.answer('1');
    expect(server.requests.at(-1)).toBe('POST /channels/1/answer');
  });

  it('says for which application Asterisk has connected if it is not its own, and takes no call of it', async () => {
    server.app = 'voicebot-2';
    server.dial(port);
    await until(() => expect(logged.map(({ event }) => event)).toContain('ari_listen.other-app'));
    server.app = 'voicebot';
    const made = await opening;
    const heard: string[] = [];
    made.onUnrouted(({ channelId }) => heard.push(channelId));
    server.send(stasisStart('c'));
    await until(() => expect(heard).toEqual(['c']));
  });

  it('tells the dialplan that it is there, by the clock of Asterisk, until it goes', async () => {
    const aheadSeconds = 3600;
    server.timestamp = () => new Date(Date.now() + aheadSeconds * 1000).toISOString().replace('Z', '+0000');
    server.dial(port);
    const made = await opening;
    const told = () =>
      server.requests
        .filter((request) => request.startsWith('POST /asterisk/variable'))
        .map((request) => new URL(request.split(' ')[1] ?? '', server.url).searchParams)
        .map((query) => [query.get('variable'), Number(query.get('value'))] as const);
    await until(() => expect(told().length).toBeGreaterThan(2));
    const [variable, value] = told().at(-1) ?? [];
    expect(variable).toBe('PARLEY_SEEN_voicebot');
    expect(Math.abs((value ?? 0) - Date.now() / 1000 - aheadSeconds)).toBeLessThan(60);
    await made.close();
    expect(told().at(-1)).toEqual(['PARLEY_SEEN_voicebot', 0]);
  });

  it('fetches a recording from ARI_URL: it cannot come over the socket', async () => {
    server.dial(port);
    const made = await opening;
    server.answer('GET /recordings/stored/r/file', (response) => {
      response.writeHead(200, { 'content-type': 'audio/wav' }).end(Uint8Array.of(82, 0, 255));
    });
    expect(await made.recordedFile('r')).toEqual(Uint8Array.of(82, 0, 255));
  });

  it('tells requests that are under way at once when the socket goes', async () => {
    server.dial(port);
    const made = await opening;
    server.answer('POST /channels/1/answer', () => server.opened[0]?.terminate());
    await expect(made.answer('1')).rejects.toMatchObject({ code: 'ARI_UNREACHABLE' });
  });

  it('says which setting is at fault if it cannot listen there', async () => {
    const options = {
      ...{ url: server.url, username: USERNAME, password: PASSWORD, app: 'voicebot' },
      ...{ clock: tenfoldClock, log, random: () => 0.5, listen: { host: '127.0.0.1', port } },
    };
    await expect(listenForAri(options, closing.signal)).rejects.toThrow(
      /ARI_LISTEN: 127\.0\.0\.1:\d+ cannot be listened on \(EADDRINUSE\)/,
    );
  });
});

it('whoever is refused and does not hang up keeps no connection open', async () => {
  const socket = connect({ host: '127.0.0.1', port, allowHalfOpen: true });
  const closed = new Promise((resolve) => socket.once('error', resolve).once('close', resolve));
  socket.write('GET /ari HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
  const [answer] = (await once(socket, 'data')) as [Buffer];
  expect(answer.toString()).toMatch(/^HTTP\/1\.1 401 /);
  await once(socket, 'end');
  // A connection whose other half still stood would take this for ever.
  const written = setInterval(() => socket.write('x'), 5);
  await closed;
  clearInterval(written);
  socket.destroy();
});
