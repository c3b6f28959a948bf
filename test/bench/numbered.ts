/** The answer to the n-th request: none comes out of a cache. */
export function numbered(index: number): string {
  return `Ответ номер ${index}.`;
}
