import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';
import { systemClock } from '../../../base/clock.ts';
import { ManualClock } from '../../../base/manual-clock.ts';
import { silentLog } from '../../../base/log.ts';
import { MediaSocket } from './media-socket.ts';

const FRAME_BYTES = 640;

let server: WebSocketServer;
let asterisk: WebSocket;
let got: (Buffer | string)[];
let heard: { audio: number; marks: string[]; ended: string[] };
let media: MediaSocket | undefined;

beforeEach(async () => {
  got = [];
  heard = { audio: 0, marks: [], ended: [] };
  server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  await once(server, 'listening');
});

afterEach(() => {
  media?.close();
  media = undefined;
  for (const client of server.clients) client.terminate();
  server.close();
});

/** Opens a socket; `greet` is what Asterisk says first. */
async function open(greet: (socket: WebSocket) => void = start, clock = systemClock): Promise<MediaSocket> {
  server.on('connection', (socket, request) => {
    asterisk = socket;
    expect(request.url).toBe('/media/one%2Ftwo');
    expect(socket.protocol).toBe('media');
    socket.on('message', (data: Buffer, isBinary) => got.push(isBinary ? data : data.toString()));
    greet(socket);
  });
  media = await MediaSocket.open({
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    username: 'parley',
    password: 'secret',
    connectionId: 'one/two',
    clock,
    log: silentLog,
    listener: {
      audio: (data) => (heard.audio += data.byteLength),
      markPlayed: (id) => heard.marks.push(id),
      ended: (reason) => heard.ended.push(reason),
    },
  });
  return media;
}

function start(socket: WebSocket): void {
  say(socket, { event: 'MEDIA_START', optimal_frame_size: FRAME_BYTES, channel_id: 'c', ptime: 20 });
}

function say(socket: WebSocket, event: unknown): void {
  socket.send(JSON.stringify(event));
}

async function until(isSo: () => boolean): Promise<void> {
  const untilMs = performance.now() + 2000;
  while (!isSo()) {
    if (performance.now() > untilMs) throw new Error('it never came to that');
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

/** A round trip: whatever was sent before has arrived. */
async function settled(): Promise<void> {
  asterisk.ping();
  await once(asterisk, 'pong');
}

describe('the media socket', () => {
  it('hears the caller from the first frame, even before MEDIA_START', async () => {
    await open((socket) => {
      socket.send(new Uint8Array(FRAME_BYTES));
      start(socket);
      socket.send(new Uint8Array(FRAME_BYTES));
    });
    await until(() => heard.audio === 2 * FRAME_BYTES);
  });

  it('sends audio and marks in their order, in messages that Asterisk reads', async () => {
    const socket = await open();
    socket.mark('a');
    socket.sendAudio(new Uint8Array(200 * FRAME_BYTES));
    socket.mark('b');
    await until(() => got.length === 4);
    expect(
      got.map((one) => (typeof one === 'string' ? (JSON.parse(one) as unknown) : one.byteLength)),
    ).toEqual([
      { command: 'MARK_MEDIA', correlation_id: 'a' },
      102 * FRAME_BYTES,
      98 * FRAME_BYTES,
      { command: 'MARK_MEDIA', correlation_id: 'b' },
    ]);
    for (const one of got) if (typeof one === 'string') expect(one.length).toBeLessThanOrEqual(128);
    say(asterisk, { event: 'MEDIA_MARK_PROCESSED', channel_id: 'c', correlation_id: 'a' });
    await until(() => heard.marks.length === 1);
  });

  it('stops at XOFF and goes on at XON', async () => {
    const socket = await open();
    say(asterisk, { event: 'MEDIA_XOFF', channel_id: 'c' });
    await settled();
    socket.sendAudio(new Uint8Array(FRAME_BYTES));
    socket.mark('a');
    await settled();
    expect(got).toEqual([]);
    say(asterisk, { event: 'MEDIA_XON', channel_id: 'c' });
    await until(() => got.length === 2);
  });

  it('pauses, resumes and flushes at once, past whatever waits', async () => {
    const socket = await open();
    say(asterisk, { event: 'MEDIA_XOFF' });
    await settled();
    socket.sendAudio(new Uint8Array(FRAME_BYTES));
    socket.pause();
    socket.flush();
    socket.resume();
    say(asterisk, { event: 'MEDIA_XON' });
    await settled();
    expect(got.map((one) => (JSON.parse(String(one)) as { command: string }).command)).toEqual([
      'PAUSE_MEDIA',
      'FLUSH_MEDIA',
      'CONTINUE_MEDIA',
    ]);
  });

  it('throws the oldest away, and counts it, when Asterisk takes nothing for longer than 10 s', async () => {
    const socket = await open();
    say(asterisk, { event: 'MEDIA_XOFF' });
    await settled();
    for (let second = 0; second < 12; second++)
      socket.sendAudio(new Uint8Array(50 * FRAME_BYTES).fill(second));
    expect(socket.droppedBytes).toBe(100 * FRAME_BYTES);
    say(asterisk, { event: 'MEDIA_XON' });
    await until(() => got.length === 10);
    expect((got[0] as Buffer)[0]).toBe(2);
  });

  it('does not mind what it does not know', async () => {
    await open();
    asterisk.send('garbage');
    say(asterisk, { event: 'NEWER_THAN_THIS', field: 1 });
    say(asterisk, { event: 'MEDIA_MARK_PROCESSED' });
    say(asterisk, { event: 'STATUS', queue_length: 3 });
    say(asterisk, { event: 'DTMF_END', digit: '5' });
    say(asterisk, { event: 'ERROR', error_text: 'no such thing' });
    say(asterisk, { event: 'MEDIA_MARK_PROCESSED', correlation_id: 'b' });
    await until(() => heard.marks.length === 1);
    expect(heard.ended).toEqual([]);
  });

  it('tells once that it has ended', async () => {
    const socket = await open();
    asterisk.terminate();
    await until(() => heard.ended.length === 1);
    socket.sendAudio(new Uint8Array(FRAME_BYTES));
    socket.close();
    expect(heard.ended).toHaveLength(1);
  });

  it('notices that the other side has gone without a word', async () => {
    const clock = new ManualClock();
    await open(start, clock);
    asterisk.pause();
    await clock.advance(4000);
    await clock.advance(4000);
    expect(heard.ended).toEqual(['silent']);
    expect(clock.pending).toBe(0);
  });

  it('gives up when Asterisk refuses it, or does not start', async () => {
    const clock = new ManualClock();
    const opening = open(() => void clock.advance(2000), clock);
    await expect(opening).rejects.toMatchObject({ code: 'ARI_TIMEOUT' });
    expect(clock.pending).toBe(0);
    server.options.verifyClient = () => false;
    await expect(open()).rejects.toMatchObject({ code: 'ARI_UNREACHABLE' });
  });
});
