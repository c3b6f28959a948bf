/** Old files go, once when the service begins and then once a day. */
import type { Clock } from '../base/clock.ts';
import { errorCode } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import { BUCKETS } from './storage.ts';
import type { Bucket, Storage } from './storage.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

export interface DailyCleanUpOptions {
  readonly storage: Storage;
  readonly keepMs: Readonly<Record<Bucket, number>>;
  readonly clock: Clock;
  readonly log: Log;
  /** Since 1970. */
  readonly nowMs?: () => number;
}

/** The function ends it, and resolves when what is under way has ended. A storage that is away is asked again the next day. */
export function cleanUpDaily({ storage, keepMs, clock, log, nowMs = Date.now }: DailyCleanUpOptions) {
  let isOver = false;
  let underWay = Promise.resolve();
  let cancel = () => {};
  const clean = async () => {
    try {
      for (const bucket of BUCKETS) {
        const files = await storage.cleanUp(bucket, nowMs() - keepMs[bucket]);
        if (files > 0) log.info({ event: 'storage.cleaned', bucket, files }, 'old files are deleted');
      }
    } catch (error) {
      log.warn({ event: 'storage.notCleaned', code: errorCode(error) }, 'old files cannot be deleted');
    }
  };
  const begin = () => {
    underWay = clean().then(() => {
      if (!isOver) cancel = clock.after(DAY_MS, begin);
    });
  };
  begin();
  return async () => {
    isOver = true;
    cancel();
    await underWay;
  };
}
