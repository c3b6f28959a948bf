import { once } from 'node:events';
import { createServer } from 'node:http';
import { createServer as createTcpServer, connect } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { mustBeReached, startFaultProxy } from './fault-proxy.ts';
import type { FaultProxy } from './fault-proxy.ts';

const SOON_MS = 300;

describe('a proxy that fails a provider', () => {
  let closers: (() => void)[];
  let proxy: FaultProxy;
  let connections: number;

  beforeEach(async () => {
    closers = [];
    const provider = createServer((request, response) => {
      request.resume();
      response.end(JSON.stringify({ path: request.url, host: request.headers.host }));
    });
    connections = 0;
    provider.on('connection', () => connections++);
    provider.listen(0, '127.0.0.1');
    await once(provider, 'listening');
    closers.push(
      () => provider.closeAllConnections(),
      () => provider.close(),
    );
    const upstream = new URL(`http://127.0.0.1:${(provider.address() as AddressInfo).port}/v1`);
    proxy = await startFaultProxy({ name: 'chat', port: 0, upstream: () => upstream });
  });
  afterEach(async () => {
    await proxy.close();
    for (const close of closers) close();
  });

  const asked = (withinMs = 5000) =>
    fetch(`http://127.0.0.1:${proxy.port}/chat`, {
      method: 'POST',
      body: '{}',
      signal: AbortSignal.timeout(withinMs),
    });

  it('hands requests on under the name of the provider', async () => {
    const answer = (await (await asked()).json()) as { path: string; host: string };
    expect(answer.path).toBe('/v1/chat');
    expect(answer.host).not.toContain(String(proxy.port));
    expect(proxy.asked).toBe(1);
  });

  it('hangs, drops, and answers what is none, and is well again', async () => {
    proxy.fault = 'hung';
    await expect(asked(SOON_MS)).rejects.toThrow(/timeout/);
    proxy.fault = 'dropped';
    await expect(asked()).rejects.toThrow(/fetch failed/);
    proxy.fault = 'garbage';
    await expect((await asked()).json()).rejects.toThrow(/JSON/);
    proxy.fault = undefined;
    expect((await asked()).status).toBe(200);
  });

  it('is late, and asks nothing for those who did not wait', async () => {
    proxy.fault = 'late';
    await expect(asked(SOON_MS)).rejects.toThrow(/timeout/);
    const beganMs = performance.now();
    expect((await asked(10_000)).status).toBe(200);
    expect(performance.now() - beganMs).toBeGreaterThan(2900);
    expect(connections).toBe(1);
  });

  it('breaks off what has hung when the provider is well again', async () => {
    proxy.fault = 'hung';
    const hung = asked();
    hung.catch(() => undefined);
    while (proxy.asked === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    proxy.fault = undefined;
    await expect(hung).rejects.toThrow(/fetch failed/);
  });

  it('fails bytes as well, for what is not spoken over HTTP/1.1', async () => {
    const echo = createTcpServer((socket) => socket.on('error', () => undefined).pipe(socket));
    echo.listen(0, '127.0.0.1');
    await once(echo, 'listening');
    closers.push(() => echo.close());
    const upstream = new URL(`tcp://127.0.0.1:${(echo.address() as AddressInfo).port}`);
    const bytes = await startFaultProxy({ name: 'speech', port: 0, upstream: () => upstream });
    const socket: Socket = connect(bytes.port, '127.0.0.1').on('error', () => undefined);
    const said = async (text: string) => {
      socket.write(text);
      const [data] = (await once(socket, 'data')) as [Buffer];
      return data.toString();
    };
    expect(await said('hello')).toBe('hello');
    // As short as a ping of a connection that is kept.
    expect(bytes.asked).toBe(0);
    await said('hello'.repeat(20));
    expect(bytes.asked).toBe(1);
    bytes.fault = 'garbage';
    expect(await said('hello')).not.toContain('hello');
    bytes.fault = 'dropped';
    socket.write('hello');
    await once(socket, 'close');
    await bytes.close();
  });

  it('says where nobody is reached', async () => {
    const nobody = new URL('http://127.0.0.1:1/v1');
    await expect(mustBeReached('chat', nobody)).rejects.toMatchObject({
      code: 'DIAL_OPTION_INVALID',
      detail: 'Nobody is reached at http://127.0.0.1:1/v1, where the proxy chat leads: ECONNREFUSED.',
    });
    await mustBeReached('chat', new URL(`http://127.0.0.1:${proxy.port}`));
  });

  it('says which port it cannot have', async () => {
    const upstream = () => new URL('http://127.0.0.1:1');
    await expect(startFaultProxy({ name: 'two', port: proxy.port, upstream })).rejects.toMatchObject({
      code: 'DIAL_OPTION_INVALID',
    });
  });
});
