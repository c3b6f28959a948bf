/** Times as people read them here. */

/** A place in the call: `1:04.2`. */
export function clockText(ms: number): string {
  const tenths = Math.max(0, Math.round(ms / 100));
  return `${Math.floor(tenths / 600)}:${((tenths % 600) / 10).toFixed(1).padStart(4, '0')}`;
}

/** The same for an axis, where whole seconds are the rule: `1:04`, `1:04.2`. */
export function tickText(ms: number): string {
  return clockText(ms).replace(/\.0$/, '');
}

/** How long something took: `340 ms`, `1.34 s`, `58.2 s`, `2 min 5 s`. */
export function durationText(ms: number): string {
  if (Math.abs(ms) < 1000) return `${Math.round(ms)} ms`;
  if (Math.abs(ms) < 60_000) return `${(ms / 1000).toFixed(Math.abs(ms) < 10_000 ? 2 : 1)} s`;
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
