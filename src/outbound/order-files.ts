/** Where ordered calls lie: a file each, written before anything rings, so that a repeated order is known after a crash as well. */
import { mkdir, open, readFile, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
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
    const path = join(this.#dir, `${order.id}${SUFFIX}`);
    const file = await open(`${path}.new`, 'w', 0o600);
    try {
      await file.writeFile(JSON.stringify(order));
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(`${path}.new`, path);
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
