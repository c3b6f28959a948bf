/** Where ordered calls lie: a file each, written before anything rings, so that a repeated order is known after a crash as well. */
import { DurableFiles } from '../base/durable-files.ts';
import type { Log } from '../base/log.ts';
import { orderedCall } from './ordered-call.ts';
import type { OrderedCall } from './ordered-call.ts';

export class OrderFiles {
  readonly #files: DurableFiles;
  readonly #log: Log;

  constructor(dir: string, log: Log) {
    this.#files = new DurableFiles(dir);
    this.#log = log;
  }

  /** All that can be read; what cannot is put aside, and logged: its order may come again, and somebody is called twice. */
  async all(): Promise<readonly OrderedCall[]> {
    const orders: OrderedCall[] = [];
    for (const id of await this.#files.names()) {
      const order = await this.#read(id);
      if (order) orders.push(order);
    }
    return orders;
  }

  /** In one step, and on the disk when it resolves. It holds a number: only this user may read it. */
  write(order: OrderedCall): Promise<void> {
    return this.#files.write(order.id, order);
  }

  delete(id: string): Promise<void> {
    return this.#files.remove(id);
  }

  async #read(id: string): Promise<OrderedCall | undefined> {
    try {
      return orderedCall.parse(await this.#files.read(id));
    } catch (error) {
      this.#log.error(
        { event: 'outbound.unreadable', order: id, error },
        'the file of an order was put aside',
      );
      await this.#files.setAside(id).catch(() => undefined);
      return undefined;
    }
  }
}
