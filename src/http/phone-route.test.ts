import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { operated } from './testing/operated.ts';
import type { Operated } from './testing/operated.ts';

const TOKEN = 'correct/horse+battery=staple';

describe('the phone of a page', () => {
  let http: Operated;
  let url: string;
  const sockets: WebSocket[] = [];

  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.terminate();
    await http.app.close();
  });

  const serve = async (token?: string) => {
    http = await operated({ token });
    url = await http.app.listen({ host: '127.0.0.1', port: 0 });
  };

  interface Page {
    readonly origin?: string | undefined;
    readonly token?: string;
    readonly path?: string;
  }

  /** Resolves with the socket, or with the HTTP status that it was refused with. */
  const call = async ({ origin = url, token, path = '/api/phone?bot=default' }: Page = {}) => {
    const encoded = token === undefined ? [] : [`parley.token.${Buffer.from(token).toString('base64url')}`];
    const socket = new WebSocket(`${url}${path}`.replace('http', 'ws'), ['parley.phone', ...encoded], {
      headers: origin === '' ? {} : { origin },
    });
    sockets.push(socket);
    return new Promise<WebSocket | number>((resolve) => {
      socket.once('open', () => resolve(socket));
      socket.once('unexpected-response', (_request, { statusCode }) => resolve(statusCode ?? 0));
      socket.on('error', () => undefined);
    });
  };

  describe('on this machine', () => {
    beforeEach(() => serve());

    it('calls the bot that is named', async () => {
      expect(await call()).toMatchObject({ protocol: 'parley.phone' });
      expect(http.orders).toEqual([{ pageCall: 'default' }]);
    });

    it.each([
      ['a page of somebody else', 'http://evil.example'],
      ['a page of another port', 'http://127.0.0.1:1'],
      ['nobody who says where he comes from', ''],
      ['a sandboxed page', 'null'],
    ])('is not for %s', async (_who, origin) => {
      expect(await call({ origin })).toBe(403);
      expect(http.orders).toEqual([]);
    });

    it('is not for a page that a foreign name has led here', async () => {
      const port = new URL(url).port;
      const socket = new WebSocket(`ws://127.0.0.1:${port}/api/phone`, ['parley.phone'], {
        headers: { host: `evil.example:${port}`, origin: `http://evil.example:${port}` },
      });
      sockets.push(socket);
      socket.on('error', () => undefined);
      const [, answer] = (await once(socket, 'unexpected-response')) as [unknown, { statusCode: number }];
      expect(answer.statusCode).toBe(403);
    });

    it('has room for four, and again when one is gone', async () => {
      for (let n = 0; n < 4; n++) expect(await call()).toBeInstanceOf(WebSocket);
      expect(await call()).toBe(429);
      const [first] = sockets;
      first?.close();
      if (first) await once(first, 'close');
      await expect.poll(() => call()).toBeInstanceOf(WebSocket);
    });

    it('hangs up on whoever sends too much at once', async () => {
      const socket = (await call()) as WebSocket;
      socket.send(Buffer.alloc(8193));
      const [code] = (await once(socket, 'close')) as [number];
      expect(code).toBe(1009);
    });

    it.each(['/%zz', '/nowhere', '/healthz', '/', '/api/calls', '/docs/json'])(
      'keeps no socket of whoever wants one of %s',
      async (path) => {
        const socket = connect(Number(new URL(url).port), '127.0.0.1').on('error', () => undefined);
        const key = 'x3JJHMbDL1EzLkh9GBhXDw==';
        socket.write(
          `GET ${path} HTTP/1.1\r\nHost: ${new URL(url).host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
            `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\n\r\n`,
        );
        socket.resume();
        await once(socket, 'end');
        socket.destroy();
      },
    );

    it('does not wait for pages when it stops', async () => {
      const socket = (await call()) as WebSocket;
      socket.pause();
      await http.app.close();
    });

    it('refuses a name that is too long', async () => {
      expect(await call({ path: `/api/phone?bot=${'a'.repeat(101)}` })).toBe(400);
    });
  });

  describe('behind a token', () => {
    beforeEach(() => serve(TOKEN));

    it('is for whoever offers it', async () => {
      expect(await call({ token: TOKEN })).toMatchObject({ protocol: 'parley.phone' });
    });

    it('is for nobody else', async () => {
      expect(await call()).toBe(401);
      expect(await call({ token: `${TOKEN}r` })).toBe(401);
      expect(await call({ token: '' })).toBe(401);
      expect(http.orders).toEqual([]);
    });

    it('is for no page of somebody else, even with it', async () => {
      expect(await call({ token: TOKEN, origin: 'http://evil.example' })).toBe(403);
    });
  });
});
