import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { until } from '../../../test/support/until.ts';
import type { CampaignNow } from './campaigns.ts';

/** Another process begins, on a machine that has much else to do. */
const WITHIN_MS = 60_000;

const LEADS = 60;
const KILLS = 3;

let dir: string;
let child: ChildProcess | undefined;
beforeEach(async () => void (dir = await mkdtemp(join(tmpdir(), 'parley-campaign-'))));
afterEach(async () => {
  child?.kill('SIGKILL');
  await rm(dir, { recursive: true, force: true });
});

it(
  'is called to its end although its process was killed again and again, and nobody is called twice',
  { timeout: 5 * WITHIN_MS },
  async () => {
    let printed = '';
    const dialled = () => [...printed.matchAll(/dialled (\S+)\n/g)].map(([, number]) => number);
    const program = new URL('./testing/campaign-process.ts', import.meta.url).pathname;
    for (let life = 0; life <= KILLS; life++) {
      const before = dialled().length;
      const args = [
        '--import',
        import.meta.resolve('tsx'),
        program,
        join(dir, 'campaigns.sqlite'),
        String(LEADS),
      ];
      child = spawn(process.execPath, args);
      for (const stream of [child.stdout, child.stderr])
        stream?.on('data', (data: Buffer) => (printed += data.toString()));
      if (life === KILLS) break;
      await until('it is in the middle of calls', () => dialled().length >= before + 8, WITHIN_MS);
      child.kill('SIGKILL');
      await once(child, 'close');
    }
    await until('it is over', () => printed.includes('over\n'), WITHIN_MS);
    const numbers = dialled();
    expect(new Set(numbers).size).toBe(numbers.length);
    const [, json = ''] = /^(\{.*\})$/m.exec(printed) ?? [];
    const { leads, outcomes, tries } = JSON.parse(json) as CampaignNow;
    expect(leads).toEqual({ waiting: 0, calling: 0, done: LEADS, dropped: 0 });
    expect(outcomes.unknown).toBeGreaterThanOrEqual(1);
    expect(outcomes.unknown).toBeLessThanOrEqual(KILLS * 3);
    expect(tries).toBe(LEADS);
  },
);
