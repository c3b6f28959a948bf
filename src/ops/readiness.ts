/** Whether a call that came now could be served, and if not, why: for whoever decides where calls go, and for the operator. */
import type { RefusalReason } from '../call/intake/admission.ts';

export interface ReadinessPorts {
  readonly ariConnected: boolean;
  readonly refusal: RefusalReason | undefined;
  /** Each speaks by itself. Resting: asking it is in vain. */
  readonly synthesizers: readonly { readonly isResting: boolean }[];
  /** Each hears by itself. */
  readonly recognizers: readonly { readonly isFailing: boolean }[];
}

/** Empty when a call could be served. What it looks at recovers by itself: no call need come for it. */
export function whyNotReady({
  ariConnected,
  refusal,
  synthesizers,
  recognizers,
}: ReadinessPorts): readonly string[] {
  return [
    ...(ariConnected ? [] : ['Asterisk is not connected']),
    ...(refusal ? [`no call is taken: ${refusal}`] : []),
    ...(synthesizers.every(({ isResting }) => isResting) ? ['every synthesizer fails'] : []),
    ...(recognizers.every(({ isFailing }) => isFailing) ? ['every recognizer fails'] : []),
  ];
}
