/** The stand-in against a service that is only a server here: what Twilio says to it, in which order, and what it holds against it. */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import twilio from 'twilio';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocketServer, type WebSocket } from 'ws';
import { encodeG711 } from '../../../audio/g711.ts';
import { silence } from '../../../audio/pcm.ts';
import { tone } from '../../../audio/tone.ts';
import { busyFor } from '../../../base/testing/busy-for.ts';
import { findSounds } from '../../phone/hear.ts';
import type { PhoneCall } from '../../phone/phone.ts';
import { startTwilioSimulator, type TwilioSimulator } from './twilio-simulator.ts';

const PUBLIC_URL = 'https://voice.example.com';
const STREAM =
  '<Response><Connect><Stream url="wss://voice.example.com/ws?dropped=1" statusCallback="https://voice.example.com/stream">' +
  '<Parameter name="bot" value="sales"/></Stream></Connect></Response>';
const DESK = '+15550002001';

interface Asked {
  readonly url: string;
  readonly signature: string;
  readonly token: string;
  readonly form: Readonly<Record<string, string>>;
}

interface Message {
  readonly event: string;
  readonly streamSid?: string;
  readonly sequenceNumber?: string;
  readonly media?: { readonly chunk: string; readonly timestamp: string; readonly payload: string };
  readonly [field: string]: unknown;
}

