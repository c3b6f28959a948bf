/**
 * The thread in which another checkout runs recorded calls: its modules are others than ours, with packages of their own, and it may do to
 * its own process what it likes.
 */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { workerData } from 'node:worker_threads';
import { answerQuestions } from '../../base/thread.ts';
import { ParleyError } from '../../base/errors.ts';
import type { TimelineEntry } from '../../timeline/timeline.ts';
import { messageOf } from '../../base/message-of.ts';

/** `load` finds out whether it can run calls at all. */
export type OtherCodeQuestion = { readonly kind: 'load' } | { readonly kind: 'run'; readonly path: string };

export type OtherCodeAnswer =
  | {
      readonly entries: readonly TimelineEntry[];
      readonly unknown?: { readonly atMs: number; readonly because: string };
    }
  /** What its code has thrown. */
  | { readonly fault: string };

/** What is asked of it. Before it could tell how far a call is known it gave all of a call or nothing. */
interface OtherReplay {
  readonly replayAsFarAsKnown?: (bundle: unknown) => Promise<OtherReplayed>;
  readonly replayCall?: (bundle: unknown) => Promise<unknown>;
}

interface OtherBundles {
  readonly readBundle?: (path: string) => Promise<unknown>;
}

interface OtherReplayed {
  readonly entries: unknown;
  readonly unknown?: { readonly atMs: number; readonly error: unknown };
}

interface OtherCode {
  readonly readBundle: NonNullable<OtherBundles['readBundle']>;
  readonly replay: OtherReplay['replayAsFarAsKnown'];
  readonly replayWhole: OtherReplay['replayCall'];
}

const { root } = workerData as { readonly root: string };

// The gate's own output is one table, or one JSON object.
process.stdout.write = process.stderr.write.bind(process.stderr);

answerQuestions(async (asked) => {
  const question = asked as OtherCodeQuestion;
  const code = await loaded();
  return question.kind === 'load' ? undefined : ran(code, question.path);
});

async function ran({ readBundle, replay, replayWhole }: OtherCode, path: string): Promise<unknown> {
  try {
    const bundle = await readBundle(path);
    if (replay) return plain(await replay(bundle));
    return { entries: await replayWhole?.(bundle) };
  } catch (error) {
    if (!replay && isNoAnswer(error)) return plain({ entries: [], unknown: { atMs: 0, error } });
    return { fault: messageOf(error) };
  }
}

async function loaded(): Promise<OtherCode> {
  const load = async (module: string): Promise<unknown> =>
    import(pathToFileURL(join(root, 'dist/src/recordings', module)).href);
  const [replay, bundles] = await Promise.all([load('replay/replay.js'), load('bundle/bundle.js')]).catch(
    (cause: unknown) => {
      throw new ParleyError('CHECKOUT_UNUSABLE', `${root} cannot run recorded calls: ${messageOf(cause)}.`);
    },
  );
  const { replayAsFarAsKnown, replayCall } = replay as OtherReplay;
  const { readBundle } = bundles as OtherBundles;
  if (!readBundle || !(replayAsFarAsKnown ?? replayCall))
    throw new ParleyError('CHECKOUT_UNUSABLE', `${root} is too old to run recorded calls.`);
  return { readBundle, replay: replayAsFarAsKnown, replayWhole: replayCall };
}

/** What goes from one thread to another holds no errors of classes that are not there. */
function plain({ entries, unknown }: OtherReplayed) {
  return { entries, ...(unknown && { unknown: { atMs: unknown.atMs, because: messageOf(unknown.error) } }) };
}

/** Its errors are of another class than ours. */
function isNoAnswer(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'REPLAY_NO_ANSWER';
}
