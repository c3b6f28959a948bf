/** A campaign made anew from what its last owner has told. */
import type { SharedWorks } from '../../../base/shared-works.ts';
import type { StorePort } from '../store-questions.ts';

/** All lines, in their order, some at a time. */
export async function* linesOf(works: SharedWorks, name: string): AsyncGenerator<readonly string[]> {
  for (let from = 0; ;) {
    const lines = await works.read(name, from);
    if (lines.length === 0) return;
    yield lines;
    from += lines.length;
  }
}

/** Puts it into a store that has none of that name. False if it was never told to its end. */
export async function rebuild(works: SharedWorks, name: string, store: StorePort): Promise<boolean> {
  let isWhole = false;
  for await (const lines of linesOf(works, name)) if (await store.restore(name, lines)) isWhole = true;
  return isWhole;
}
