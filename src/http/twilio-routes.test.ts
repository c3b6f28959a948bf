import { once } from 'node:events';
import Fastify from 'fastify';
import type { FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import twilio from 'twilio';
import { WebSocket } from 'ws';
import { systemClock } from '../base/clock.ts';
import { silentLog } from '../base/log.ts';
import { tone } from '../audio/tone.ts';
import { clipOf } from '../telephony/line.ts';
import type { Arrival } from '../telephony/telephone.ts';
import type { TwilioSocket } from '../telephony/twilio/media-socket.ts';
import { signatureOf } from '../telephony/twilio/signature.ts';
import { TwilioTelephone } from '../telephony/twilio/twilio-telephone.ts';
import { answerErrors } from './errors.ts';
import { takeWebSockets } from './phone-route.ts';
import { twilioRoutes } from './twilio-routes.ts';

const TOKEN = 'primary-token';
const PUBLIC = 'https://voice.example.com';
const CALL = { CallSid: 'CA1', From: '+79001112233', To: '+74950000000', CallStatus: 'ringing' };

describe('Twilio calls', () => {
  let app: FastifyInstance;
  let telephone: TwilioTelephone;
  let arrivals: Arrival[];
  let port: string;

  beforeEach(async () => {
    arrivals = [];
    telephone = new TwilioTelephone({
      settings: {
        accountSid: 'AC1',
        authToken: TOKEN,
        publicUrl: PUBLIC,
        wsUrl: 'wss://voice.example.com/ws',
        apiUrl: 'http://127.0.0.1:1',
      },
      clock: systemClock,
      log: silentLog,
      speechDetector: () => ({ silenceMs: 160, hear: () => undefined, close: () => undefined }),
      onArrival: (arrival) => arrivals.push(arrival),
    });
    await telephone.open();
    app = Fastify({ forceCloseConnections: true });
    answerErrors(app, silentLog);
    await takeWebSockets(app);
    await app.register(twilioRoutes, { twilio: telephone });
    port = new URL(await app.listen({ port: 0 })).port;
  });
  afterEach(async () => {
    for (const { line } of arrivals) await line.close();
    await telephone.close();
    await app.close();
  });

  const post = (path: string, fields: Record<string, string>, signature?: string) =>
    app.inject({
      method: 'POST',
      url: path,
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        'x-twilio-signature': signature ?? signatureOf(TOKEN, PUBLIC + path, fields),
      },
      payload: new URLSearchParams(fields).toString(),
    });

  const stream = (signature = signatureOf(TOKEN, 'wss://voice.example.com/ws')) =>
    new WebSocket(`ws://127.0.0.1:${port}/ws`, { headers: { 'x-twilio-signature': signature } });

  /** Opened, and begun. */
  async function started(callSid = 'CA1', customParameters: Record<string, string> = {}) {
    const socket = stream();
    const said: { event: string; mark?: { name: string }; media?: { payload: string } }[] = [];
    socket.on('message', (data: Buffer) => said.push(JSON.parse(data.toString()) as (typeof said)[number]));
    await once(socket, 'open');
    const tell = (message: object) => socket.send(JSON.stringify(message));
    tell({ event: 'connected', protocol: 'Call', version: '1.0.0' });
    const mediaFormat = { encoding: 'audio/x-mulaw', sampleRate: 8000, channels: 1 };
    tell({
      event: 'start',
      sequenceNumber: '1',
      streamSid: 'MZ1',
      start: { callSid, customParameters, mediaFormat },
    });
    return { socket, said, tell };
  }

  it('are asked for by a webhook, and a repeated one is told the same and makes no call', async () => {
    const answer = await post('/voice-stream?bot=shop', CALL);
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['content-type']).toContain('text/xml');
    expect(answer.body).toContain('<Stream url="wss://voice.example.com/ws"');
    expect(answer.body).toContain('<Parameter name="bot" value="shop"/>');
    expect((await post('/voice-stream?bot=shop', CALL)).body).toBe(answer.body);
    expect(arrivals).toEqual([]);
  });

  it.each(['/voice-stream', '/twilio/status', '/twilio/stream'])(
    'are nobody else’s to ask for at %s',
    async (path) => expect((await post(path, CALL, 'wrong')).statusCode).toBe(403),
  );

  it('are told of in JSON as well, whose digest the address has, as the official library signs it', async () => {
    await started('CA9');
    await expect.poll(() => arrivals.length).toBe(1);
    const told = async (payload: string, digestOf = payload) => {
      const path = `/twilio/status?bodySHA256=${twilio.getExpectedBodyHash(digestOf)}`;
      const signature = twilio.getExpectedTwilioSignature(TOKEN, PUBLIC + path, {});
      const isRight = twilio.validateRequestWithBody(TOKEN, signature, PUBLIC + path, payload);
      expect(isRight).toBe(payload === digestOf);
      const headers = { 'content-type': 'application/json', 'x-twilio-signature': signature };
      return (await app.inject({ method: 'POST', url: path, headers, payload })).statusCode;
    };
    const over = JSON.stringify({ CallSid: 'CA9', CallStatus: 'completed' });
    expect(await told(over, '{}')).toBe(403);
    expect(arrivals[0]?.line.ended.aborted).toBe(false);
    expect(await told(over)).toBe(204);
    expect(arrivals[0]?.line.ended.aborted).toBe(true);
    expect(await told('{"broken":')).toBe(204);
  });

  it.each([
    ['', undefined],
    ['?bot=', undefined],
    ['?bot=shop?', 'shop?'],
    ['?bot=%D0%BD%D0%B0%D1%81%D0%BE%D1%81%22', 'насос&#34;'],
  ])('are for the bot that stands in /voice-stream%s', async (query, bot) => {
    const { body } = await post(`/voice-stream${query}`, { ...CALL, From: '"<&>\u0000' });
    expect(/name="bot" value="([^"]*)"/.exec(body)?.[1]).toBe(bot);
    expect(body).toContain('name="from" value="&#34;&#60;&#38;&#62;"');
  });

  it('go on over marks that are told twice, late or of nobody, and sound of any size', async () => {
    const { said, tell } = await started('CA8', { from: 'Анна "А" <1>', strange: '\u{1F600}' });
    await expect.poll(() => arrivals.length).toBe(1);
    const { line } = arrivals[0] as Arrival;
    expect(line.party.number).toBe('Анна "А" <1>');
    const heard: number[] = [];
    line.hearing.tap?.((pcm) => heard.push(pcm.byteLength));
    await line.answer();
    const playback = line.player.play(clipOf(tone(400, 300, 8000)));
    await expect.poll(() => said.filter(({ event }) => event === 'mark').length).toBe(4);
    const marks = said.flatMap(({ mark }) => mark ?? []);
    const echo = (name: string) => tell({ event: 'mark', streamSid: 'MZ1', mark: { name } });
    for (const name of ['nobody', '', ...marks.map((mark) => mark.name).reverse(), marks[0]?.name ?? ''])
      echo(name);
    expect(await playback.finished).toMatchObject({ outcome: 'heard', heardMs: 300 });
    for (const bytes of [0, 1, 3, 161, 4000])
      tell({
        event: 'media',
        streamSid: 'MZ1',
        media: { payload: Buffer.alloc(bytes, 0xff).toString('base64') },
      });
    for (const payload of ['//8', '__8=', '%%%%', 5, null])
      tell({ event: 'media', streamSid: 'MZ1', media: { payload } });
    await expect.poll(() => heard).toEqual([2, 6, 322, 8000]);
    expect(line.ended.aborted).toBe(false);
  });

  it.each(['', '../../etc/passwd', 'CA 1'])('do not begin with the CallSid %j', async (CallSid) => {
    expect((await post('/voice', { ...CALL, CallSid })).statusCode).toBe(400);
    expect(arrivals).toEqual([]);
  });

  it('do not begin on a WebSocket that Twilio has not signed', async () => {
    const [response] = (await once(stream('wrong'), 'unexpected-response').then(([, told]) => [told])) as [
      { statusCode: number },
    ];
    expect(response.statusCode).toBe(403);
    expect(arrivals).toEqual([]);
  });

  it('are heard and spoken to both ways, and end with the stream within 200 ms', async () => {
    const { socket, said, tell } = await started('CA1', { from: CALL.From, to: CALL.To, bot: 'shop' });
    await expect.poll(() => arrivals.length).toBe(1);
    const { line } = arrivals[0] as Arrival;
    expect(line.party).toMatchObject({
      direction: 'inbound',
      number: CALL.From,
      dialled: CALL.To,
      bot: 'shop',
    });
    const heard: number[] = [];
    line.hearing.tap?.((pcm) => heard.push(pcm.byteLength));
    tell({
      event: 'media',
      streamSid: 'MZ1',
      media: { payload: Buffer.alloc(160, 0xff).toString('base64') },
    });
    await expect.poll(() => heard).toEqual([320]);

    await line.answer();
    const playback = line.player.play(clipOf(tone(400, 1000, 8000)));
    const sentMs = () =>
      said.reduce((sum, { media }) => sum + Buffer.from(media?.payload ?? '', 'base64').length / 8, 0);
    await expect.poll(sentMs).toBe(400);
    for (const { mark } of [...said]) if (mark) tell({ event: 'mark', streamSid: 'MZ1', mark });
    await expect.poll(sentMs).toBe(800);
    await line.player.stop();
    await expect.poll(() => said.at(-1)?.event).toBe('clear');
    expect(await playback.finished).toMatchObject({ outcome: 'stopped' });

    const closed = once(socket, 'close');
    const atMs = performance.now();
    tell({ event: 'stop', streamSid: 'MZ1' });
    await closed;
    expect(performance.now() - atMs).toBeLessThan(1000);
    expect(line.ended.reason).toMatchObject({ by: 'caller' });
  });

  it('end with a status as well, and one that comes before the stream keeps it from beginning', async () => {
    const { socket } = await started('CA2');
    await expect.poll(() => arrivals.length).toBe(1);
    const closed = once(socket, 'close');
    const ended = { CallSid: 'CA2', CallStatus: 'completed' };
    expect((await post('/twilio/status', ended)).statusCode).toBe(204);
    await closed;
    expect((await post('/twilio/status', ended)).statusCode).toBe(204);
    expect(arrivals[0]?.line.ended.aborted).toBe(true);

    await post('/twilio/status', { CallSid: 'CA3', CallStatus: 'canceled' });
    const { socket: late } = await started('CA3');
    expect((await once(late, 'close'))[0]).toBe(1013);
    expect(arrivals).toHaveLength(1);
  });

  it('end when the connection breaks without a goodbye', async () => {
    const { socket } = await started();
    await expect.poll(() => arrivals.length).toBe(1);
    socket.terminate();
    await expect.poll(() => arrivals[0]?.line.ended.aborted).toBe(true);
  });

  it('have heard a key that was pressed before the bot listens', async () => {
    const { tell } = await started();
    await expect.poll(() => arrivals.length).toBe(1);
    const { hearing } = (arrivals[0] as Arrival).line;
    const heard: number[] = [];
    hearing.tap?.((pcm) => heard.push(pcm.byteLength));
    tell({ event: 'dtmf', streamSid: 'MZ1', dtmf: { track: 'inbound_track', digit: '0' } });
    const payload = Buffer.alloc(160, 0xff).toString('base64');
    tell({ event: 'media', streamSid: 'MZ1', media: { payload } });
    await expect.poll(() => heard.length).toBe(1);
    const digits: string[] = [];
    const nothing = () => undefined;
    hearing.listen({ speechStarted: nothing, speechStopped: nothing, digit: (digit) => digits.push(digit) });
    expect(digits).toEqual(['0']);
  });

  it.each([
    ['no JSON', '{"event":'],
    ['sound before the start', '{"event":"media","streamSid":"MZ1","media":{"payload":"//8="}}'],
    ['a start without a call', '{"event":"start","streamSid":"MZ1","start":{}}'],
  ])('do not begin with %s', async (_, text) => {
    const socket = stream();
    await once(socket, 'open');
    socket.send(text);
    expect((await once(socket, 'close'))[0]).toBe(1008);
    expect(arrivals).toEqual([]);
  });

  it('end with a message longer than any of Twilio’s, and hear one that is as long as may be', async () => {
    const { socket, tell } = await started();
    await expect.poll(() => arrivals.length).toBe(1);
    const { line } = arrivals[0] as Arrival;
    const heard: number[] = [];
    line.hearing.tap?.((pcm) => heard.push(pcm.byteLength));
    const media = (bytes: number) => ({ payload: Buffer.alloc(bytes, 0xff).toString('base64') });
    tell({ event: 'media', streamSid: 'MZ1', media: media(48_000) });
    await expect.poll(() => heard.reduce((sum, bytes) => sum + bytes, 0)).toBe(96_000);
    tell({ event: 'media', streamSid: 'MZ1', media: media(64 * 1024) });
    expect((await once(socket, 'close'))[0]).toBe(1009);
    await expect.poll(() => line.ended.aborted).toBe(true);
  });

  it('are cut where Twilio reads nothing of what it is sent, and keep no more than it may', async () => {
    const taken = vi.spyOn(telephone, 'take');
    const { socket } = await started();
    await expect.poll(() => arrivals.length).toBe(1);
    socket.pause();
    const [[served]] = taken.mock.calls as [[TwilioSocket]];
    const { line } = arrivals[0] as Arrival;
    // What the system keeps of a connection is not the service's to bound: some megabytes.
    for (let sent = 0; sent < 500 && !line.ended.aborted; sent++) {
      served.send('x'.repeat(64 * 1024));
      await new Promise((resolve) => setImmediate(resolve));
    }
    await expect.poll(() => line.ended.aborted).toBe(true);
    expect(line.ended.reason).toMatchObject({ by: 'caller' });
    socket.terminate();
  });

  it('go on over what is not understood in the middle', async () => {
    const { socket, tell } = await started();
    await expect.poll(() => arrivals.length).toBe(1);
    const digits: string[] = [];
    arrivals[0]?.line.hearing.listen({
      speechStarted: () => undefined,
      speechStopped: () => undefined,
      digit: (digit) => digits.push(digit),
    });
    socket.send(Buffer.from([1, 2, 3]));
    socket.send('nonsense');
    tell({ event: 'media', streamSid: 'MZ2', media: { payload: '//8=' } });
    tell({ event: 'somethingNew', streamSid: 'MZ1' });
    tell({ event: 'dtmf', streamSid: 'MZ1', dtmf: { track: 'inbound_track', digit: '5' } });
    await expect.poll(() => digits).toEqual(['5']);
    expect(arrivals[0]?.line.ended.aborted).toBe(false);
  });
});
