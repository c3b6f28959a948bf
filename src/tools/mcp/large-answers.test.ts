/** MCP servers over HTTP that send more than anybody can use: it is not kept, and the service goes on. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../base/clock.ts';
import { silentLog } from '../../base/log.ts';
import { readProfile } from '../../config/profile-file.ts';
import { BotTools } from '../bot-tools.ts';
import { Secrets } from '../secrets.ts';
import { MOST_MESSAGE_BYTES } from './bounded-fetch.ts';
import { answerOf, littleServer, usesOf } from './testing/little-server.ts';

const answer = answerOf(
  littleServer({
    tools: `[{ name: 'book', inputSchema: { type: 'object' } }]`,
    called: `result({ content: [{ type: 'text', text: 'booked' }] });`,
  }),
);

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

type Sends = (response: ServerResponse, said: string) => Promise<void> | void;

/** Answers as it should, but where a tool is used. */
async function botWith(sends: Sends) {
  const server = createServer((request, response) => {
    if (request.method !== 'POST') return void response.writeHead(405).end();
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      const message = JSON.parse(body) as { id?: number; method: string };
      if (message.id === undefined) return void response.writeHead(202).end();
      answer(message, (said) => {
        if (message.method === 'tools/call') return void sends(response, JSON.stringify(said));
        response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(said));
      });
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  const { port } = server.address() as AddressInfo;
  const read = readProfile(
    'clinic',
    `prompt: x\ntools:\n  - mcp: { url: "http://127.0.0.1:${port}/mcp", deadlineMs: 5000 }`,
  );
  if ('faults' in read) throw new Error(read.faults.join('\n'));
  const options = { secrets: new Secrets(new Map()), clock: systemClock, log: silentLog };
  const bot = new BotTools({ tools: read.profile.tools, ...options });
  closers.push(() => bot.close());
  const { names, use } = usesOf(bot);
  await expect.poll(names, { timeout: 30_000, interval: 20 }).toEqual(['book']);
  return { names, use };
}

const events = { 'content-type': 'text/event-stream' };

/** Sends `piece` until nobody reads it any more; resolves with how many bytes that were. */
async function endless(response: ServerResponse, piece: string): Promise<number> {
  let sent = 0;
  const gone = once(response, 'close').then(() => 'gone');
  while (!response.destroyed) {
    sent += piece.length;
    if (!response.write(piece) && (await Promise.race([once(response, 'drain'), gone])) === 'gone') break;
    await new Promise((resolve) => setImmediate(resolve));
  }
  return sent;
}

/** What sockets hold on both sides comes on top of what is read. */
const MOST_SENT_BYTES = 4 * MOST_MESSAGE_BYTES;

describe('an MCP server over HTTP', () => {
  it.each([
    {
      name: 'an answer in JSON',
      headers: { 'content-type': 'application/json' },
      piece: `"${'x'.repeat(65_536)}",`,
    },
    { name: 'an event of one line', headers: events, piece: 'x'.repeat(65_536) },
    { name: 'an event of many lines', headers: events, piece: `data: ${'x'.repeat(100)}\r\n`.repeat(600) },
    {
      name: 'a page of an error',
      status: 500,
      headers: { 'content-type': 'text/html' },
      piece: '<p>'.repeat(20_000),
    },
  ])(
    'that sends $name without end is not read on, and may have done it',
    async ({ status = 200, headers, piece }) => {
      let sent: Promise<number> = Promise.resolve(0);
      const { use } = await botWith((response) => {
        response.writeHead(status, headers).write(headers === events ? 'data: ' : '[');
        sent = endless(response, piece);
      });
      expect(await use('book', {})).toMatchObject({ status: 'failed', uncertain: true });
      expect(await sent).toBeLessThan(MOST_SENT_BYTES);
    },
  );

  it('that tells of its progress for long is heard to the end', async () => {
    const progress = `data: ${JSON.stringify({ jsonrpc: '2.0', method: 'notifications/message', params: { level: 'info', data: 'x'.repeat(10_000) } })}\n\n`;
    const { use } = await botWith(async (response, said) => {
      response.writeHead(200, events);
      for (let sent = 0; sent < 2 * MOST_MESSAGE_BYTES; sent += progress.length)
        if (!response.write(progress)) await once(response, 'drain');
      response.end(`data: ${said}\n\n`);
    });
    expect(await use('book', {})).toEqual({ status: 'done', content: 'booked' });
  });
});
