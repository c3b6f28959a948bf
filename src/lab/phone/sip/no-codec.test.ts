/** Answers of a PBX that take the call and leave nothing to speak in: the phone says so, and ends what was taken. */
import { createSocket } from 'node:dgram';
import type { Socket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { header, parseSip, formatSip, responseTo, isRequest } from './sip-message.ts';
import { createSipPhone } from './sip-phone.ts';

let server: Socket;
let port: number;
let asked: string[];
let sdp: string;

/** Takes every call, and describes its media so. */
beforeEach(async () => {
  asked = [];
  server = createSocket('udp4');
  server.on('message', (datagram, from) => {
    const message = parseSip(datagram.toString());
    if (!message || !isRequest(message)) return;
    asked.push(message.method);
    if (message.method === 'ACK') return;
    const isInvite = message.method === 'INVITE';
    const answer = responseTo(message, 200, 'OK', {
      toTag: 'there',
      headers: [['Contact', `<sip:bot@127.0.0.1:${port}>`]],
      ...(isInvite && { body: sdp }),
    });
    expect(header(answer, 'call-id')).toBe(header(message, 'call-id'));
    server.send(formatSip(answer), from.port, from.address);
  });
  server.bind(0, '127.0.0.1');
  await once(server, 'listening');
  port = server.address().port;
});
afterEach(() => server.close());

const described = (media: string) => `v=0\r\nc=IN IP4 127.0.0.1\r\n${media}\r\n`;

it.each([
  ['another codec', described('m=audio 4000 RTP/AVP 9\r\na=rtpmap:9 G722/8000')],
  ['digits and no voice', described('m=audio 4000 RTP/AVP 101')],
  ['no audio', described('m=audio 0 RTP/AVP 0')],
  ['a picture', described('m=video 4000 RTP/AVP 96')],
  ['nothing', ''],
])('says that there is no codec in common, and hangs up: %s', async (_what, media) => {
  sdp = media;
  const phone = await createSipPhone({ serverHost: '127.0.0.1', serverPort: port });
  const refused = phone.dial('100');
  await expect(refused).rejects.toMatchObject({ code: 'DIAL_NO_CODEC' });
  await expect(refused).rejects.toThrow(/did not take the call: 200 OK, and no PCMU\. /);
  await phone.close();
  expect(asked).toEqual(['INVITE', 'ACK', 'BYE']);
});
