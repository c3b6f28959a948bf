/** Tells every listener all news, one after another, however the ones before have fared; then throws the first fault, if there was one. */
export function tellAll<News>(listeners: readonly ((news: News) => void)[], ...news: readonly News[]): void {
  const faults: unknown[] = [];
  for (const piece of news) {
    for (const listener of listeners) {
      try {
        listener(piece);
      } catch (error) {
        faults.push(error);
      }
    }
  }
  if (faults.length > 0) throw faults[0];
}
