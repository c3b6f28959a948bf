/**
 * The one rule for wishes that cannot be fulfilled: the answer is given without them, and says so. A value that no request may have is
 * refused instead.
 */
export interface Warning {
  /** Of the request. */
  readonly field: string;
  readonly message: string;
}

/** On paths whose answers have no place for them: the names of the fields. */
export const WARNINGS_HEADER = 'x-parley-warnings';

export function warningsHeader(warnings: readonly Warning[]): string {
  return [...new Set(warnings.map(({ field }) => field))].join(', ');
}
