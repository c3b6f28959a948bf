import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { AriProbe } from './testing/ari-probe.ts';
import { Simulated } from './testing/simulated.ts';

const on = new Simulated();
beforeEach(() => on.start());
afterEach(() => on.stop());
const INFO = '/asterisk/info';

describe('who asks', () => {
  it('is refused with a wrong password, in Asterisk’s words', async () => {
    const response = await on.ari.fetch('GET', INFO, {}, 'wrong');
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe('Basic realm="Asterisk REST Interface"');
    expect(await response.json()).toEqual({ message: 'Authentication required' });
  });

  it('is refused an event socket without a password or an application', async () => {
    const status = (query: string) =>
      new Promise<number | undefined>((resolve) => {
        const socket = new WebSocket(`${on.simulator.url.replace('http', 'ws')}/ari/events?${query}`);
        socket.on('error', () => undefined);
        socket.on('unexpected-response', (_request, response) => {
          resolve(response.statusCode);
          response.destroy();
        });
      });
    expect(await status('app=voicebot&api_key=parley:wrong')).toBe(401);
    expect(await status('api_key=parley:secret')).toBe(400);
    on.simulator.faults.refuseEventSockets = true;
    expect(await status('app=voicebot&api_key=parley:secret')).toBe(503);
  });
});

describe('what is asked', () => {
  it('tells version and modules', async () => {
    expect(await on.ari.request('GET', INFO, { only: 'system' })).toMatchObject({
      status: 200,
      body: { system: { version: '22.10.1' } },
    });
    const { body } = await on.ari.request('GET', '/asterisk/modules');
    expect(body).toContainEqual(expect.objectContaining({ name: 'func_talkdetect.so', status: 'Running' }));
    expect(await on.ari.request('GET', '/asterisk/modules/chan_sip.so')).toEqual({
      status: 404,
      body: { message: 'Module could not be found in running modules' },
    });
  });

  it('is answered in Asterisk’s words when there is no such thing', async () => {
    const ask = (method: string, path: string) => on.ari.request(method, path);
    expect(await ask('GET', '/nothing')).toEqual({ status: 404, body: { message: 'Resource not found' } });
    for (const [method, path] of [
      ['GET', '/channels/none'],
      ['DELETE', '/channels/none'],
      ['POST', '/channels/none/answer'],
      ['POST', '/channels/none/continue'],
      ['POST', '/channels/none/variable'],
    ] as const)
      expect(await ask(method, path)).toEqual({ status: 404, body: { message: 'Channel not found' } });
  });

  it('keeps and returns variables', async () => {
    const { id } = await on.call();
    const path = `/channels/${id}/variable`;
    expect(await on.ari.request('POST', path, { variable: 'FOO', value: '1' })).toMatchObject({
      status: 204,
    });
    expect(await on.ari.request('GET', path, { variable: 'FOO' })).toEqual({
      status: 200,
      body: { value: '1' },
    });
    expect(await on.ari.event('ChannelVarset')).toMatchObject({ variable: 'FOO', value: '1' });
    expect(await on.ari.request('POST', path)).toEqual({
      status: 400,
      body: { message: 'Variable name is required' },
    });
  });

  it('describes itself to clients: every operation and every event', async () => {
    const { body } = await on.ari.request('GET', '/api-docs/resources.json');
    const { apis } = body as { apis: { path: string }[] };
    expect(apis.map(({ path }) => path)).toContain('/api-docs/channels.{format}');
    const channels = await on.ari.request('GET', '/api-docs/channels.json');
    expect(JSON.stringify(channels.body)).toContain('"nickname":"playWithId"');
    const events = await on.ari.request('GET', '/api-docs/events.json');
    expect(events.body).toMatchObject({
      models: { StasisStart: { properties: { channel: { type: 'Channel' } } } },
    });
  });
});

