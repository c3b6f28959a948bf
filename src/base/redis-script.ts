/** A script that Redis knows by its digest: its text goes there once, and again after Redis has forgotten it. */
import { createHash } from 'node:crypto';
import type { Redis } from './redis.ts';

/** There are as many texts as the program has. */
const digests = new Map<string, string>();

/** Rejects as the command does. `defineCommand` of ioredis does the same by methods of the connection that no type knows. */
export async function runScript(
  redis: Redis,
  lua: string,
  keys: readonly string[],
  args: readonly (string | number)[],
): Promise<unknown> {
  const given = [keys.length, ...keys, ...args] as const;
  try {
    return await redis.evalsha(digestOf(lua), ...given);
  } catch (error) {
    if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw error;
    return redis.eval(lua, ...given);
  }
}

function digestOf(lua: string): string {
  const known = digests.get(lua);
  if (known !== undefined) return known;
  const digest = createHash('sha1').update(lua).digest('hex');
  digests.set(lua, digest);
  return digest;
}
