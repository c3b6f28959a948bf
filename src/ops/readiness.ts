/** Whether a call that came now could be served, and if not, why: for whoever decides where calls go, and for the operator. */
import type { RefusalReason } from '../call/intake/admission.ts';

export interface ReadinessPorts {
  /** Any of them will do. */
  readonly telephones: readonly { readonly connected: boolean; readonly trouble: string | undefined }[];
  readonly refusal: RefusalReason | undefined;
  /** Each speaks by itself. Resting: asking it is in vain. */
  readonly synthesizers: readonly { readonly isResting: boolean; readonly isRefused: boolean }[];
  /** Each hears by itself; none where no telephone is connected. */
  readonly recognizers: readonly Failing[];
  readonly chat: Failing;
}

interface Failing {
  readonly isFailing: boolean;
  /** It fails because it does not accept the credentials. */
  readonly isRefused: boolean;
}

/** Empty when a call could be served. What it looks at recovers by itself: no call need come for it. */
export function whyNotReady({
  telephones,
  refusal,
  synthesizers,
  recognizers,
  chat,
}: ReadinessPorts): readonly string[] {
  const troubles = telephones.flatMap(({ trouble }) => trouble ?? []);
  return [
    ...(telephones.some(({ connected }) => connected) ? [] : troubles),
    ...(refusal ? [`no call is taken: ${refusal}`] : []),
    ...whyAllFail(
      'synthesizer',
      synthesizers.map(({ isResting, isRefused }) => ({ isFailing: isResting || isRefused, isRefused })),
    ),
    ...whyAllFail('recognizer', recognizers),
    ...(chat.isFailing ? [`the model ${chat.isRefused ? 'refuses the key' : 'fails'}`] : []),
  ];
}

function whyAllFail(what: string, providers: readonly Failing[]): readonly string[] {
  if (providers.length === 0 || !providers.every(({ isFailing }) => isFailing)) return [];
  const allRefuse = providers.every(({ isRefused }) => isRefused);
  return [`every ${what} ${allRefuse ? 'refuses the credentials' : 'fails'}`];
}
