/** A bot whose sound does not come from where it said, moves, or comes in another form: the phone hears what can be heard, and tells of the rest. */
import { createSocket } from 'node:dgram';
import type { RemoteInfo, Socket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { encodeG711 } from '../../../audio/g711.ts';
import { tone } from '../../../audio/tone.ts';
import type { CallablePhone, PhoneCall } from '../phone.ts';
import { RTP_HEADER_BYTES, writeRtpHeader } from './rtp-packet.ts';
import { describeMedia } from './sdp.ts';
import { formatSip, header, isRequest, parseSip, responseTo } from './sip-message.ts';
import type { SipRequest, SipResponse } from './sip-message.ts';
import { createSipPhone } from './sip-phone.ts';

const HOST = '127.0.0.1';
const SOUND = encodeG711(tone(440, 20, 8000), 'PCMU');

let server: Socket;
/** Where the bot says that it listens, and another place. */
let [told, other]: Socket[] = [];
let phone: CallablePhone;
let call: PhoneCall;
let invite: SipRequest;
let at: RemoteInfo;
let sequence = 0;

beforeEach(async () => {
  [server, told, other] = await Promise.all([opened(), opened(), opened()]);
  server.on('message', (datagram, from) => {
    const message = parseSip(datagram.toString());
    if (!message || !isRequest(message) || message.method === 'ACK') return;
    if (message.method === 'INVITE') [invite, at] = [message, from];
    const contact = `<sip:bot@${HOST}:${server.address().port}>`;
    const answer = responseTo(message, 200, 'OK', {
      toTag: 'there',
      headers: [['Contact', contact]],
      ...(message.method === 'INVITE' && { body: mediaAt(told) }),
    });
    server.send(formatSip(answer), from.port, from.address);
  });
  phone = await createSipPhone({ serverHost: HOST, serverPort: server.address().port });
  call = await phone.dial('100');
});
afterEach(async () => {
  await phone.close();
  for (const socket of [server, told, other]) socket?.close();
});

async function opened(): Promise<Socket> {
  const socket = createSocket('udp4').bind(0, HOST);
  await once(socket, 'listening');
  return socket;
}

function mediaAt(socket: Socket | undefined): string {
  const port = socket?.address().port ?? 0;
  return describeMedia({ host: HOST, port, codec: 'PCMU', direction: 'sendrecv', version: 1 });
}

function phonesPort(sdp = invite.body): number {
  return Number(/^m=audio (\d+)/m.exec(sdp)?.[1]);
}

function speak(from: Socket | undefined, payloadType = 0, port = phonesPort()): void {
  const packet = Buffer.concat([Buffer.alloc(RTP_HEADER_BYTES), SOUND]);
  const timestamp = 160 * ++sequence;
  writeRtpHeader(packet, { payloadType, marker: false, sequence, timestamp, ssrc: 1 });
  from?.send(packet, port, HOST);
}

/** Within the call, as the bot. */
async function offer(sdp: string): Promise<SipResponse> {
  const request: SipRequest = {
    method: 'INVITE',
    uri: 'sip:phone@there',
    headers: [
      ['Via', `SIP/2.0/UDP ${HOST}:${server.address().port};branch=z9hG4bK${++sequence}`],
      ['From', `${header(invite, 'to')};tag=there`],
      ['To', header(invite, 'from')],
      ['Call-ID', header(invite, 'call-id')],
      ['CSeq', `${sequence} INVITE`],
    ],
    body: sdp,
  };
  server.send(formatSip(request), at.port, at.address);
  for (;;) {
    const [datagram] = (await once(server, 'message')) as [Buffer];
    const message = parseSip(datagram.toString());
    if (message && !isRequest(message)) return message;
  }
}

async function isHeard(speaking: () => void): Promise<boolean> {
  const sinceMs = performance.now();
  for (let tries = 0; tries < 25; tries++) {
    speaking();
    await new Promise((resolve) => setTimeout(resolve, 20));
    if ((call.soundHeardAtMs ?? 0) > sinceMs) return true;
  }
  return false;
}

it('hears a bot that speaks from another port than it listens at', async () => {
  expect(await isHeard(() => speak(other))).toBe(true);
});

it('hears nobody else once the bot was heard from where it listens', async () => {
  expect(await isHeard(() => speak(told))).toBe(true);
  expect(await isHeard(() => speak(other))).toBe(false);
});

it('goes on at its own port when the media moves, and speaks there', async () => {
  expect(await isHeard(() => speak(told))).toBe(true);
  const { body, status } = await offer(mediaAt(other));
  expect({ status, port: phonesPort(body) }).toEqual({ status: 200, port: phonesPort() });
  await once(other as Socket, 'message');
  expect(await isHeard(() => speak(other))).toBe(true);
});

it.each([
  ['a picture', () => mediaAt(other).replace('m=audio', 'm=image')],
  ['another codec', () => mediaAt(other).replace('AVP 0', 'AVP 9')],
])('takes no offer of %s, and the call goes on as it was', async (_what, sdp) => {
  expect((await offer(sdp())).status).toBe(488);
  expect(await isHeard(() => speak(told))).toBe(true);
});

it('tells in what form something came that it does not hear, but for digits and comfort noise', async () => {
  for (const payloadType of [8, 13, 101]) expect(await isHeard(() => speak(told, payloadType))).toBe(false);
  expect(call.unheardPayloadTypes).toEqual([8]);
});

it('learns that nobody is there any more who was never heard', async () => {
  told?.close();
  told = undefined;
  expect(await call.ended).toMatchObject({ by: 'network' });
});
