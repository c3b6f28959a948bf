/** The speech API: recognition and synthesis over HTTP, for any program. docs/speech-api.md describes it. */
import { randomUUID } from 'node:crypto';
import Fastify from 'fastify';
import type { FastifyInstance } from 'fastify';
import type { Tenant } from '../tenants/tenant.ts';
import type { Tenants } from '../tenants/tenants.ts';
import { closeVendors } from './vendor.ts';
import type { Clock } from '../base/clock.ts';
import { listening } from '../base/listening.ts';
import type { Log } from '../base/log.ts';
import { noSpans } from '../base/spans.ts';
import type { Spans } from '../base/spans.ts';
import { LayeredCache } from '../speech/cache/layered-cache.ts';
import type { LayeredCacheOptions } from '../speech/cache/layered-cache.ts';
import type { SharedStore } from '../speech/cache/shared-store.ts';
import { VoiceCache } from '../speech/cache/voice-cache.ts';
import type { Storage } from '../storage/storage.ts';
import { answerFailures, answerRefusal } from './answers.ts';
import { aboutRoutes, ownHealth } from './about-routes.ts';
import type { AskedHealth } from './asked-health.ts';
import { openBatches } from './batches/open-batches.ts';
import { fileRoutes, isProven } from './file-routes.ts';
import type { Guard } from './guards/guard.ts';
import { SPEECH_PACKING, TRANSCRIPT_PACKING } from './kept.ts';
import { HearingDesk } from './hearing-desk.ts';
import { nativeRoutes } from './native-routes.ts';
import { openAiRoutes } from './openai-routes.ts';
import { Door } from './door.ts';
import type { DoorOptions } from './door.ts';
import { Room } from './room.ts';
import { KeyRing } from './keys/key-ring.ts';
import { LocalLedger } from './keys/ledger.ts';
import type { Ledger } from './keys/ledger.ts';
import { answerClientError } from './client-errors.ts';
import { Leaving } from './leaving.ts';
import { requirePlain } from './plain-bodies.ts';
import { SpeechRefusal, refusalOf } from './refusal.ts';
import { watchArrival } from './slow-bodies.ts';
import { MOST_AUDIO_BYTES } from './recording-form.ts';
import { SpeechDesk } from './speech-desk.ts';
import { traceRequests } from './traced-requests.ts';
import { VendorRest } from './vendor-rest.ts';
import { VendorProbes } from './vendor-probes.ts';
import { VendorTally } from './vendor-tally.ts';
import type { SpeechVendor } from './vendor.ts';

export interface SpeechApiOptions extends Omit<DoorOptions, 'keys' | 'ledger'> {
  /** Shared with other processes of the service; this one's own if not given. */
  readonly ledger?: Ledger | undefined;
  /** Where the keys lie; none where there is no such file. */
  readonly keysFile: string;
  /** In the order in which they are asked. */
  readonly vendors: readonly SpeechVendor[];
  readonly hasFfmpeg: boolean;
  readonly clock: Clock;
  readonly version: string;
  /** Requests to speak or to recognise at once. */
  readonly mostAtOnce: number;
  /** Of speech, and of transcripts as much again; 0 keeps none. */
  readonly cacheBytes: number;
  /** How long speech is given again; a transcript at most an hour. */
  readonly cacheTtlMs: number;
  /** What the processes of this service know together; each is on its own without. Closed by whoever opened it, as the storage is. */
  readonly shared?: SharedStore | undefined;
  /** A second vendor is asked where the first is slower than it nearly always is. */
  readonly hedges?: boolean | undefined;
  /** Who shares the service, and how many requests of each are worked on at once here. */
  readonly tenants?: Tenants | undefined;
  readonly mostOfTenant?: ((tenant: Tenant) => number) | undefined;
  /** Where audio lies that can be fetched later; it is only sent without. */
  readonly storage?: Storage | undefined;
  /** Where batches lie, and whether this process is the one that does them; there are none without a storage. */
  readonly batches?: { readonly dir: string; readonly runsHere: boolean } | undefined;
  /** Who looks at texts before they are spoken, and at files before they are read. */
  readonly textGuard?: Guard<string> | undefined;
  readonly fileGuard?: Guard<Uint8Array> | undefined;
  /** Where several processes are one service: how the others do. */
  readonly health?: Pick<AskedHealth, 'tells' | 'others'> | undefined;
  readonly log: Log;
  /** A trace a request; none if not given. */
  readonly spans?: Spans;
}

export interface SpeechApi {
  readonly url: string;
  /** Takes no further connection, and resolves when the requests that there are have been answered, or their time is over. */
  drain(): Promise<void>;
  /** Ends everything. */
  close(): Promise<void>;
}

/** The fields beside it. */
const MOST_BODY_BYTES = MOST_AUDIO_BYTES + 64 * 1024;

/** What was said may have to be forgotten: a transcript is given again for so long at most, ms. */
const TRANSCRIPTS_KEPT_MS = 60 * 60 * 1000;

/** A connection that asks nothing more is kept so long, ms. */
const IDLE_FOR_MS = 30_000;
/** A request has arrived by then, ms: 25 MB over a line of 2 Mbit/s. */
const REQUEST_WITHIN_MS = 120_000;

