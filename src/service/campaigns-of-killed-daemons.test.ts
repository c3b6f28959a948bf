/** Two daemons and a real Redis: what happens to the campaign and the results of the one that is killed. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { until } from '../../test/support/until.ts';
import { describeWithRedis } from '../base/testing/describe-with-redis.ts';
import { receiver } from '../results/testing/receiver.ts';
import type { Receiver } from '../results/testing/receiver.ts';

/** Other processes begin, on a machine that has much else to do. */
const WITHIN_MS = 90_000;
const LEADS = 16;

describeWithRedis('a campaign whose daemon is killed', (start) => {
  let dir: string;
  let crm: Receiver;
  let children: ChildProcess[];

  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'parley-leads-'));
    crm = await receiver();
    children = [];
  });
  afterEach(async () => {
    for (const child of children) child.kill('SIGKILL');
    await crm.close();
    await rm(dir, { recursive: true, force: true });
  });

  async function daemon(name: string, url: string, ...more: readonly string[]) {
    const program = new URL('./testing/campaign-daemon.ts', import.meta.url).pathname;
    const given = [name, url, join(dir, name), crm.url, ...more];
    const child = spawn(process.execPath, ['--import', import.meta.resolve('tsx'), program, ...given]);
    children.push(child);
    let printed = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (data: Buffer) => (printed += data.toString()));
    await until(`${name} is open`, () => printed.includes('open\n'), WITHIN_MS);
    return { child, dialled: () => [...printed.matchAll(/dialled (\S+)\n/g)].map(([, number]) => number) };
  }

  it(
    'is finished by another one: each phone rang once, and each result was posted once',
    { timeout: 3 * WITHIN_MS },
    async () => {
      const { url } = await start();
      // What the one that dies has told of is with nobody yet when it dies.
      crm.answer = (response) => response.writeHead(503).end();
      const b = await daemon('b', url);
      const a = await daemon('a', url, String(LEADS));
      await until('a is in the middle', () => a.dialled().length >= 5, WITHIN_MS);
      a.child.kill('SIGKILL');
      const refused = crm.received.length;
      crm.answer = (response) => response.writeHead(204).end();
      const taken = () => crm.received.slice(refused).map(({ headers }) => headers['idempotency-key']);
      await until('all are told of', () => new Set(taken()).size === LEADS, WITHIN_MS);
      expect(taken()).toHaveLength(LEADS);
      const numbers = [...a.dialled(), ...b.dialled()];
      expect(b.dialled().length).toBeGreaterThan(0);
      expect(new Set(numbers).size).toBe(numbers.length);
      // Whom it was about to dial when it died is told of as unknown.
      expect(numbers.length).toBeGreaterThanOrEqual(LEADS - 2);
    },
  );
});
