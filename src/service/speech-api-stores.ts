/** Where the speech API keeps things beyond a request: its audio, and what its processes share. */
import { systemClock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import { openRedis } from '../base/redis.ts';
import type { readSpeechApiSettings } from '../config/speech-api-settings.ts';
import { RedisStore } from '../speech/cache/redis-store.ts';
import type { SharedStore } from '../speech/cache/shared-store.ts';
import type { Ledger } from '../speech-api/keys/ledger.ts';
import { RedisLedger } from '../speech-api/keys/redis-ledger.ts';
import { cleanUpDaily } from '../storage/daily-clean-up.ts';
import { openStorage } from '../storage/open-storage.ts';
import type { Storage } from '../storage/storage.ts';
import { Closing } from './closing.ts';

export interface SpeechStores {
  readonly storage: Storage;
  /** Undefined where each process is on its own. */
  readonly shared: SharedStore | undefined;
  /** Kept together where there is a Redis: otherwise, and while it is away, the one that is given. */
  readonly ledgerOver: (otherwise: Ledger) => Ledger;
  close(): Promise<void>;
}

/** What lies in `temp` is of use for a day, ms. */
const TEMPORARY_MS = 24 * 60 * 60 * 1000;

/** Throws STORAGE_* where a directory cannot be used. Redis and an S3 service may be away. */
export async function openSpeechStores(
  {
    storage: { place, keepMs },
    redisUrl,
    cleansUp,
  }: Pick<ReturnType<typeof readSpeechApiSettings>, 'storage' | 'redisUrl'> & {
    /** One process of a service does that for all. */
    readonly cleansUp: boolean;
  },
  log: Log,
): Promise<SpeechStores> {
  const clock = systemClock;
  const closing = new Closing();
  const storage = await openStorage(place);
  closing.add(() => storage.close());
  const keeps = { 'voice-files': keepMs, temp: TEMPORARY_MS };
  if (cleansUp) closing.add(cleanUpDaily({ storage, keepMs: keeps, clock, log }));
  const connection = () => {
    if (redisUrl === undefined) return undefined;
    const redis = openRedis(redisUrl, log);
    closing.add(async () => redis.disconnect());
    return redis;
  };
  // Each by a connection of its own: whether a key may ask is not to wait behind somebody's speech.
  const [kept, counted] = [connection(), connection()];
  const shared = kept && new RedisStore(kept, clock);
  const ledgerOver = (otherwise: Ledger) =>
    counted ? new RedisLedger(counted, otherwise, clock) : otherwise;
  return { storage, shared, ledgerOver, close: () => closing.close() };
}
