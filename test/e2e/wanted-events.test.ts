/** Asterisk tells an application of what it asked for, from then on until its last socket is gone. */
import { once } from 'node:events';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { WANTED_TYPES } from '../../src/telephony/asterisk/ari-events.ts';
import { describeTelephonies } from '../support/describe-telephonies.ts';
import { startTelephony } from '../support/telephony.ts';
import type { Telephony } from '../support/telephony.ts';
import { until } from '../support/until.ts';

describeTelephonies('the events of an application', (kind) => {
  let telephony: Telephony;
  let types: string[];

  beforeEach(async () => {
    types = [];
    telephony = await startTelephony(kind, []);
  });
  afterEach(() => telephony.stop());

  const authorization = () =>
    `Basic ${Buffer.from(`${telephony.ari.username}:${telephony.ari.password}`).toString('base64')}`;

  async function listen(): Promise<WebSocket> {
    const { url, app } = telephony.ari;
    const socket = new WebSocket(`${url.replace('http', 'ws')}/ari/events?app=${app}`, {
      headers: { authorization: authorization() },
    });
    socket.on('message', (data: Buffer) => {
      const event = JSON.parse(data.toString()) as { type: string; channel?: { id: string } };
      types.push(event.type);
      if (event.type === 'StasisStart') void post(`/channels/${event.channel?.id}/answer`);
    });
    await once(socket, 'open');
    return socket;
  }

  const request = (method: string, path: string, body?: unknown) =>
    fetch(`${telephony.ari.url}/ari${path}`, {
      method,
      headers: { authorization: authorization(), 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  const post = (path: string) => request('POST', path);

  async function call(): Promise<readonly string[]> {
    types.length = 0;
    const phoneCall = await telephony.phone.dial('100');
    await phoneCall.hangup();
    await until('the call is over', () => types.includes('StasisEnd'));
    return types;
  }

  it('are those that it asked for', async () => {
    const socket = await listen();
    const allowed = WANTED_TYPES.map((type) => ({ type }));
    const answer = await request('PUT', `/applications/${telephony.ari.app}/eventFilter`, { allowed });
    expect(answer.status).toBe(200);
    for (const type of await call()) expect(WANTED_TYPES).toContain(type);
    expect(types).toContain('StasisStart');
    socket.terminate();
  });

  it('are all of them again for who connects when nobody was connected', async () => {
    const socket = await listen();
    await request('PUT', `/applications/${telephony.ari.app}/eventFilter`, {
      allowed: [{ type: 'StasisEnd' }],
    });
    socket.terminate();
    await until('nobody is connected', async () => {
      const answer = await request('GET', `/applications/${telephony.ari.app}`);
      return answer.status === 404;
    });
    const next = await listen();
    expect(await call()).toContain('StasisStart');
    next.terminate();
  });
});
