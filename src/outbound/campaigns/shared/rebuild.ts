/** A campaign made anew from what its last owner has told. */
import type { SharedWorks } from '../../../base/shared-works.ts';
import { readLine } from '../campaign-lines.ts';
import type { StorePort } from '../store-questions.ts';

/** All lines, in their order. */
export async function* wholeOf(works: SharedWorks, name: string): AsyncGenerator<string> {
  for (let from = 0; ;) {
    const lines = await works.read(name, from);
    if (lines.length === 0) return;
    yield* lines;
    from += lines.length;
  }
}

/** Puts it into a store that has none of that name. False if it was never told to its end. */
export async function rebuild(works: SharedWorks, name: string, store: StorePort): Promise<boolean> {
  let isWhole = false;
  for (let from = 0; ;) {
    const lines = await works.read(name, from);
    if (lines.length === 0) return isWhole;
    await store.restore(name, lines);
    isWhole ||= lines.some((line) => readLine(line).kind === 'whole');
    from += lines.length;
  }
}
