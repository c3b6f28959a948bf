/** Where ordered calls lie: a file each, written before anything rings, so that a repeated order is known after a crash as well. */
import { mkdir, readFile, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeDurably } from '../base/durable-file.ts';
import { orderedCall } from './ordered-call.ts';
import type { OrderedCall } from './ordered-call.ts';

const SUFFIX = '.json';

export class OrderFiles {
  readonly #dir: string;

  constructor(dir: string) {
    this.#dir = dir;
  }

  /** All that can be read. */
  async all(): Promise<readonly OrderedCall[]> {
    await mkdir(this.#dir, { recursive: true, mode: 0o700 });
    const files = (await readdir(this.#dir)).filter((file) => file.endsWith(SUFFIX));
    const read = await Promise.all(files.map((file) => this.#read(file)));
    return read.filter((order) => order !== undefined);
  }

  /** In one step, and on the disk when it resolves. It holds a number: only this user may read it. */
  async write(order: OrderedCall): Promise<void> {
    await writeDurably(join(this.#dir, `${order.id}${SUFFIX}`), JSON.stringify(order));
  }

  async delete(id: string): Promise<void> {
    await rm(join(this.#dir, `${id}${SUFFIX}`), { force: true });
  }

  async #read(file: string): Promise<OrderedCall | undefined> {
    try {
      return orderedCall.parse(JSON.parse(await readFile(join(this.#dir, file), 'utf8')));
    } catch {
      return undefined;
    }
  }
}
