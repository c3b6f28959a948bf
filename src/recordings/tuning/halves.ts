/** Divides calls into those by which settings are chosen, and those that tell whether the choice holds. */
import { createHash } from 'node:crypto';

export type Half = 'chosen' | 'heldOut';

/** By the calls' ids: the same calls are in the same halves whatever their order, and neither half is all of one day. */
export function halvesOf(ids: readonly string[]): ReadonlyMap<string, Half> {
  const digest = (id: string) => createHash('sha256').update(id).digest('hex');
  const sorted = [...new Set(ids)].toSorted((a, b) => digest(a).localeCompare(digest(b)));
  return new Map(sorted.map((id, at) => [id, at % 2 === 0 ? 'chosen' : 'heldOut']));
}
