/**
 * One connection to Redis, for what several processes share. Nothing waits for it: a command that cannot be sent now fails at once, one that is
 * not answered soon fails then, and the connection is made again in the background.
 */
import { Redis } from 'ioredis';
import { jittered } from './jitter.ts';
import type { Log } from './log.ts';
import { systemCode } from './system-code.ts';

export type { Redis } from 'ioredis';

/** Who has not answered by then will be of no use to a request, ms. Whoever waits less gives up by itself. */
const COMMAND_WITHIN_MS = 300;
const CONNECT_WITHIN_MS = 2_000;
/**
 * Between two tries to connect, ms: twice as long each time, from the first to the last. A fleet takes for dead whom its memory has not heard
 * again for 2 s after it came back.
 */
const FIRST_RETRY_MS = 100;
const LAST_RETRY_MS = 1_000;

/** `url` may hold a password. Connects in the background. Whoever opens it closes it: `disconnect()`. */
export function openRedis(url: string, log: Log): Redis {
  const redis = new Redis(url, {
    commandTimeout: COMMAND_WITHIN_MS,
    connectTimeout: CONNECT_WITHIN_MS,
    maxRetriesPerRequest: 1,
    enableAutoPipelining: true,
    // Whoever asks while it is away wants to know so, and not to wait.
    enableOfflineQueue: false,
    retryStrategy: (tries) => jittered(Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** (tries - 1))),
  });
  let isTold = false;
  redis.on('ready', () => {
    if (isTold) log.info({ event: 'redis.back' }, 'Redis is there again');
    isTold = false;
  });
  redis.on('error', (error: Error) => {
    // Once, until it is back: it tries again every few seconds.
    if (!isTold)
      log.warn(
        { event: 'redis.away', reason: systemCode(error) ?? error.name },
        'Redis is away: each process is on its own',
      );
    isTold = true;
  });
  return redis;
}
