/** What the service can, and how it is. */
import { availableParallelism, loadavg } from 'node:os';
import type { FastifyInstance } from 'fastify';
import type { VoiceCache } from '../speech/cache/voice-cache.ts';
import { formatsWith } from './formats/speech-formats.ts';
import { together } from './process-health.ts';
import type { ProcessHealth } from './process-health.ts';
import type { Room } from './room.ts';
import type { VendorProbes } from './vendor-probes.ts';
import type { VendorTally } from './vendor-tally.ts';
import { voicesOf } from './vendor.ts';
import type { SpeechVendor } from './vendor.ts';

export interface AboutRoutesOptions {
  readonly vendors: readonly SpeechVendor[];
  readonly hasFfmpeg: boolean;
  readonly tally: VendorTally;
  readonly probes: VendorProbes;
  readonly version: string;
  readonly caches: Readonly<Record<'speech' | 'transcripts', Pick<VoiceCache<unknown>, 'state'>>>;
  readonly room: Room;
  /** How the other processes of this service do. */
  readonly others: () => Promise<readonly ProcessHealth[]>;
  /** This process takes nothing more in. */
  readonly isEnding: () => boolean;
}

/** A vendor with fewer successes than that is not well. */
const WELL_FROM = 0.5;

export async function aboutRoutes(app: FastifyInstance, options: AboutRoutesOptions): Promise<void> {
  const { vendors, hasFfmpeg, version } = options;

  app.get('/v1/health', async (_request, reply) => {
    const others = await options.others();
    const whole = together([ownHealth(options), ...others]);
    const providers = await Promise.all(
      whole.providers.map(async (one) => {
        const vendor = vendors.find(({ name }) => name === one.name);
        const heardMsAgo = one.heard_ms_ago ?? undefined;
        return judged(one, (vendor && (await options.probes.isThere(vendor, heardMsAgo))) ?? null);
      }),
    );
    const well = providers.filter(({ status }) => status === 'healthy').length;
    const asWell = well === 0 ? 'unhealthy' : well < providers.length ? 'degraded' : 'healthy';
    const status = options.isEnding() ? 'draining' : asWell;
    void reply.code(status === 'draining' || status === 'unhealthy' ? 503 : 200);
    return {
      status,
      version,
      timestamp: new Date().toISOString(),
      uptime: Math.round(whole.uptime),
      /** Processes that this is told of. */
      workers: 1 + others.length,
      system: {
        memory_bytes: whole.memory_bytes,
        load_average: loadavg()[0] ?? 0,
        cores: availableParallelism(),
      },
      cache: whole.cache,
      load: whole.load,
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

/** How this process does. */
export function ownHealth({
  vendors,
  tally,
  caches,
  room,
}: Pick<AboutRoutesOptions, 'vendors' | 'tally' | 'caches' | 'room'>): ProcessHealth {
  return {
    uptime: process.uptime(),
    memory_bytes: process.memoryUsage.rss(),
    cache: { speech: caches.speech.state, transcripts: caches.transcripts.state },
    load: room.state,
    providers: vendors.map(({ name, synthesizer, recognizer }) => {
      const { requests, counted, heardMsAgo = null, successRate = null, responseMs = null } = tally.of(name);
      return {
        name,
        tts: synthesizer !== undefined,
        stt: recognizer !== undefined,
        requests,
        success_rate: successRate,
        response_time_ms: responseMs,
        counted,
        heard_ms_ago: heardMsAgo,
      };
    }),
  };
}

/** `reachable`: by a probe; null where requests tell. */
function judged(
  { name, tts, stt, requests, success_rate, response_time_ms }: ProcessHealth['providers'][number],
  reachable: boolean | null,
) {
  const isWell = reachable !== false && (success_rate === null || success_rate >= WELL_FROM);
  return {
    name,
    status: isWell ? 'healthy' : 'unhealthy',
    tts,
    stt,
    requests,
    success_rate,
    response_time_ms: response_time_ms === null ? null : Math.round(response_time_ms),
    reachable,
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
