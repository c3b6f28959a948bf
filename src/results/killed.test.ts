import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { limitProcess } from '../../test/support/process-limits.ts';
import { until } from '../../test/support/until.ts';
import { receiver } from './testing/receiver.ts';
import type { Receiver } from './testing/receiver.ts';

/** Another process begins, on a machine that has much else to do. */
const WITHIN_MS = 60_000;

describe('the result of a call', { timeout: 2 * WITHIN_MS }, () => {
  let dir: string;
  let crm: Receiver;
  let child: ChildProcess;
  let printed: string;

  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'parley-outbox-'));
    crm = await receiver();
  });
  afterEach(async () => {
    child.kill('SIGKILL');
    await crm.close();
    await rm(dir, { recursive: true, force: true });
  });

  const untilPrinted = (text: string) => until(`it prints ${text}`, () => printed.includes(text), WITHIN_MS);
  const tell = (line: string) => child.stdin?.write(`${line}\n`);

  async function start(): Promise<void> {
    printed = '';
    const program = new URL('./testing/outbox-process.ts', import.meta.url).pathname;
    child = spawn(process.execPath, ['--import', import.meta.resolve('tsx'), program, dir, crm.url]);
    child.stdout?.on('data', (data: Buffer) => (printed += data.toString()));
    child.stderr?.on('data', (data: Buffer) => (printed += data.toString()));
    await untilPrinted('open');
  }

  async function kill(): Promise<void> {
    child.kill('SIGKILL');
    await once(child, 'exit');
  }

  it('reaches a receiver that fails twice, although the process was killed before the model had answered and again before it was taken', async () => {
    crm.answer = (response, n) => response.writeHead(n <= 2 ? 503 : 200).end();
    await start();
    tell('hang');
    tell('put 1');
    await untilPrinted('asked about call-1');
    await kill();
    expect(await readdir(dir)).toEqual(['key-1.json']);
    expect(crm.received).toEqual([]);
    await start();
    await untilPrinted('failed');
    await kill();
    await start();
    await untilPrinted('delivered');
    await until('nothing is left', async () => (await readdir(dir)).length === 0);
    // Whoever was killed between an answer and its note has offered it once more.
    expect(crm.received.length).toBeGreaterThanOrEqual(3);
    expect(new Set(crm.received.map(({ headers }) => headers['idempotency-key']))).toEqual(
      new Set(['call-1']),
    );
    expect(new Set(crm.received.map(({ body }) => body)).size).toBe(1);
  });

  it('is delivered all the same where the disk is full', async () => {
    await start();
    await limitProcess(child.pid ?? 0, { fileBytes: 0 });
    tell('put 1');
    await untilPrinted('results.unwritten');
    await untilPrinted('delivered');
    await limitProcess(child.pid ?? 0, { fileBytes: Infinity });
    tell('put 2');
    await until('both are there', () => crm.received.length === 2, WITHIN_MS);
    expect(printed).toContain('unwritten\n');
    expect(printed).toContain('results.written');
  });
});
