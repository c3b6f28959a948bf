/** In a fleet: the phrases of bots, rendered by one daemon for all. */
import { systemClock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import { openRedis } from '../base/redis.ts';
import type { Settings } from '../config/settings.ts';
import type { Fleet } from '../fleet/fleet.ts';
import { RedisStore } from '../speech/cache/redis-store.ts';
import { SharedSpeech } from '../speech/cache/shared-speech.ts';
import type { SharedSpeechOptions } from '../speech/cache/shared-speech.ts';
import type { Synthesizer } from '../speech/synthesis/synthesizer.ts';
import type { Closing } from './closing.ts';
import { readyOrLater } from './open-fleet.ts';

export interface SharedPhrasesParts {
  readonly settings: Pick<Settings, 'fleet'>;
  readonly log: Log;
  /** Undefined where a daemon is alone. */
  readonly fleet: Pick<Fleet, 'degraded'> | undefined;
  readonly synthesizer: Synthesizer;
  /** Who is asked first. */
  readonly speaker: SharedSpeechOptions['speaker'];
  readonly closing: Closing;
}

/** The synthesizer itself where a daemon is alone. It stays its owner's to close. */
export async function openSharedPhrases(parts: SharedPhrasesParts): Promise<Synthesizer> {
  const { settings, log, fleet, synthesizer, speaker, closing } = parts;
  if (!settings.fleet || !fleet) return synthesizer;
  const { redisUrl, cacheTtlMs: ttlMs } = settings.fleet;
  // A connection of its own: no heartbeat is to wait behind somebody's speech.
  const redis = openRedis(redisUrl, log);
  closing.add(async () => redis.disconnect());
  // Where it was waited for in vain before, callers wait no longer for this daemon.
  if (fleet.degraded.length === 0) await readyOrLater(redis);
  const store = new RedisStore(redis, systemClock);
  return new SharedSpeech(synthesizer, { store, ttlMs, speaker, clock: systemClock });
}
