/** What the speech API is made of, whether it has a process of its own or answers beside calls. */
import type { RequestListener } from 'node:http';
import { systemClock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import type { Spans } from '../base/spans.ts';
import { parleyVersion } from '../base/version.ts';
import type { SpeechApiSettings } from '../config/speech-api-settings.ts';
import type { AskedHealth } from '../speech-api/asked-health.ts';
import { hasFfmpeg } from '../speech-api/formats/ffmpeg.ts';
import { LocalLedger } from '../speech-api/keys/ledger.ts';
import type { Ledger } from '../speech-api/keys/ledger.ts';
import { buildSpeechApi } from '../speech-api/server.ts';
import type { SpeechApiOptions } from '../speech-api/server.ts';
import { closeVendors } from '../speech-api/vendor.ts';
import type { Tenant } from '../tenants/tenant.ts';
import { Tenants } from '../tenants/tenants.ts';
import { speechGuards } from './speech-api-guards.ts';
import { openSpeechStores } from './speech-api-stores.ts';
import { openSpeechVendors } from './speech-api-vendors.ts';

/** Which of how many processes this is. */
export interface SpeechShare {
  readonly index: number;
  readonly processes: number;
  readonly ledger: Ledger;
  /** Undefined where this process is the only one. */
  readonly health: AskedHealth | undefined;
}

const ALONE: SpeechShare = {
  index: 0,
  processes: 1,
  ledger: new LocalLedger(systemClock),
  health: undefined,
};

export interface SpeechParts {
  readonly options: SpeechApiOptions;
  /** Closes what the API does not close itself: it closes the vendors. */
  readonly close: () => Promise<void>;
}

/** Throws CREDENTIALS_INVALID, TENANTS_INVALID and STORAGE_*. */
export async function openSpeechParts(
  settings: SpeechApiSettings,
  { log, spans }: { readonly log: Log; readonly spans: Spans },
  { index, processes, ledger, health }: SpeechShare = ALONE,
): Promise<SpeechParts> {
  const tenants = await Tenants.open(settings.tenantsFile);
  // One process does what is done once for all of them.
  const isFirst = index === 0;
  const stores = await openSpeechStores({ ...settings, cleansUp: isFirst }, log);
  try {
    const options = {
      vendors: await openSpeechVendors(settings, log),
      hasFfmpeg: await hasFfmpeg(),
      keysFile: settings.keysFile,
      isOpen: settings.isOpen,
      signatureSecret: settings.signatureSecret,
      perMinute: settings.perMinute,
      clock: systemClock,
      version: parleyVersion(),
      // Each takes its share, of what comes at once and of the memory.
      mostAtOnce: Math.ceil(settings.mostAtOnce / processes),
      tenants,
      mostOfTenant: ({ limits }: Tenant) =>
        Math.ceil((limits.speechAtOnce ?? settings.mostAtOnce / 2) / processes),
      ledger: stores.ledgerOver(ledger),
      cacheBytes: Math.floor(settings.cacheBytes / processes),
      cacheTtlMs: settings.cacheTtlMs,
      shared: stores.shared,
      health,
      hedges: settings.hedges,
      storage: stores.storage,
      // All take them in.
      batches: { dir: settings.batchesDir, runsHere: isFirst },
      ...speechGuards(settings, log),
      log,
      spans,
    };
    return { options, close: () => stores.close() };
  } catch (error) {
    await stores.close();
    throw error;
  }
}

export interface SpeechBesideCalls {
  /** Answers everything below /v1/. */
  readonly listener: RequestListener;
  /** Takes no further request, and resolves when those that there are have been answered, or their time is over. */
  readonly drain: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Without a socket of its own. Throws CREDENTIALS_INVALID, TENANTS_INVALID, STORAGE_*, SPEECH_KEYS_UNUSABLE. */
export async function openSpeechBesideCalls(
  settings: SpeechApiSettings,
  traced: { readonly log: Log; readonly spans: Spans },
): Promise<SpeechBesideCalls> {
  const { options, close } = await openSpeechParts(settings, traced);
  const closeAll = async () => {
    await closeVendors(options.vendors);
    await close();
  };
  try {
    const { app, leaving } = await buildSpeechApi(options);
    await app.ready();
    return {
      listener: (request, response) => app.routing(request, response),
      drain: () => leaving.drain(),
      close: async () => {
        await app.close();
        await closeAll();
      },
    };
  } catch (error) {
    await closeAll();
    throw error;
  }
}
