/**
 * What a page and this service say to each other over the WebSocket of a browser phone; web/dashboard/phone.js is the other side.
 * Binary messages are audio both ways: PCM, 16-bit signed little-endian mono, 16 kHz. Text messages are JSON as below.
 *
 * The page plays what it gets in its order. A mark stands among the audio and comes back when everything before it has been played.
 * `pause` and `resume` take effect at once; `flush` throws away everything that was not played, marks included.
 */
import { z } from 'zod';

export const PAGE_RATE_HZ = 16_000;

/** As much as an operator may have said: nobody types more in a turn. */
const MOST_CHARACTERS = 250;

/** From the page. */
const pageMessage = z.discriminatedUnion('event', [
  z.strictObject({ event: z.literal('mark'), id: z.string().max(20) }),
  /** Said by hand. */
  z.strictObject({
    event: z.literal('typed'),
    text: z
      .string()
      .trim()
      .max(MOST_CHARACTERS)
      .regex(/^\P{Cc}*[\p{L}\p{N}]\P{Cc}*$/u),
  }),
  z.strictObject({ event: z.literal('digit'), digit: z.string().regex(/^[\d*#]$/) }),
  z.strictObject({ event: z.literal('hangup') }),
]);

export type PageMessage = z.infer<typeof pageMessage>;

/** To the page. */
export type ServiceMessage =
  /** The call's id, before anything else. */
  | { readonly event: 'call'; readonly id: string }
  | { readonly event: 'answered' }
  | { readonly event: 'mark'; readonly id: string }
  | { readonly event: 'pause' | 'resume' | 'flush' }
  /** The last one. `to`: where a telephone would have been handed over to. */
  | { readonly event: 'ended'; readonly by: string; readonly to?: string }
  /** What the page did was wrong; `ended` follows. The code is one of src/base/error-catalogue.ts. */
  | { readonly event: 'error'; readonly code: string; readonly message: string };

/** Undefined for what no page of ours says. */
export function readPageMessage(text: string): PageMessage | undefined {
  try {
    return pageMessage.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
