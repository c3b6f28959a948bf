/** Milliseconds as people read them here: `1.44`. */
export function seconds(ms: number): string {
  return (ms / 1000).toFixed(2);
}
