/** `parley speech`: recognition and synthesis over HTTP, for any program. */
import { Command } from 'commander';
import { systemClock } from '../base/clock.ts';
import { readSpeechApiSettings } from '../config/speech-api-settings.ts';
import type { Environment } from '../config/settings.ts';
import { logLibraryWords } from '../ops/library-words.ts';
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
      logLibraryWords({ log, clock: systemClock });
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
  const { startSpeechApi } = await import('../speech-api/server.ts');
  const { openSpeechParts } = await import('../service/open-speech-api.ts');
  const share = worker && { ...worker, processes: workers };
  const parts = await openSpeechParts(settings, tracing, share);
  const api = await startSpeechApi({ host: settings.host, port }, parts.options).catch(
    async (error: unknown) => {
      await parts.close();
      throw error;
    },
  );
  const close = async () => {
    await api.close();
    await parts.close();
    await tracing.close();
  };
  return { drain: () => api.drain(), stop: close, abandon: close };
}
