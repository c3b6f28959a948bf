/** How long a server wants not to be asked: https://www.rfc-editor.org/rfc/rfc9110#field.retry-after */

/** Milliseconds; undefined for a value that says nothing. `epochMs` is now. */
export function retryAfterMs(value: string, epochMs: number): number | undefined {
  const text = value.trim();
  if (/^\d{1,9}(\.\d+)?$/.test(text)) return Number(text) * 1000;
  const until = Date.parse(text);
  return Number.isNaN(until) || !/[a-z]/i.test(text) ? undefined : Math.max(0, until - epochMs);
}
