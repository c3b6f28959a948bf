/** How what was asked of the world outside a call ended. */
import { z } from 'zod';

const ms = z.number();

export const recordedEnd = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('done'), atMs: ms }),
  /** `code`: of the error that ended it. */
  z.strictObject({ kind: z.literal('failed'), atMs: ms, code: z.string() }),
  /** Nobody wanted it any more. */
  z.strictObject({ kind: z.literal('dropped'), atMs: ms }),
]);
/** How a request to a provider ended, and when. */
export type RecordedEnd = z.output<typeof recordedEnd>;
