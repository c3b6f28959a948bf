import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../base/clock.ts';
import type { Clock } from '../../base/clock.ts';
import { TwilioRest } from './twilio-rest.ts';

/** Waits between tries a hundredth of what it is told to, and for an answer long enough for a busy machine: a fifth. */
const hasty: Clock = {
  ...systemClock,
  after: (delayMs, act) => systemClock.after(delayMs / (delayMs > 1000 ? 5 : 100), act),
};

describe('orders to Twilio', () => {
  let server: Server;
  let rest: TwilioRest;
  let asked: string[];
  let answers: { readonly status: number; readonly body: string }[];

  beforeEach(async () => {
    asked = [];
    answers = [];
    server = createServer((request, response) => {
      let body = '';
      request.on('data', (piece: Buffer) => (body += piece.toString()));
      request.on('end', () => {
        asked.push(`${request.method} ${request.url} ${body} ${request.headers.authorization}`);
        const answer = answers.shift();
        if (answer) response.writeHead(answer.status).end(answer.body);
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    rest = new TwilioRest({
      url: `http://127.0.0.1:${port}`,
      accountSid: 'AC1',
      authToken: 't',
      clock: hasty,
    });
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  const basic = `Basic ${Buffer.from('AC1:t').toString('base64')}`;

  it('end a call', async () => {
    answers = [{ status: 200, body: '{}' }];
    await rest.end('CA1');
    expect(asked).toEqual([`POST /2010-04-01/Accounts/AC1/Calls/CA1.json Status=completed ${basic}`]);
  });

  it('are given again where that changes nothing, and calls are never made twice', async () => {
    answers = [500, 503, 200].map((status) => ({ status, body: '{}' }));
    await rest.end('CA1');
    expect(asked).toHaveLength(3);
    answers = [{ status: 500, body: '{}' }];
    await expect(rest.call([['To', '+1']])).rejects.toMatchObject({ code: 'TWILIO_UNAVAILABLE' });
    expect(asked).toHaveLength(4);
  });

  it.each([
    [401, 20_003, 'TWILIO_UNAUTHORIZED'],
    [404, 20_404, 'TWILIO_CALL_GONE'],
    // It is over by now, as after every stream that was closed first.
    [400, 21_220, 'TWILIO_CALL_GONE'],
    [400, 21_211, 'TWILIO_REJECTED'],
  ])('that are refused with %i and %i say %s, with the number of the error', async (status, reason, code) => {
    answers = [{ status, body: JSON.stringify({ code: reason, message: 'no' }) }];
    await expect(rest.end('CA1')).rejects.toMatchObject({ code, reason, quote: 'no' });
    expect(asked).toHaveLength(1);
  });

  it('say that nothing has come, and that nothing listens', async () => {
    await expect(rest.call([['To', '+1']])).rejects.toMatchObject({ code: 'TWILIO_TIMEOUT' });
    const nowhere = new TwilioRest({
      url: 'http://127.0.0.1:1',
      accountSid: 'A',
      authToken: 't',
      clock: hasty,
    });
    await expect(nowhere.call([])).rejects.toMatchObject({ code: 'TWILIO_UNAVAILABLE' });
  });

  it('take no answer without a CallSid for a call', async () => {
    answers = [{ status: 201, body: '<html>' }];
    await expect(rest.call([['To', '+1']])).rejects.toMatchObject({ code: 'TWILIO_REJECTED' });
  });
});
