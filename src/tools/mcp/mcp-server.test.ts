import { mkdtempSync } from 'node:fs';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../base/clock.ts';
import type { JsonObject } from '../../base/json.ts';
import { silentLog } from '../../base/log.ts';
import type { TraceparentOf } from '../../base/spans.ts';
import { readProfile } from '../../config/profile-file.ts';
import { BotTools } from '../bot-tools.ts';
import { Secrets } from '../secrets.ts';
import { FACTS } from '../testing/facts.ts';
import { answerOf, littleServer, programIn, usesOf } from './testing/little-server.ts';

/** Shared by the one over HTTP and the program. */
const SERVER = littleServer({
  tools: `[
    { name: 'find_slot', description: 'Free times', inputSchema: { type: 'object', properties: { day: { type: 'string' } }, required: ['day'] } },
    { name: 'book', description: 'Books', inputSchema: { $schema: 'http://json-schema.org/draft-07/schema#', type: 'object', properties: {} } },
    { name: 'secret.admin', inputSchema: { type: 'object' } },
  ]`,
  called: `
    if (params.name === 'find_slot' && params.arguments.day === 'never') return;
    if (params.name === 'find_slot' && params.arguments.day === 'full')
      return result({ content: [{ type: 'text', text: 'no time left' }], isError: true });
    const key = params._meta?.['parley/idempotencyKey'];
    const { traceparent } = params._meta;
    result({ content: [{ type: 'text', text: JSON.stringify({ ...params.arguments, key, traceparent, env: process.env.TOKEN }) }] });`,
});
const answer = answerOf(SERVER);

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

/** Streamable HTTP as a small server does it: an answer in JSON to each POST, no stream of its own. */
async function httpServer(port = 0) {
  const authorizations: (string | undefined)[] = [];
  const server: Server = createServer((request, response) => {
    if (request.method !== 'POST') return void response.writeHead(405).end();
    authorizations.push(request.headers.authorization);
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      const message = JSON.parse(body) as JsonObject;
      if (message['id'] === undefined) return void response.writeHead(202).end();
      answer(message, (said) => {
        response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(said));
      });
    });
  }).listen(port, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const close = () => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  };
  closers.push(close);
  return { port: (server.address() as AddressInfo).port, authorizations, close };
}

function botWith(mcp: string, traceparentOf?: TraceparentOf) {
  const read = readProfile('clinic', `prompt: x\ntools:\n  - mcp: ${mcp}\n    saying: [Смотрю.]`, ['TOKEN']);
  if ('faults' in read) throw new Error(read.faults.join('\n'));
  const secrets = new Secrets(new Map([['TOKEN', 'hush-hush']]));
  const bot = new BotTools({
    tools: read.profile.tools,
    secrets,
    clock: systemClock,
    log: silentLog,
    traceparentOf,
  });
  closers.push(() => bot.close());
  return { bot, ...usesOf(bot) };
}

const WAIT = { timeout: 30_000, interval: 20 };

describe('the tools of an MCP server', () => {
  it('over HTTP are offered when it is there, and used with our key and our secret', async () => {
    const { port, authorizations } = await httpServer();
    const { bot, names, use } = botWith(
      `{ url: "http://127.0.0.1:${port}/mcp", headers: { authorization: "Bearer \${TOKEN}" }, readOnly: [find_slot] }`,
    );
    await expect.poll(names, WAIT).toEqual(['find_slot', 'book']);
    expect(bot.list()).toMatchObject([
      { readOnly: true, saying: ['Смотрю.'], parameters: { required: ['day'] } },
      { readOnly: false },
    ]);
    expect(await use('find_slot', { day: 'monday' })).toEqual({
      status: 'done',
      content: '{"day":"monday","key":"key-1"}',
    });
    expect(new Set(authorizations)).toEqual(new Set(['Bearer hush-hush']));
    expect(await use('find_slot', { day: 'full' })).toEqual({
      status: 'failed',
      content: 'It failed. no time left',
    });
  });

  it('are told to which trace of which call they belong', async () => {
    const { port } = await httpServer();
    const { names, use } = botWith(
      `{ url: "http://127.0.0.1:${port}/mcp" }`,
      (call, tool) => `${call} ${tool}`,
    );
    await expect.poll(names, WAIT).toContain('book');
    expect(await use('book', {})).toMatchObject({
      content: JSON.stringify({ key: 'key-1', traceparent: `${FACTS.id} book` }),
    });
  });

  it('that is not there are not offered, and are when it comes and until it goes', async () => {
    const { port, close } = await httpServer();
    await close();
    const { names, use } = botWith(`{ url: "http://127.0.0.1:${port}/mcp", only: [book] }`);
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(names()).toEqual([]);
    const again = await httpServer(port);
    await expect.poll(names, WAIT).toEqual(['book']);
    await again.close();
    expect(await use('book', {})).toMatchObject({
      status: 'failed',
      uncertain: true,
      content: expect.stringContaining('It failed: the server cannot be reached. It is not known') as string,
    });
    await expect.poll(names, WAIT).toEqual([]);
  });

  it('of a program are used over its standard input and output, and the program ends with the bot', async () => {
    const file = programIn(mkdtempSync(join(tmpdir(), 'parley-mcp-')), SERVER);
    const { bot, names, use } = botWith(
      `{ command: "${process.execPath}", args: ["${file}"], env: { TOKEN: "\${TOKEN}" }, only: [book, find_slot], deadlineMs: 500 }`,
    );
    await expect.poll(names, WAIT).toEqual(['find_slot', 'book']);
    expect(await use('book', {})).toEqual({ status: 'done', content: '{"key":"key-1","env":"***"}' });
    expect(await use('find_slot', { day: 'never' })).toMatchObject({
      uncertain: true,
      content: expect.stringContaining('no answer came within 500 ms') as string,
    });
    expect(names()).toEqual(['find_slot', 'book']);
    await bot.close();
    expect(names()).toEqual([]);
  });
});
