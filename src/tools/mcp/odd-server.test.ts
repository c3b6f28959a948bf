/** MCP servers that are not as they should be: what they have done is done, and who answers is there. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../base/clock.ts';
import { silentLog } from '../../base/log.ts';
import type { Log } from '../../base/log.ts';
import { ManualClock } from '../../base/manual-clock.ts';
import { readProfile } from '../../config/profile-file.ts';
import { BotTools } from '../bot-tools.ts';
import { Secrets } from '../secrets.ts';
import { littleServer, programIn, usesOf } from './testing/little-server.ts';

const SERVER = littleServer({
  tools: `[
    { name: 'look', inputSchema: { type: 'object' } },
    { name: 'book', inputSchema: { type: 'object' }, outputSchema: { type: 'object', properties: { id: { type: 'integer' } }, required: ['id'] } },
    { name: 'odd', inputSchema: { type: 'object' }, outputSchema: { type: 'object', $ref: '#/nowhere' } },
    ...JSON.parse(process.env.MORE ?? '[]'),
  ]`,
  called: `
    const { code, structured, long } = params.arguments;
    if (code) return say({ jsonrpc: '2.0', id, error: { code, message: 'with hush-hush it broke' } });
    if (long) return result({ content: [{ type: 'text', text: 'x'.repeat(3995) + 'hush-hush' }] });
    result({ content: [{ type: 'text', text: 'booked' }], ...(structured && { structuredContent: structured }) });`,
});

/** Prints whatever it likes between its answers, and has never heard of a ping. */
const RUDE = `console.log('Listening…'); console.log('{"half":');
process.stdout.write('\\u0000\\n\\n[]\\nnull\\n');
${SERVER.replace("if (method === 'ping') return result({});", "console.log('asked: ' + method);")}`;

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

function botWith(
  server: string,
  { clock = systemClock, more = [] as readonly unknown[], log = silentLog } = {},
) {
  const dir = mkdtempSync(join(tmpdir(), 'parley-mcp-'));
  closers.push(() => rmSync(dir, { recursive: true, force: true }));
  const mcp = `{ command: "${process.execPath}", args: ["${programIn(dir, server)}"], readOnly: [look], env: { MORE: '${JSON.stringify(more)}' } }`;
  const read = readProfile('clinic', `prompt: x\ntools:\n  - mcp: ${mcp}`);
  if ('faults' in read) throw new Error(read.faults.join('\n'));
  const secrets = new Secrets(new Map([['TOKEN', 'hush-hush']]));
  const bot = new BotTools({ tools: read.profile.tools, secrets, clock, log });
  closers.push(() => bot.close());
  return usesOf(bot);
}

const WAIT = { timeout: 60_000, interval: 20 };

describe('an MCP server', () => {
  it('that answers otherwise than its schema promises has done what it was asked', async () => {
    const { names, use } = botWith(SERVER);
    await expect.poll(names, WAIT).toEqual(['look', 'book', 'odd']);
    expect(await use('book', {})).toEqual({ status: 'done', content: 'booked' });
    expect(await use('book', { structured: { id: 'seven' } })).toEqual({ status: 'done', content: 'booked' });
    expect(await use('odd', {})).toEqual({ status: 'done', content: 'booked' });
  });

  it('that describes some tools against the protocol is used for what can be read of it', async () => {
    const warned: unknown[] = [];
    const log: Log = { ...silentLog, warn: (fields) => void warned.push(fields) };
    const more = [
      { name: 'bare' },
      { name: 'empty', inputSchema: {}, outputSchema: { properties: {} }, description: null, icons: 'none' },
      { name: 'listing', inputSchema: { type: 'array' } },
      { description: 'nameless', inputSchema: { type: 'object' } },
      null,
    ];
    const { names, use } = botWith(SERVER, { more, log });
    await expect.poll(names, WAIT).toEqual(['look', 'book', 'odd', 'bare', 'empty']);
    expect(await use('bare', {})).toEqual({ status: 'done', content: 'booked' });
    expect(warned).toContainEqual(
      expect.objectContaining({ event: 'mcp.tools', unusable: ['listing', '?', '?'] }),
    );
  });

  it.each([
    [-32_603, true],
    [-32_000, true],
    [0, true],
    [-32_602, undefined],
    [-32_601, undefined],
  ])('that fails with %i may have done it: %j', async (code, uncertain) => {
    const { names, use } = botWith(SERVER.replace('if (code)', 'if (code !== undefined)'));
    await expect.poll(names, WAIT).toContain('book');
    const outcome = await use('book', { code });
    expect(outcome).toMatchObject({ status: 'failed' });
    expect(outcome.uncertain).toBe(uncertain);
    expect(outcome.content).toContain('with *** it broke');
    expect((await use('look', { code })).uncertain).toBeUndefined();
    expect(names()).toContain('book');
  });

  it('shows the model no half of a secret where its answer is cut', async () => {
    const { names, use } = botWith(SERVER);
    await expect.poll(names, WAIT).toContain('look');
    const { content } = await use('look', { long: true });
    expect(content).not.toContain('hush');
    expect(content).toContain('x***');
  });

  it('that writes what is no message, and does not know what it is asked, is there as long as it answers', async () => {
    const clock = new ManualClock();
    const { names, use } = botWith(RUDE, { clock });
    await expect.poll(names, WAIT).toContain('book');
    for (let minute = 0; minute < 3; minute++) {
      await clock.advance(20_000);
      // The answer comes on the machine's own time.
      await new Promise((resolve) => setTimeout(resolve, 200));
      expect(names()).toContain('book');
    }
    expect(await use('look', {})).toEqual({ status: 'done', content: 'booked' });
  });
});
