/** For an option that may be given several times: all that was given, in its order. */
export function collected(given: string, before: readonly string[] = []): readonly string[] {
  return [...before, given];
}
