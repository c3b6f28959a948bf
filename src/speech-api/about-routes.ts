/** What the service can, and how it is. */
import { availableParallelism, loadavg } from 'node:os';
import type { FastifyInstance } from 'fastify';
import type { VoiceCache } from '../speech/cache/voice-cache.ts';
import { formatsWith } from './formats/speech-formats.ts';
import type { Room } from './room.ts';
import type { VendorTally } from './vendor-tally.ts';
import { voicesOf } from './vendor.ts';
import type { SpeechVendor } from './vendor.ts';

export interface AboutRoutesOptions {
  readonly vendors: readonly SpeechVendor[];
  readonly hasFfmpeg: boolean;
  readonly tally: VendorTally;
  readonly version: string;
  readonly caches: Readonly<Record<'speech' | 'transcripts', Pick<VoiceCache<unknown>, 'state'>>>;
  readonly room: Room;
}

/** A vendor with fewer successes than that is not well. */
const WELL_FROM = 0.5;

export async function aboutRoutes(app: FastifyInstance, options: AboutRoutesOptions): Promise<void> {
  const { vendors, hasFfmpeg, version } = options;

  app.get('/v1/health', async (_request, reply) => {
    const providers = vendors.map((vendor) => healthOf(vendor, options.tally));
    const well = providers.filter(({ status }) => status === 'healthy').length;
    const status = well === 0 ? 'unhealthy' : well < providers.length ? 'degraded' : 'healthy';
    void reply.code(well === 0 ? 503 : 200);
    return {
      status,
      version,
      timestamp: new Date().toISOString(),
      uptime: Math.round(process.uptime()),
      system: {
        memory_bytes: process.memoryUsage.rss(),
        load_average: loadavg()[0] ?? 0,
        cores: availableParallelism(),
      },
      cache: { speech: options.caches.speech.state, transcripts: options.caches.transcripts.state },
      load: options.room.state,
      providers: Object.fromEntries(providers.map(({ name, ...health }) => [name, health])),
    };
  });

  app.get('/v1/languages', async () => ({
    tts: languagesOf(vendors, ({ synthesizer }) => synthesizer?.capabilities.languages),
    stt: languagesOf(vendors, ({ recognizer }) =>
      recognizer?.capabilities.languages.filter((one) => one !== 'auto'),
    ),
  }));

  app.get('/v1/voices', async () => ({
    formats: formatsWith(hasFfmpeg),
    voices: vendors.flatMap((vendor) =>
      voicesOf(vendor).map(({ name, gender, language, roles = [] }) => ({
        name,
        gender,
        language: language ?? null,
        emotions: roles,
        provider: vendor.name,
      })),
    ),
  }));
}

function healthOf({ name, synthesizer, recognizer }: SpeechVendor, tally: VendorTally) {
  const { requests, successRate, responseMs } = tally.of(name);
  const isWell = successRate === undefined || successRate >= WELL_FROM;
  return {
    name,
    status: isWell ? 'healthy' : 'unhealthy',
    tts: synthesizer !== undefined,
    stt: recognizer !== undefined,
    requests,
    success_rate: successRate ?? null,
    response_time_ms: responseMs === undefined ? null : Math.round(responseMs),
  };
}

/** Who of the vendors has each language. */
function languagesOf(
  vendors: readonly SpeechVendor[],
  languages: (vendor: SpeechVendor) => readonly string[] | undefined,
): Readonly<Record<string, readonly string[]>> {
  const all = vendors.flatMap((vendor) =>
    (languages(vendor) ?? []).map((language) => ({ language, by: vendor.name })),
  );
  const tags = [...new Set(all.map(({ language }) => language))].toSorted();
  return Object.fromEntries(
    tags.map((tag) => [tag, all.filter(({ language }) => language === tag).map(({ by }) => by)]),
  );
}
