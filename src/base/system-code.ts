/** What the system, or a library, calls an error: `ENOENT`, `ECONNREFUSED`. Its message may quote an address or a secret; this does not. Undefined where it has no name. */
export function systemCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}
