/** The thread that writes recorded calls. */
import { answerQuestions } from '../../base/thread.ts';
import { deleteExpired } from './retention.ts';
import type { RetentionNow, Untouched } from './retention.ts';
import { Block } from './spool-blocks.ts';
import { UnfinishedBundle } from './unfinished-bundle.ts';
import type { Ending, Side } from './unfinished-bundle.ts';

export interface BlockToWrite {
  readonly dir: string;
  readonly file: Side;
  readonly shared: SharedArrayBuffer;
  readonly bytes: number;
  /** Before it. */
  readonly silentBytes: number;
}

export type DiskQuestion =
  /** What goes wrong with it is told when the call is to be kept. */
  | { readonly kind: 'write'; readonly blocks: readonly BlockToWrite[] }
  | { readonly kind: 'keep'; readonly dir: string; readonly ending: Ending }
  | { readonly kind: 'drop'; readonly dir: string }
  | { readonly kind: 'deleteExpired'; readonly root: string; readonly limits: RetentionNow };

export interface DiskAnswer {
  readonly keep: void;
  readonly drop: void;
  readonly deleteExpired: readonly Untouched[];
}

/** By their directories. */
const bundles = new Map<string, UnfinishedBundle>();

answerQuestions((question) => answer(question as DiskQuestion));

function answer(question: DiskQuestion): unknown {
  switch (question.kind) {
    case 'write':
      return question.blocks.forEach(write);
    case 'keep':
      return ended(question.dir).keep(question.ending);
    case 'drop':
      return ended(question.dir).drop();
    case 'deleteExpired':
      return deleteExpired(question.root, question.limits);
  }
}

function write({ bytes, dir, file, shared, silentBytes }: BlockToWrite): void {
  const block = new Block(shared);
  const side = bundleIn(dir).side(file);
  side.skip(silentBytes);
  side.append(block.sound.subarray(0, bytes));
  block.written();
}

function bundleIn(dir: string): UnfinishedBundle {
  const open = bundles.get(dir) ?? new UnfinishedBundle(dir);
  bundles.set(dir, open);
  return open;
}

function ended(dir: string): UnfinishedBundle {
  const bundle = bundleIn(dir);
  bundles.delete(dir);
  return bundle;
}
