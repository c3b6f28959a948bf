/** A recorded call as a test: replayed, held to what is expected of it, and to the outcome that was accepted. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '../../base/message-of.ts';
import { ParleyError } from '../../base/errors.ts';
import { CALL_FILE } from '../bundle/bundle-files.ts';
import { ZIP_ENDING, readBundle } from '../bundle/bundle.ts';
import { disappointments, parseExpectations } from './expectations.ts';
import { isAccepted, outcomeOf } from './outcome.ts';
import { replayCall } from './replay.ts';

export interface BundleVerdict {
  readonly name: string;
  /** A sentence each; none if the call is as it should be. */
  readonly faults: readonly string[];
}

/** The recorded calls in a directory, in their order; the path itself if it is one. Throws BUNDLE_UNREADABLE if there are none. */
export async function bundlesIn(dir: string): Promise<readonly string[]> {
  if (dir.endsWith(ZIP_ENDING)) return [dir];
  const entries = await readdir(dir, { withFileTypes: true }).catch(() => []);
  if (entries.some(({ name }) => name === CALL_FILE)) return [dir];
  const found = entries
    .filter(
      (entry) => entry.name.endsWith(ZIP_ENDING) || (entry.isDirectory() && !entry.name.startsWith('.')),
    )
    .map(({ name }) => join(dir, name))
    .sort();
  if (found.length === 0) throw new ParleyError('BUNDLE_UNREADABLE', `${dir} holds no recorded calls.`);
  return found;
}

/** Never rejects: what cannot be read or replayed is a fault of the call. */
export async function testBundle(path: string): Promise<BundleVerdict> {
  try {
    const bundle = await readBundle(path);
    const { expectations, name } = bundle;
    if (expectations === undefined && bundle.outcome === undefined)
      return { name, faults: ['nothing is expected: it has neither expect.yaml nor outcome.json'] };
    const outcome = outcomeOf(await replayCall(bundle));
    const isOther = bundle.outcome !== undefined && !isAccepted(outcome, bundle.outcome);
    return {
      name,
      faults: [
        ...(expectations === undefined
          ? []
          : disappointments(outcome, parseExpectations(expectations, name))),
        ...(isOther ? ['its outcome is not the one that was accepted; see parley replay'] : []),
      ],
    };
  } catch (error) {
    return { name: path, faults: [messageOf(error)] };
  }
}
