/** What `apart.ts` runs: one bench, told to whoever has started this. */
import { ENDS_WITHIN_MS } from './apart.ts';
import type { Order, Told } from './apart.ts';
import { BENCHES } from './benches.ts';
import { builtRoots, takeForBuilt } from './service-process.ts';
import { endStands } from './stand.ts';

const order = JSON.parse(process.argv[2] ?? '{}') as Order;

/** Whoever has started this is gone, or wants it to end: calls are hung up, and what was started is ended. */
for (const gone of ['SIGTERM', 'disconnect'] as const)
  process.once(gone, () => {
    setTimeout(() => process.exit(), ENDS_WITHIN_MS);
    void endStands().finally(() => process.exit());
  });

process.send?.(await told(), () => process.exit());

async function told(): Promise<Told> {
  try {
    takeForBuilt(order.built);
    const bench = BENCHES.find(({ name }) => name === order.name);
    if (!bench) throw new Error(`no such bench: ${order.name}`);
    if ('run' in bench)
      return { is: 'measured', measurements: await bench.run(order.scale), built: builtRoots() };
    await bench.print(order);
    return { is: 'printed' };
  } catch (error) {
    return { is: 'failed', why: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}