describe('the stand-in for Twilio', () => {
  let server: Server;
  let sockets: WebSocketServer;
  let simulator: TwilioSimulator;
  let asked: Asked[];
  let upgrades: IncomingMessage[];
  let socket: WebSocket | undefined;
  let messages: Message[];
  let document: string;
  let refuses: boolean;

  beforeEach(async () => {
    [asked, upgrades, messages, document, refuses, socket] = [[], [], [], STREAM, false, undefined];
    // What is left of the test before must not come into this one.
    const received = messages;
    server = createServer((request, response) => {
      let body = '';
      request.on('data', (piece: Buffer) => (body += piece.toString()));
      request.on('end', () => {
        asked.push({
          url: request.url ?? '',
          signature: String(request.headers['x-twilio-signature']),
          token: String(request.headers['i-twilio-idempotency-token']),
          form: Object.fromEntries(new URLSearchParams(body)),
        });
        if (!request.url?.startsWith('/voice')) return response.writeHead(204).end();
        return response.writeHead(200, { 'content-type': 'text/xml' }).end(document);
      });
    });
    sockets = new WebSocketServer({ noServer: true });
    server.on('upgrade', (request, raw, head) => {
      upgrades.push(request);
      if (refuses) return void raw.end('HTTP/1.1 403 Forbidden\r\n\r\n');
      sockets.handleUpgrade(request, raw, head, (opened) => {
        socket = opened;
        opened.on('message', (data) => received.push(JSON.parse((data as Buffer).toString()) as Message));
      });
      return undefined;
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    simulator = await startTwilioSimulator({
      publicUrl: PUBLIC_URL,
      numbers: { sales: '/voice?bot=sales' },
      statusPath: '/status',
    });
    simulator.serve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  });
  afterEach(async () => {
    await simulator.stop();
    server.closeAllConnections();
    server.close();
  });

  const until = async (what: string, holds: () => boolean) => {
    const giveUpAtMs = performance.now() + 10_000;
    while (!holds()) {
      if (performance.now() > giveUpAtMs) throw new Error(`${what}: never`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };
  const of = (event: string) => messages.filter((message) => message.event === event);
  const statuses = () =>
    asked.filter(({ url }) => url.startsWith('/status')).map(({ form }) => form['CallStatus']);
  const send = (order: Readonly<Record<string, unknown>>) =>
    socket?.send(JSON.stringify({ streamSid: of('start')[0]?.streamSid, ...order }));
  const play = (forMs: number) =>
    send({
      event: 'media',
      media: { payload: Buffer.from(encodeG711(tone(400, forMs, 8000), 'PCMU')).toString('base64') },
    });
  const mark = (name: string) => send({ event: 'mark', mark: { name } });
  const dial = async (): Promise<PhoneCall> => {
    const call = await simulator.phone().dial('sales', { callerNumber: '+15550001234' });
    await until('the start', () => of('start').length > 0);
    return call;
  };
  const codes = () => simulator.protocolFaults.map(({ code }) => code);
  const order = (path: string, form: readonly (readonly [string, string])[], token = simulator.authToken) =>
    fetch(`${simulator.apiUrl}/2010-04-01/Accounts/${simulator.accountSid}${path}`, {
      method: 'POST',
      headers: {
        authorization: `Basic ${Buffer.from(`${simulator.accountSid}:${token}`).toString('base64')}`,
      },
      body: new URLSearchParams(form.map(([name, value]): [string, string] => [name, value])),
    });

  it("signs webhooks and the upgrade so that Twilio's own package takes them", async () => {
    await dial();
    const [{ url, signature, form } = asked[0] as never] = asked as readonly Asked[];
    expect(twilio.validateRequest(simulator.authToken, signature, `${PUBLIC_URL}${url}`, form)).toBe(true);
    expect(twilio.validateRequest('another', signature, `${PUBLIC_URL}${url}`, form)).toBe(false);
    const upgrade = String(upgrades[0]?.headers['x-twilio-signature']);
    expect(upgrades[0]?.url).toBe('/ws');
    expect(twilio.validateRequest(simulator.authToken, upgrade, 'wss://voice.example.com/ws', {})).toBe(true);
    expect(upgrades[0]?.headers['sec-websocket-extensions']).toBeUndefined();
  });

  it('is orderly on the wire: connected, start, then audio each 20 ms, numbers as strings', async () => {
    const call = await dial();
    await call.say(tone(400, 200, 8000));
    await call.sendDigit('5');
    await until('the digit', () => of('dtmf').length > 0);
    const [connected, start] = messages;
    expect(connected).toEqual({ event: 'connected', protocol: 'Call', version: '1.0.0' });
    const { sid } = simulator.calls[0] ?? { sid: '' };
    expect(start).toMatchObject({
      event: 'start',
      sequenceNumber: '1',
      start: {
        accountSid: simulator.accountSid,
        callSid: sid,
        streamSid: start?.streamSid,
        tracks: ['inbound'],
        customParameters: { bot: 'sales' },
        mediaFormat: { encoding: 'audio/x-mulaw', sampleRate: 8000, channels: 1 },
      },
    });
    const media = of('media');
    expect(media.map((one) => one.media?.chunk)).toEqual(media.map((_, index) => String(index + 1)));
    expect(messages.slice(1).map(({ sequenceNumber }) => sequenceNumber)).toEqual(
      messages.slice(1).map((_, index) => String(index + 1)),
    );
    expect(media.every((one) => Buffer.from(one.media?.payload ?? '', 'base64').length === 160)).toBe(true);
    expect(media.every((one) => /^\d+$/.test(one.media?.timestamp ?? ''))).toBe(true);
    expect(of('dtmf')[0]).toMatchObject({ dtmf: { track: 'inbound_track', digit: '5' } });
  });

  it('plays what it is sent in real time, however fast it comes, and tells of marks as they are heard', async () => {
    const call = await dial();
    play(600);
    mark('half');
    play(600);
    mark('end');
    await until('the first mark', () => of('mark').length > 0);
    expect(of('mark').map((one) => one['mark'])).toEqual([{ name: 'half' }]);
    await until('both', () => of('mark').length === 2);
    await call.say(silence(100, 8000));
    const [sound] = findSounds(call.heard());
    expect((sound?.endMs ?? 0) - (sound?.startMs ?? 0)).toBeGreaterThan(1170);
    expect((sound?.endMs ?? 0) - (sound?.startMs ?? 0)).toBeLessThan(1230);
    expect(simulator.calls[0]?.streams[0]?.mostAheadMs).toBeGreaterThan(1100);
  });

  it('drops what waits at clear, and tells of every mark', async () => {
    const call = await dial();
    play(3000);
    mark('a');
    mark('b');
    await until('it sounds', () => call.soundHeardAtMs !== undefined);
    send({ event: 'clear' });
    await until('the marks', () => of('mark').length === 2);
    await call.say(silence(300, 8000));
    const [sound, more] = findSounds(call.heard());
    expect(more).toBeUndefined();
    expect((sound?.endMs ?? 0) - (sound?.startMs ?? Infinity)).toBeLessThan(1500);
  });

  it('holds against a service what Twilio warns of, and ends the stream at what is no order', async () => {
    const call = await dial();
    socket?.send(Buffer.from([1, 2, 3]));
    socket?.send('no JSON');
    send({ event: 'mark', streamSid: undefined, mark: { name: 'x' } });
    send({ event: 'clear', streamSid: 'MZanother' });
    send({ event: 'media', media: { payload: 'not base64!' } });
    send({ event: 'mark', mark: {} });
    send({ event: 'pause' });
    expect(await call.ended).toMatchObject({ by: 'them' });
    expect(codes()).toEqual([31_950, 31_951, 31_951, 31_951, 31_951, 31_924]);
  });

  it('tells of a refused upgrade, and the call fails', async () => {
    refuses = true;
    await expect(simulator.phone().dial('sales')).rejects.toMatchObject({ code: 'DIAL_FAILED' });
    expect(codes()).toEqual([31_920]);
    await until('the stream error', () => asked.some(({ form }) => form['StreamEvent'] === 'stream-error'));
  });

  it.each([
    ['ws://voice.example.com/ws', 31_922],
    ['voice', 31_923],
  ])('opens no stream to %s', async (url, code) => {
    document = `<Response><Connect><Stream url="${url}"/></Connect></Response>`;
    await expect(simulator.phone().dial('sales')).rejects.toMatchObject({ code: 'DIAL_FAILED' });
    expect(codes()).toEqual([code]);
  });

  it('ends the call where the service closes the socket, and tells the number of it', async () => {
    const call = await dial();
    socket?.close(1000);
    expect(await call.ended).toMatchObject({ by: 'them' });
    await until('the status', () => statuses().length === 1);
    const told = asked.find(({ url }) => url === '/status');
    expect(told?.form).toMatchObject({
      CallStatus: 'completed',
      CallbackSource: 'call-progress-events',
      SequenceNumber: '0',
      From: '+15550001234',
    });
    expect(simulator.calls[0]?.streams[0]).toMatchObject({ closeCode: 1000, closedByTwilio: false });
    expect(simulator.leftovers()).toEqual([]);
  });

  it('says stop when the caller hangs up, and waits for the service to close', async () => {
    const call = await dial();
    await call.hangup();
    await until('the stop', () => of('stop').length === 1);
    expect(messages.at(-1)).toMatchObject({ event: 'stop', stop: { callSid: simulator.calls[0]?.sid } });
    expect(simulator.leftovers()).toHaveLength(1);
    await until('its own close', () => simulator.leftovers().length === 0);
    expect(simulator.calls[0]?.streams[0]?.closedByTwilio).toBe(true);
  });

  it('is closed by the service although the process that both share stands still', async () => {
    const call = await dial();
    const serviceEnd = socket;
    serviceEnd?.on('message', (data: Buffer) => {
      if (data.toString().includes('"stop"')) serviceEnd.close(1000);
    });
    await call.hangup();
    busyFor(1500);
    await until('the close', () => simulator.leftovers().length === 0);
    expect(simulator.calls[0]?.streams[0]?.closedByTwilio).toBe(false);
  });

  it.each(['statusOnly', 'cut', 'statusFirst'] as const)('can end otherwise: %s', async (end) => {
    simulator.faults.end = end;
    const call = await dial();
    let closedWith: number | undefined;
    socket?.once('close', (code: number) => (closedWith = code));
    await call.hangup();
    if (end === 'cut') {
      await until('the cut', () => closedWith === 1006);
      expect(statuses()).toEqual([]);
      await until('the status', () => statuses().length === 1);
    } else {
      await until('the status', () => statuses().length === 1);
      expect(of('stop')).toEqual([]);
      expect(closedWith).toBeUndefined();
    }
    if (end === 'statusFirst') await until('the late stop', () => of('stop').length === 1);
  });

  it('can ask twice, begin to be heard late, and tell of marks late', async () => {
    Object.assign(simulator.faults, { duplicateWebhooks: true, firstMediaAfterMs: 300, marksLateMs: 300 });
    await dial();
    expect(asked.filter(({ url }) => url === '/voice?bot=sales')).toHaveLength(2);
    expect(new Set(asked.slice(0, 2).map(({ token }) => token)).size).toBe(1);
    mark('late');
    const askedAtMs = performance.now();
    await until('the mark', () => of('mark').length === 1);
    expect(performance.now() - askedAtMs).toBeGreaterThan(290);
    await until('audio', () => of('media').length > 0);
    expect(Number(of('media')[0]?.media?.timestamp)).toBeGreaterThanOrEqual(300);
  });

  it('calls whom it is told to, and tells how that goes, each status once and in order', async () => {
    const picked: PhoneCall[] = [];
    simulator.phoneAt(DESK).whenCalled((call) => picked.push(call));
    const made = await order('/Calls.json', [
      ['To', DESK],
      ['From', '+15550009999'],
      ['Twiml', STREAM],
      ['StatusCallback', `${PUBLIC_URL}/status?call=1`],
      ...['initiated', 'ringing', 'answered', 'completed'].map(
        (event) => ['StatusCallbackEvent', event] as const,
      ),
    ]);
    expect(made.status).toBe(201);
    const { sid } = (await made.json()) as { sid: string };
    await until('the stream', () => of('media').length > 2);
    const ended = await order(`/Calls/${sid}.json`, [['Status', 'completed']]);
    expect(ended.status).toBe(200);
    expect(await picked[0]?.ended).toMatchObject({ by: 'them' });
    await until('the end', () => statuses().includes('completed'));
    const told = asked.filter(({ url }) => url.startsWith('/status'));
    const byNumber = told.toSorted(
      (a, b) => Number(a.form['SequenceNumber']) - Number(b.form['SequenceNumber']),
    );
    expect(byNumber.map(({ form }) => form['CallStatus'])).toEqual([
      'initiated',
      'ringing',
      'in-progress',
      'completed',
    ]);
    const again = await order(`/Calls/${sid}.json`, [['Status', 'completed']]);
    expect([again.status, await again.json()]).toMatchObject([400, { code: 21_220 }]);
  });

  it.each([
    ['busy', 'busy', '486'],
    ['decline', 'busy', '603'],
    ['ring', 'no-answer', '487'],
    [undefined, 'failed', '404'],
  ] as const)('is told %s of a callee: %s, SIP %s', async (how, status, sip) => {
    if (how) simulator.phoneAt(DESK).whenCalled(how);
    await order('/Calls.json', [
      ['To', DESK],
      ['From', '+15550009999'],
      ['Twiml', STREAM],
      ['Timeout', '1'],
      ['StatusCallback', `${PUBLIC_URL}/status`],
    ]);
    await until('the end', () => statuses().length === 1);
    const { form } = asked.find(({ url }) => url === '/status') as Asked;
    expect(form).toMatchObject({ CallStatus: status, SipResponseCode: sip });
  });

  it('puts a caller through to a phone on the way', async () => {
    const picked: PhoneCall[] = [];
    simulator.phoneAt(DESK).whenCalled((call) => picked.push(call));
    const call = await dial();
    const { sid } = simulator.calls[0] ?? { sid: '' };
    await order(`/Calls/${sid}.json`, [
      ['Twiml', `<Response><Dial><Number>${DESK}</Number></Dial></Response>`],
    ]);
    await until('somebody picks up', () => picked.length === 1);
    const [colleague] = picked as [PhoneCall];
    await call.say(tone(400, 200, 8000));
    await colleague.say(tone(500, 200, 8000));
    await call.say(silence(100, 8000));
    expect(findSounds(colleague.heard())).toHaveLength(1);
    expect(findSounds(call.heard())).toHaveLength(1);
    await colleague.hangup();
    expect(await call.ended).toMatchObject({ by: 'them' });
  });

  it.each([
    ['/Calls.json', [['From', '+1555']], 400, 21_201],
    ['/Calls.json', [['To', 'me']], 400, 21_211],
    ['/Calls.json', [['To', DESK]], 400, 21_213],
    [
      '/Calls.json',
      [
        ['To', DESK],
        ['From', '+15550009999'],
      ],
      400,
      21_205,
    ],
    ['/Calls/CAnobody.json', [['Status', 'completed']], 404, 20_404],
  ] as const)('refuses %s with %j as Twilio does', async (path, form, status, code) => {
    const answer = await order(path, form);
    expect([answer.status, await answer.json()]).toMatchObject([status, { code }]);
    const stranger = await order(path, form, 'another');
    expect([stranger.status, await stranger.json()]).toMatchObject([401, { code: 20_003 }]);
  });
});
