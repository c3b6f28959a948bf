import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { silentLog } from '../base/log.ts';
import { OrderFiles } from './order-files.ts';
import type { OrderedCall } from './ordered-call.ts';

it('puts an order aside that cannot be read, says so, and clears what was never finished', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'parley-orders-'));
  try {
    const logged: unknown[] = [];
    const files = new OrderFiles(dir, { ...silentLog, error: (fields) => void logged.push(fields) });
    const order: OrderedCall = {
      ...{ id: 'out-1', orderedEpochMs: 1, to: '201', bot: 'default', fingerprint: 'f', state: 'ringing' },
    };
    await files.write(order);
    await writeFile(join(dir, 'out-2.json'), '{"id": "out-');
    await writeFile(join(dir, 'out-3.json.new'), '{');
    expect(await files.all()).toEqual([order]);
    expect((await readdir(dir)).sort()).toEqual(['out-1.json', 'out-2.json.unreadable']);
    expect(logged).toEqual([expect.objectContaining({ event: 'outbound.unreadable', order: 'out-2' })]);
  } finally {
    await rm(dir, { recursive: true });
  }
});
