/** Whether a call that came now could be served, and if not, why: for whoever decides where calls go, and for the operator. */
import type { RefusalReason } from '../call/intake/admission.ts';

export interface ReadinessPorts {
  /** Any of them will do. */
  readonly telephones: readonly { readonly connected: boolean; readonly trouble: string | undefined }[];
  readonly refusal: RefusalReason | undefined;
  /** Each speaks by itself. Resting: asking it is in vain. */
  readonly synthesizers: readonly { readonly isResting: boolean }[];
  /** Each hears by itself; none where no telephone is connected. */
  readonly recognizers: readonly { readonly isFailing: boolean }[];
}

/** Empty when a call could be served. What it looks at recovers by itself: no call need come for it. */
export function whyNotReady({
  telephones,
  refusal,
  synthesizers,
  recognizers,
}: ReadinessPorts): readonly string[] {
  const troubles = telephones.flatMap(({ trouble }) => trouble ?? []);
  return [
    ...(telephones.some(({ connected }) => connected) ? [] : troubles),
    ...(refusal ? [`no call is taken: ${refusal}`] : []),
    ...(synthesizers.every(({ isResting }) => isResting) ? ['every synthesizer fails'] : []),
    ...(recognizers.length > 0 && recognizers.every(({ isFailing }) => isFailing)
      ? ['every recognizer fails']
      : []),
  ];
}
