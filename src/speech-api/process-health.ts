/** How one process of the speech API does, and how several do together: they share a port, and whoever asks is answered by any of them. */
import { z } from 'zod';

const cache = z.object({ hits: z.number(), misses: z.number(), bytes: z.number() });

/** Travels between processes. */
export const processHealth = z.object({
  uptime: z.number(),
  memory_bytes: z.number(),
  cache: z.object({ speech: cache, transcripts: cache }),
  load: z.object({ under_way: z.number(), most: z.number() }),
  providers: z.array(
    z.object({
      name: z.string(),
      tts: z.boolean(),
      stt: z.boolean(),
      requests: z.number(),
      /** Of its last requests, of which there are `counted`, 0 to 1. */
      success_rate: z.number().nullable(),
      response_time_ms: z.number().nullable(),
      counted: z.number(),
      /** Since its last request, ms; null before the first. */
      heard_ms_ago: z.number().nullable(),
    }),
  ),
});
export type ProcessHealth = z.output<typeof processHealth>;
type ProviderHealth = ProcessHealth['providers'][number];

/** What is used and done adds up; of how the providers do, each process tells as much as it has asked them. */
export function together([first, ...others]: readonly [ProcessHealth, ...ProcessHealth[]]): ProcessHealth {
  return others.reduce((one, other) => bothOf(one, other), first);
}

function bothOf(one: ProcessHealth, other: ProcessHealth): ProcessHealth {
  return {
    uptime: Math.max(one.uptime, other.uptime),
    memory_bytes: one.memory_bytes + other.memory_bytes,
    cache: {
      speech: sum(one.cache.speech, other.cache.speech),
      transcripts: sum(one.cache.transcripts, other.cache.transcripts),
    },
    load: {
      under_way: one.load.under_way + other.load.under_way,
      most: one.load.most + other.load.most,
    },
    providers: one.providers.map((provider) => {
      const same = other.providers.find(({ name }) => name === provider.name);
      return same ? providerOf(provider, same) : provider;
    }),
  };
}

function sum(one: z.output<typeof cache>, other: z.output<typeof cache>) {
  return { hits: one.hits + other.hits, misses: one.misses + other.misses, bytes: one.bytes + other.bytes };
}

function providerOf(one: ProviderHealth, other: ProviderHealth): ProviderHealth {
  const mean = (field: 'success_rate' | 'response_time_ms') => {
    const known = [one, other].flatMap(({ [field]: value, counted }) =>
      value === null ? [] : [{ value, counted }],
    );
    const counted = known.reduce((total, each) => total + each.counted, 0);
    return counted === 0
      ? null
      : known.reduce((total, each) => total + each.value * each.counted, 0) / counted;
  };
  return {
    ...one,
    requests: one.requests + other.requests,
    success_rate: mean('success_rate'),
    response_time_ms: mean('response_time_ms'),
    counted: one.counted + other.counted,
    heard_ms_ago: soonest(one.heard_ms_ago, other.heard_ms_ago),
  };
}

function soonest(one: number | null, other: number | null): number | null {
  return one === null || other === null ? (one ?? other) : Math.min(one, other);
}
