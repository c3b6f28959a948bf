/** The other servers of the same account at Twilio, as far as a Redis makes them known. */
import { systemClock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import { openRedis } from '../base/redis.ts';
import type { Settings } from '../config/settings.ts';
import type { OtherServers } from '../telephony/twilio/classic/other-servers.ts';
import { RedisServers } from '../telephony/twilio/classic/redis-servers.ts';
import type { Closing } from './closing.ts';

/** Undefined where there is no Twilio, or no Redis: then each server knows of its own calls alone. */
export function openTwilioServers(
  { twilio }: Pick<Settings, 'twilio'>,
  log: Log,
  closing: Closing,
): OtherServers | undefined {
  if (twilio?.redisUrl === undefined) return undefined;
  const redis = openRedis(twilio.redisUrl, log);
  const ears = redis.duplicate();
  // Whether Redis is there the other connection tells.
  ears.on('error', () => undefined);
  const servers = new RedisServers({
    ...{ redis, ears, accountSid: twilio.accountSid },
    ...{ clock: systemClock, log },
  });
  closing.add(async () => {
    servers.close();
    redis.disconnect();
    ears.disconnect();
  });
  return servers;
}