/** Resolves when it listens; port 0 takes any free one. Throws HTTP_ADDRESS_UNUSABLE where that port cannot be had, SPEECH_KEYS_UNUSABLE. */
export async function startSpeechApi(
  address: { readonly host: string; readonly port: number },
  options: SpeechApiOptions,
): Promise<SpeechApi> {
  const { app, leaving } = await buildSpeechApi(options);
  // Whatever else a client expects, it is answered as it would be without.
  app.server.on('checkExpectation', (request, response) => app.routing(request, response));
  const url = await listening(app, address);
  options.log.info({ event: 'speech.listening', url }, 'The speech API listens');
  let closed: Promise<void> | undefined;
  return {
    url,
    drain: async () => {
      const drained = leaving.drain();
      closed ??= app.close();
      await Promise.race([closed, drained]);
    },
    close: async () => {
      closed ??= app.close();
      app.server.closeAllConnections();
      await closed;
      await closeVendors(options.vendors);
    },
  };
}

export interface BuiltSpeechApi {
  readonly app: FastifyInstance;
  readonly leaving: Leaving;
}

/** Everything but the socket. */
export async function buildSpeechApi(options: SpeechApiOptions): Promise<BuiltSpeechApi> {
  const { vendors, hasFfmpeg, clock, log, version, storage, batches, textGuard, fileGuard } = options;
  const app = Fastify({
    bodyLimit: MOST_BODY_BYTES,
    requestTimeout: REQUEST_WITHIN_MS,
    keepAliveTimeout: IDLE_FOR_MS,
    // What comes while it ends is refused as all else is, and not in the web server's words.
    return503OnClosing: false,
    genReqId: () => randomUUID(),
    clientErrorHandler: answerClientError,
    frameworkErrors: (error, request, reply) => void answerRefusal(request, reply, refusalOf(error)),
  });
  app.removeAllContentTypeParsers();
  // As it came: whoever signs, signs bytes.
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  const { spans = noSpans } = options;
  traceRequests(app, spans);
  const { keysFile, isOpen, signatureSecret, perMinute, ledger = new LocalLedger(clock) } = options;
  const keys = await KeyRing.open(keysFile, clock, log);
  const { tenants } = options;
  const door = new Door({ keys, isOpen, signatureSecret, perMinute, ledger, tenants });
  const room = new Room(options.mostAtOnce, options.mostOfTenant);
  const leaving = new Leaving(clock);
  app.addHook('onRequest', async (request, reply) => {
    void reply.header('x-request-id', request.id);
    const asksHow = request.routeOptions.url === '/v1/health';
    leaving.take(reply, asksHow ? 'telling' : 'work');
    // Who balances load has no key, and learns nothing of anybody's here.
    if (asksHow) return;
    // An address that was given out opens one file.
    if (storage && isProven(storage, request)) return;
    await door.admit(request);
    requirePlain(request);
    if (request.method !== 'POST') return;
    room.take(reply, door.tenantOf(request));
    watchArrival(request, reply, clock, () => {
      const refusal = new SpeechRefusal('REQUEST_TOO_SLOW', 'The body hardly comes on.');
      void answerRefusal(request, reply.header('connection', 'close'), refusal);
    });
  });
  if (signatureSecret !== undefined)
    app.addHook('preHandler', async (request) => door.checkSignature(request));
  answerFailures(app, log);
  const tally = new VendorTally(clock);
  const cacheOf = <Value>(ttlMs: number, packing: LayeredCacheOptions<Value>['packing']) =>
    new LayeredCache<Value>({
      memory: new VoiceCache<Value>({ maxBytes: options.cacheBytes, ttlMs, clock }),
      shared: options.shared,
      packing,
      ttlMs,
      clock,
    });
  const cache = cacheOf(options.cacheTtlMs, SPEECH_PACKING);
  const transcripts = cacheOf(Math.min(options.cacheTtlMs, TRANSCRIPTS_KEPT_MS), TRANSCRIPT_PACKING);
  const rest = new VendorRest(clock);
  const hedge = options.hedges === true ? { clock } : undefined;
  const parts = {
    vendors,
    hasFfmpeg,
    clock,
    log,
    tally,
    spans,
    cache,
    transcripts,
    textGuard,
    fileGuard,
    rest,
    hedge,
  };
  const desks = { speaking: new SpeechDesk(parts), hearing: new HearingDesk(parts) };
  await app.register(openAiRoutes, { vendors, desks });
  await app.register(nativeRoutes, { desks, door, storage });
  if (storage) await app.register(fileRoutes, { storage, door });
  if (storage && batches) {
    const { begun } = leaving;
    await openBatches(app, { ...batches, desks, storage, door, clock, log, tenants, leaving: begun });
  }
  const caches = { speech: cache, transcripts };
  const { health } = options;
  health?.tells(() => ownHealth({ vendors, tally, caches, room }));
  const probes = new VendorProbes(clock);
  const others = async () => (await health?.others()) ?? [];
  await app.register(aboutRoutes, {
    ...{ vendors, hasFfmpeg, tally, probes, version, caches, room, others },
    isEnding: () => leaving.begun.aborted,
  });
  return { app, leaving };
}
