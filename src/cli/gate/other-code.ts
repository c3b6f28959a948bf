/** The replay of another checkout, in this process: its modules are others than ours, with packages of their own. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ParleyError, isParleyError } from '../../base/errors.ts';
import type { Replayed } from '../../recordings/replay/replay.ts';

/** What is asked of it. Before it could tell how far a call is known it gave all of a call or nothing. */
interface OtherReplay {
  readonly replayAsFarAsKnown?: (bundle: unknown) => Promise<Replayed>;
  readonly replayCall: (bundle: unknown) => Promise<Replayed['entries']>;
}

interface OtherBundles {
  readonly readBundle: (path: string) => Promise<unknown>;
}

export type RunCall = (path: string) => Promise<Replayed>;

/** Runs a recorded call with the code in `root`/dist, which reads it itself. Throws CHECKOUT_UNUSABLE if it has none. */
export async function otherCode(root: string): Promise<RunCall> {
  const load = async (module: string): Promise<unknown> =>
    import(pathToFileURL(join(root, 'dist/src/recordings', module)).href);
  const [replay, bundles] = await Promise.all([load('replay/replay.js'), load('bundle/bundle.js')]).catch(
    (cause: unknown) => {
      throw new ParleyError('CHECKOUT_UNUSABLE', `${root} cannot run recorded calls.`, { cause });
    },
  );
  const { replayAsFarAsKnown, replayCall } = replay as OtherReplay;
  const { readBundle } = bundles as OtherBundles;
  return async (path) => {
    const bundle = await readBundle(path);
    if (replayAsFarAsKnown) return replayAsFarAsKnown(bundle);
    try {
      return { entries: await replayCall(bundle), unknown: undefined };
    } catch (error) {
      if (!isNoAnswer(error)) throw error;
      return { entries: [], unknown: { atMs: 0, error: new ParleyError('REPLAY_NO_ANSWER', error.message) } };
    }
  };
}

/** Its errors are of another class than ours. */
function isNoAnswer(error: unknown): error is Error {
  return (
    isParleyError(error, 'REPLAY_NO_ANSWER') ||
    (error instanceof Error && 'code' in error && error.code === 'REPLAY_NO_ANSWER')
  );
}
