import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock, type Clock } from '../../../base/clock.ts';
import { silentLog } from '../../../base/log.ts';
import { formatSip, header, parseSip, responseTo, type SipRequest } from './sip-message.ts';
import { SipTransport } from './sip-transport.ts';

/** Ten times the ordinary speed, so that half a second of waiting for a repetition costs 50 ms. */
const hurriedClock: Clock = {
  nowMs: () => systemClock.nowMs() * 10,
  after: (delayMs, callback) => systemClock.after(delayMs / 10, callback),
};

function requestOf(method: string): SipRequest {
  const via = `SIP/2.0/UDP 127.0.0.1;branch=z9hG4bK${method}`;
  return {
    method,
    uri: 'sip:100@127.0.0.1',
    headers: [
      ['Via', via],
      ['From', '<sip:a@b>;tag=1'],
      ['To', '<sip:c@d>'],
      ['Call-ID', 'x'],
      ['CSeq', `1 ${method}`],
    ],
    body: '',
  };
}

describe('SIP over a network that loses datagrams', () => {
  let server: Socket;
  let transport: SipTransport;
  let received: string[];
  let asked: string[];

  beforeEach(async () => {
    received = [];
    asked = [];
    server = createSocket('udp4').bind(0, '127.0.0.1');
    await once(server, 'listening');
    const address = { host: '127.0.0.1', port: server.address().port };
    transport = await SipTransport.open('127.0.0.1', address, hurriedClock, silentLog, {
      onRequest: (request) => {
        asked.push(request.method);
        return responseTo(request, 200, 'OK');
      },
      onRepeatedAnswer: () => asked.push('repeated answer'),
    });
  });
  afterEach(() => {
    transport.close();
    server.close();
  });

  /** Lets the server answer with these statuses, one a received request; 0 says nothing. */
  function answerWith(...statuses: number[]): void {
    server.on('message', (datagram: Buffer, from: RemoteInfo) => {
      const request = parseSip(datagram.toString()) as SipRequest;
      received.push(request.method);
      const status = statuses.shift();
      if (status) server.send(formatSip(responseTo(request, status, 'So')), from.port, from.address);
    });
  }

  it('repeats a request until it is answered', async () => {
    answerWith(0, 0, 200);
    expect(await transport.request(requestOf('BYE'))).toMatchObject({ status: 200 });
    expect(received).toEqual(['BYE', 'BYE', 'BYE']);
  });

  it('repeats an INVITE only until it rings, and acknowledges a refusal', async () => {
    answerWith(0, 180);
    const heard: number[] = [];
    const refused = transport.request(requestOf('INVITE'), 32_000, ({ status }) => heard.push(status));
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(received).toEqual(['INVITE', 'INVITE']);
    expect(heard).toEqual([180]);

    const busy = formatSip(responseTo(requestOf('INVITE'), 486, 'Busy', { toTag: 'them' }));
    server.send(busy, transport.localPort, '127.0.0.1');
    expect(await refused).toMatchObject({ status: 486 });
    server.send(busy, transport.localPort, '127.0.0.1');
    const [ack] = (await once(server, 'message')) as [Buffer];
    expect(header(parseSip(ack.toString()) as SipRequest, 'To')).toContain('tag=them');
  });

  it('calls it a 408 when nobody answers', async () => {
    answerWith();
    expect(await transport.request(requestOf('OPTIONS'), 2_000)).toMatchObject({ status: 408 });
  });

  it('calls it a 503 when nobody is there, long before the time-out', async () => {
    const { port } = server.address();
    await new Promise<void>((resolve) => server.close(() => resolve()));
    const startedAtMs = performance.now();
    expect(await transport.request(requestOf('BYE'))).toMatchObject({ status: 503 });
    expect(performance.now() - startedAtMs).toBeLessThan(1_000);
    server = createSocket('udp4').bind(port, '127.0.0.1');
    await once(server, 'listening');
  });

  it('answers a repeated request again without acting twice', async () => {
    for (let i = 0; i < 2; i++) {
      server.send(formatSip(requestOf('BYE')), transport.localPort, '127.0.0.1');
      const [answer] = (await once(server, 'message')) as [Buffer];
      expect(parseSip(answer.toString())).toMatchObject({ status: 200 });
    }
    expect(asked).toEqual(['BYE']);
  });

  it('fails what is open when it is closed', async () => {
    answerWith();
    const request = transport.request(requestOf('BYE'));
    transport.close();
    expect(await request).toMatchObject({ status: 503 });
    expect(await transport.request(requestOf('OPTIONS'))).toMatchObject({ status: 503 });
  });
});
