import type { TestContext } from 'vitest';

/**
 * Ends a test that has no real Asterisk to run on, for `reason`: it is skipped and `npm test` closes with the reason, or it fails
 * where an Asterisk is required (REQUIRE_ASTERISK=1), as in CI. Call it from `beforeEach` for a whole suite.
 */
export function doWithoutAsterisk(context: TestContext, reason: string): never {
  const note = `no real Asterisk: ${reason}`;
  if (process.env['REQUIRE_ASTERISK'] === '1') throw new Error(note);
  return context.skip(note);
}
