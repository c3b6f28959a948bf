/** What others than the caller and the bot want of a call: the operator, or a service that stops. */
import type { CallEndCause } from '../timeline/timeline.ts';
import type { TransferTarget } from '../telephony/transfer-target.ts';

/** Why a call ends that could have gone on. */
export type OrderedEnd = Extract<CallEndCause, 'operator' | 'stopped'>;

export type Order =
  | { readonly kind: 'say'; readonly text: string }
  | { readonly kind: 'end'; readonly cause: OrderedEnd }
  | { readonly kind: 'transfer'; readonly place: TransferTarget }
  | { readonly kind: 'move' };

/** `atMs`: when it was given, on the call's clock. */
export type CallOrder = Order & { readonly atMs: number };