describe('a fault of REST, switched on in mid-call', () => {
  const info = () => on.ari.fetch('GET', INFO);

  it('hangs', async () => {
    on.simulator.faults.rest = { kind: 'hang' };
    const answer = fetch(`${on.simulator.url}/ari${INFO}`, { signal: AbortSignal.timeout(100) });
    await expect(answer).rejects.toThrow('timeout');
  });

  it('resets the connection, and the request is not done', async () => {
    const { id } = await on.call();
    on.simulator.faults.rest = { kind: 'reset', only: /^DELETE/ };
    await expect(on.ari.fetch('DELETE', `/channels/${id}`)).rejects.toThrow('fetch failed');
    expect(await on.ari.request('GET', `/channels/${id}`)).toMatchObject({ status: 200 });
  });

  it('loses the answer, although the request is done', async () => {
    const { id, caller } = await on.call();
    on.simulator.faults.rest = { kind: 'loseAnswer' };
    await expect(on.ari.fetch('DELETE', `/channels/${id}`)).rejects.toThrow('fetch failed');
    expect(await caller.ended).toMatchObject({ by: 'them' });
  });

  it('is late', async () => {
    on.simulator.faults.rest = { kind: 'delay', delayMs: 150 };
    const startedAt = performance.now();
    expect((await info()).status).toBe(200);
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(145);
  });

  it('refuses, talks garbage, and is well again when switched off', async () => {
    on.simulator.faults.rest = { kind: 'refuse' };
    expect((await info()).status).toBe(500);
    on.simulator.faults.rest = { kind: 'refuse', status: 503, message: 'Busy' };
    expect(await on.ari.request('GET', INFO)).toEqual({ status: 503, body: { message: 'Busy' } });
    on.simulator.faults.rest = { kind: 'garbage' };
    const garbage = await info();
    expect(garbage.status).toBe(200);
    await expect(garbage.json()).rejects.toThrow(SyntaxError);
    on.simulator.faults.rest = undefined;
    expect((await info()).status).toBe(200);
  });

  it('ends open requests when Asterisk is killed', async () => {
    on.simulator.faults.rest = { kind: 'hang' };
    const answer = info();
    const failed = expect(answer).rejects.toThrow('fetch failed');
    await new Promise((resolve) => setTimeout(resolve, 50));
    await on.simulator.kill();
    await failed;
  });
});

describe('the event socket', () => {
  it('belongs to the last who asked for it; the one before is told and hears no more', async () => {
    const second = await AriProbe.connect(on.simulator);
    await on.ari.event('ApplicationReplaced');
    const dialling = on.simulator.phone().dial('100');
    await second.answerNext();
    await (await dialling).hangup();
    expect(on.ari.types()).toEqual(['ApplicationReplaced']);
    expect(on.ari.socket.readyState).toBe(WebSocket.OPEN);
    second.close();
  });

  it('drops: events are lost until the client is back, and calls stand', async () => {
    const { id, caller } = await on.call();
    const closed = new Promise((resolve) => on.ari.socket.once('close', resolve));
    on.simulator.faults.dropEventSockets();
    await closed;
    const again = await AriProbe.connect(on.simulator);
    expect(again.events).toEqual([]);
    expect(await again.request('GET', `/channels/${id}`)).toMatchObject({ status: 200 });
    await caller.hangup();
    await again.event('StasisEnd');
    again.close();
  });

  it('answers pings, but as a black hole says nothing and stays open', async () => {
    let pongs = 0;
    on.ari.socket.on('pong', () => pongs++);
    const pong = new Promise((resolve) => on.ari.socket.once('pong', resolve));
    on.ari.socket.ping();
    await pong;
    on.simulator.faults.blackHoleEventSockets();
    on.ari.socket.ping();
    on.simulator.faults.sendRaw('{}');
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(pongs).toBe(1);
    expect(on.ari.events).toEqual([]);
    expect(on.ari.socket.readyState).toBe(WebSocket.OPEN);
  });

  it('floods, and sends whatever text it is given', async () => {
    on.simulator.faults.floodEvents(2000);
    on.simulator.faults.sendRaw('{"type":"Nonsense"}');
    await on.ari.event('Nonsense');
    expect(on.ari.types().filter((type) => type === 'ChannelVarset')).toHaveLength(2000);
  });
});
