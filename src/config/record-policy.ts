/** Which calls are kept: RECORD_CALLS, as the operator says it. */
export type RecordPolicy =
  | { readonly kind: 'off' }
  /** A share of all calls, 0 to 1. */
  | { readonly kind: 'share'; readonly share: number }
  /** Those in which something was worse than it should be. */
  | { readonly kind: 'alerts' };

/** `off`, `all`, `alerts` or a share such as `10%`; undefined for anything else. */
export function parseRecordPolicy(text: string): RecordPolicy | undefined {
  if (text === 'off' || text === 'alerts') return { kind: text };
  if (text === 'all') return { kind: 'share', share: 1 };
  const percent = /^(\d{1,3}(?:\.\d+)?) ?%$/.exec(text)?.[1];
  if (percent === undefined || Number(percent) > 100) return undefined;
  return { kind: 'share', share: Number(percent) / 100 };
}
