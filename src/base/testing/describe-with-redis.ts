/** Suites that need a real Redis. */
import { existsSync } from 'node:fs';
import { afterEach, describe } from 'vitest';
import { REDIS_PROGRAM, RedisServer } from './redis-server.ts';

/** A suite with servers that are ended after each test. Without the program it is skipped and says why, or fails where it is required. */
export function describeWithRedis(name: string, tests: (start: () => Promise<RedisServer>) => void): void {
  if (!existsSync(REDIS_PROGRAM) && process.env['REQUIRE_REDIS'] !== '1') {
    describe.skip(`${name}: there is no ${REDIS_PROGRAM} here`, () => tests(() => RedisServer.start()));
    return;
  }
  describe(name, () => {
    const servers: RedisServer[] = [];
    afterEach(async () => {
      for (const server of servers.splice(0)) await server.end();
    });
    tests(async () => {
      const server = await RedisServer.start();
      servers.push(server);
      return server;
    });
  });
}
