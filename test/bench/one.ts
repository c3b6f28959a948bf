/** What `apart.ts` runs: one bench, told to whoever has started this. */
import { ENDS_WITHIN_MS } from './apart.ts';
import type { Ended, Order, Told } from './apart.ts';
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

send(await ended(), () => process.exit());

async function ended(): Promise<Ended> {
  try {
    takeForBuilt(order.built);
    const bench = BENCHES.find(({ name }) => name === order.name);
    if (!bench) throw new Error(`no such bench: ${order.name}`);
    if ('run' in bench)
      await bench.run(order.scale, (measurements) => send({ is: 'measured', measurements }));
    else await bench.print(order);
    return { is: 'done', built: builtRoots() };
  } catch (error) {
    return { is: 'failed', why: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

function send(told: Told, sent: () => void = () => undefined): void {
  process.send?.(told, sent);
}
