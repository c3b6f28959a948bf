/** `parley speech`: recognition and synthesis over HTTP, for any program. */
import { Command } from 'commander';
import { systemClock } from '../base/clock.ts';
import { parleyVersion } from '../base/version.ts';
import { readSpeechApiSettings } from '../config/speech-api-settings.ts';
import type { Environment } from '../config/settings.ts';
import { createLog } from '../ops/log.ts';
import { serveUntilTold } from './serve.ts';
import { readPort } from './play.ts';
import { asWorker, startWorkers } from './speech-workers.ts';
import type { SpeechWorker } from './speech-workers.ts';
import { wholeNumber } from './whole-number.ts';

/** Beside HTTP_PORT of `parley serve`. */
const PORT = 8090;

const WORDS = {
  ready: 'Parley speaks and hears',
  draining: 'Parley takes no more requests and answers those that there are',
};

interface Options {
  readonly port: number;
  readonly workers: number;
}

const MOST_WORKERS = 256;

export function speechCommand(env: Environment, end: (status: number) => void): Command {
  return new Command('speech')
    .description('speak and recognise over HTTP, also for OpenAI clients, until SIGTERM or SIGINT')
    .option('--port <number>', 'where it listens; 0 takes any free port', readPort, PORT)
    .option(
      '--workers <count>',
      'processes that share the work and the port',
      wholeNumber(1, MOST_WORKERS),
      1,
    )
    .action(async ({ port, workers }: Options) => {
      const settings = readSpeechApiSettings(env);
      const log = createLog(settings.log);
      const worker = asWorker();
      const start = async () => {
        if (workers > 1 && !worker) return startWorkers(workers, log);
        const service = await open(settings, { port, workers, worker }, log);
        worker?.ready();
        return service;
      };
      end(await serveUntilTold(start, worker?.host ?? process, log, systemClock, WORDS));
    });
}

async function open(
  settings: ReturnType<typeof readSpeechApiSettings>,
  { port, workers, worker }: Options & { readonly worker: SpeechWorker | undefined },
  plainLog: ReturnType<typeof createLog>,
) {
  const { openTracing } = await import('../service/open-tracing.ts');
  const tracing = await openTracing(settings.tracing, plainLog);
  const { log, spans } = tracing;
  const { openSpeechVendors } = await import('../service/speech-api-vendors.ts');
  const { startSpeechApi } = await import('../speech-api/server.ts');
  const { hasFfmpeg } = await import('../speech-api/formats/ffmpeg.ts');
  const { speechGuards } = await import('../service/speech-api-guards.ts');
  const { LocalLedger } = await import('../speech-api/keys/ledger.ts');
  const { openSpeechStores } = await import('../service/speech-api-stores.ts');
  // One process does what is done once for all of them.
  const isFirst = (worker?.index ?? 0) === 0;
  const stores = await openSpeechStores({ ...settings, cleansUp: isFirst }, log);
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
    mostAtOnce: Math.ceil(settings.mostAtOnce / workers),
    ledger: stores.ledgerOver(worker?.ledger ?? new LocalLedger(systemClock)),
    cacheBytes: Math.floor(settings.cacheBytes / workers),
    cacheTtlMs: settings.cacheTtlMs,
    shared: stores.shared,
    health: worker?.health,
    hedges: settings.hedges,
    storage: stores.storage,
    // All take them in.
    batches: { dir: settings.batchesDir, runsHere: isFirst },
    ...speechGuards(settings, log),
    log,
    spans,
  };
  const api = await startSpeechApi({ host: settings.host, port }, options).catch(async (error: unknown) => {
    await stores.close();
    throw error;
  });
  const close = async () => {
    await api.close();
    await stores.close();
    await tracing.close();
  };
  return { drain: () => api.drain(), stop: close, abandon: close };
}
