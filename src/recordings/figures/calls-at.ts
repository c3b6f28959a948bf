import { messageOf } from '../../base/message-of.ts';
import { bundlesIn } from '../replay/test-bundle.ts';
import type { LeftOut } from './recorded-calls.ts';

/** The recorded calls at these places, each a call or a directory of them. Never rejects: a place without any is named. */
export async function callsAt(
  places: readonly string[],
): Promise<{ readonly bundles: readonly string[]; readonly leftOut: readonly LeftOut[] }> {
  const bundles: string[] = [];
  const leftOut: LeftOut[] = [];
  for (const place of places)
    try {
      bundles.push(...(await bundlesIn(place)));
    } catch (error) {
      leftOut.push({ path: place, because: messageOf(error) });
    }
  return { bundles, leftOut };
}
