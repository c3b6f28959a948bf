/** MCP servers that die, forget us, or have more than a model can be told of. */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../base/clock.ts';
import type { JsonObject } from '../../base/json.ts';
import { silentLog } from '../../base/log.ts';
import type { Log } from '../../base/log.ts';
import { readProfile } from '../../config/profile-file.ts';
import { BotTools } from '../bot-tools.ts';
import { Secrets } from '../secrets.ts';
import { answerOf, littleServer, programIn, usesOf } from './testing/little-server.ts';

/** A program and a server over HTTP. */
const SERVER = littleServer({
  tools: `[
    { name: 'look', inputSchema: { type: 'object' } },
    { name: 'book', inputSchema: { type: 'object' } },
    ...Array.from({ length: Number(process.env.MORE ?? 0) }, (_, at) => ({ name: 'more_' + at, inputSchema: { type: 'object' } })),
  ]`,
  called: `
    if (params.arguments.dies) process.exit(1);
    result({ content: [{ type: 'text', text: 'yes' }] });`,
});
const answer = answerOf(SERVER);

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

function program(): string {
  const dir = mkdtempSync(join(tmpdir(), 'parley-mcp-'));
  closers.push(() => rmSync(dir, { recursive: true, force: true }));
  return programIn(dir, SERVER);
}

/** With sessions, which it forgets when it is restarted. */
async function sessionServer() {
  let session = 'one';
  const server = createServer((request, response) => {
    if (request.method !== 'POST') return void response.writeHead(405).end();
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      const message = JSON.parse(body) as JsonObject;
      const isFirst = message['method'] === 'initialize';
      const json = { 'content-type': 'application/json' };
      if (!isFirst && request.headers['mcp-session-id'] !== session)
        return void response.writeHead(404, json).end('{"error":"no such session"}');
      if (message['id'] === undefined) return void response.writeHead(202).end();
      answer(message, (said) => {
        const headers = { ...json, ...(isFirst && { 'mcp-session-id': session }) };
        response.writeHead(200, headers).end(JSON.stringify(said));
      });
    });
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  closers.push(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  return { port: (server.address() as AddressInfo).port, restart: () => void (session = 'two') };
}

function botWith(mcp: string, log: Log = silentLog) {
  const read = readProfile('clinic', `prompt: x\ntools:\n  - mcp: ${mcp}`);
  if ('faults' in read) throw new Error(read.faults.join('\n'));
  const secrets = new Secrets(new Map());
  const bot = new BotTools({ tools: read.profile.tools, secrets, clock: systemClock, log });
  closers.push(() => bot.close());
  return usesOf(bot);
}

const WAIT = { timeout: 60_000, interval: 20 };

describe('an MCP server', () => {
  it('whose program dies in the middle of a call is told of at once, and there again when it was started anew', async () => {
    const { names, use } = botWith(
      `{ command: "${process.execPath}", args: ["${program()}"], readOnly: [look], deadlineMs: 30000 }`,
    );
    await expect.poll(names, WAIT).toEqual(['look', 'book']);
    expect(await use('look', { dies: true })).toEqual({
      status: 'failed',
      content: 'It failed: the server cannot be reached.',
    });
    await expect.poll(names, WAIT).toEqual([]);
    await expect.poll(names, WAIT).toEqual(['look', 'book']);
    expect(await use('book', { dies: true })).toMatchObject({ status: 'failed', uncertain: true });
    await expect.poll(names, WAIT).toEqual([]);
    await expect.poll(names, WAIT).toEqual(['look', 'book']);
    expect(await use('book', {})).toEqual({ status: 'done', content: 'yes' });
  });

  it('that was restarted and has forgotten our session is connected anew', async () => {
    const { port, restart } = await sessionServer();
    const { names, use } = botWith(`{ url: "http://127.0.0.1:${port}/mcp", readOnly: [look] }`);
    await expect.poll(names, WAIT).toEqual(['look', 'book']);
    expect(await use('look', {})).toMatchObject({ status: 'done' });
    restart();
    expect(await use('look', {})).toMatchObject({ status: 'failed' });
    await expect.poll(names, WAIT).toEqual([]);
    await expect.poll(names, WAIT).toEqual(['look', 'book']);
    expect(await use('look', {})).toMatchObject({ status: 'done' });
  });

  it('with more tools than a model can be told of offers the first, and the operator learns which are left out', async () => {
    const warned: unknown[] = [];
    const log: Log = { ...silentLog, warn: (fields) => void warned.push(fields) };
    const { names } = botWith(
      `{ command: "${process.execPath}", args: ["${program()}"], env: { MORE: "200" } }`,
      log,
    );
    await expect.poll(() => names().length, WAIT).toBe(64);
    const leftOut = expect.arrayContaining(['more_199']) as string[];
    expect(warned).toContainEqual(expect.objectContaining({ code: 'MCP_TOO_MANY_TOOLS', leftOut }));
  });
});
