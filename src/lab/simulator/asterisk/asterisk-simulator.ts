/**
 * A stand-in for Asterisk 22 that speaks the real ARI, REST and events, over real HTTP and WebSocket, with callers that speak and
 * hear. What it answers was compared with Asterisk 22.10.1. It knows what Parley uses of ARI, and no SIP.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../../base/clock.ts';
import type { CallablePhone, Phone } from '../../phone/phone.ts';
import { AriServer } from './ari-server.ts';
import { CalledPhone, CallerPhone, type Exchange } from './caller-phone.ts';
import { DEFAULT_DIALPLAN, type Dialplan, type HandedBack } from './dialplan.ts';
import { EventsHub } from './events-hub.ts';
import type { Faults } from './faults.ts';
import { MediaClock } from './media-clock.ts';
import { MediaSockets } from './media-sockets.ts';
import { Pbx } from './pbx.ts';
import { StoredRecordings } from './recording.ts';
import { applicationOperations } from './rest-applications.ts';
import { asteriskOperations, DEFAULT_MODULES } from './rest-asterisk.ts';
import { bridgeOperations } from './rest-bridges.ts';
import { channelOperations } from './rest-channels.ts';
import { playbackOperations, recordingOperations } from './rest-media.ts';

export interface AsteriskSimulatorOptions {
  /** Any free one if not given. */
  readonly port?: number;
  readonly username?: string;
  readonly password?: string;
  /** `22.10.1` if not given. */
  readonly version?: string;
  /** Names of the modules that it says it has, without `.so`. */
  readonly modules?: readonly string[];
  /** What differs from the default: extension 100 enters `voicebot` with the argument `default`; fallback is `fallback,s,1`. */
  readonly dialplan?: Partial<Dialplan>;
  /** Where both sides find sound files; a temporary directory, removed at the end, if not given. */
  readonly mediaDir?: string;
}

export interface AsteriskSimulator {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  readonly username: string;
  readonly password: string;
  readonly mediaDir: string;
  readonly faults: Faults;
  /** A phone that can call the dialplan's extensions, as often as it likes. */
  phone(): Phone;
  /** A phone that applications can ring at this endpoint: `PJSIP/201`. */
  phoneAt(endpoint: string): CallablePhone;
  /** Ids and names of what exists now. After a call all of them should be empty. */
  leftovers(): Leftovers;
  /** Calls that went back to the dialplan, in their order. */
  handedBack(): readonly HandedBack[];
  /** Crashes: cuts every connection and every call, says nothing. Stored recordings survive, as files do. Idempotent. */
  kill(): Promise<void>;
  /** Starts again, empty, on the same port; kills first if it still runs. */
  restart(): Promise<void>;
  /** Ends everything that was started here, for good. Idempotent. */
  stop(): Promise<void>;
}

export interface Leftovers {
  readonly channels: readonly string[];
  readonly bridges: readonly string[];
  readonly liveRecordings: readonly string[];
  readonly storedRecordings: readonly string[];
}

/** What runs between a start and a crash. */
interface Running {
  readonly pbx: Pbx;
  readonly media: MediaClock;
  readonly sockets: MediaSockets;
  readonly server: AriServer;
}

export async function startAsteriskSimulator(
  options: AsteriskSimulatorOptions = {},
): Promise<AsteriskSimulator> {
  const simulator = new Simulator(
    options,
    options.mediaDir ?? (await mkdtemp(join(tmpdir(), 'parley-media-'))),
  );
  await simulator.restart();
  return simulator;
}

class Simulator implements AsteriskSimulator {
  readonly username: string;
  readonly password: string;
  readonly mediaDir: string;
  readonly faults: Faults;
  readonly #options: AsteriskSimulatorOptions;
  readonly #dialplan: Dialplan;
  readonly #stored = new StoredRecordings();
  readonly #phones: Phone[] = [];
  /** By endpoint. */
  readonly #called = new Map<string, CalledPhone>();
  readonly #exchange: Exchange = {
    ring: (...call) =>
      this.#running?.pbx.ring(...call) ?? (this.#running ? '404 Not Found' : 'no connection'),
    hangup: (channel) => this.#running?.pbx.hangup(channel, { cause: 16 }),
    catchUp: () => this.#running?.media.catchUp(),
  };
  #events = new EventsHub();
  #port: number;
  #running: Running | undefined;
  #handedBack: readonly HandedBack[] = [];

  constructor(options: AsteriskSimulatorOptions, mediaDir: string) {
    this.#options = options;
    this.#port = options.port ?? 0;
    this.#dialplan = { ...DEFAULT_DIALPLAN, ...options.dialplan };
    this.username = options.username ?? 'parley';
    this.password = options.password ?? 'secret';
    this.mediaDir = mediaDir;
    this.faults = {
      rest: undefined,
      refuseEventSockets: false,
      recordingCause: undefined,
      refuseMediaSockets: false,
      audioBeforeMediaStart: false,
      dropEventSockets: () => this.#events.drop(),
      blackHoleEventSockets: () => this.#events.silence(),
      dropMediaSockets: () => this.#running?.sockets.drop(),
      stallMediaSockets: () => this.#running?.sockets.stall(),
      sendRaw: (message) => this.#events.sendRaw(message),
      sendRawMedia: (message) => this.#running?.sockets.sendRaw(message),
      floodEvents: (count) => this.#events.flood('ChannelVarset', STRANGER, count),
    };
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  phone(): Phone {
    const phone = new CallerPhone(this.#exchange);
    this.#phones.push(phone);
    return phone;
  }

  phoneAt(endpoint: string): CallablePhone {
    const phone = new CalledPhone(this.#exchange, endpoint);
    this.#phones.push(phone);
    this.#called.set(endpoint, phone);
    return phone;
  }

  leftovers(): Leftovers {
    const pbx = this.#running?.pbx;
    return {
      channels: pbx?.channels.map(({ id }) => id) ?? [],
      bridges: pbx?.bridges.map(({ id }) => id) ?? [],
      liveRecordings: pbx?.recordings.map(({ request }) => request.name) ?? [],
      storedRecordings: this.#stored.names,
    };
  }

  handedBack(): readonly HandedBack[] {
    return [...this.#handedBack, ...(this.#running?.pbx.handedBack ?? [])];
  }

  async kill(): Promise<void> {
    const running = this.#running;
    if (!running) return;
    this.#running = undefined;
    this.#handedBack = [...this.#handedBack, ...running.pbx.handedBack];
    running.media.stop();
    running.pbx.crash();
    await running.server.close();
  }

  async restart(): Promise<void> {
    await this.kill();
    const events = (this.#events = new EventsHub());
    const pbx = new Pbx({
      dialplan: this.#dialplan,
      publish: (...event) => events.publish(...event),
      listens: (app) => events.has(app),
      stored: this.#stored,
      recordingCause: () => this.faults.recordingCause,
      nowMs: () => systemClock.nowMs(),
      calledAt: (endpoint, channel) => this.#called.get(endpoint)?.end(channel),
    });
    const media = new MediaClock(systemClock, (atMs) => pbx.tick(atMs));
    const sockets = new MediaSockets(pbx, this.faults, () => media.catchUp());
    const server = await this.#listen(pbx, media, events, sockets);
    this.#running = { pbx, media, sockets, server };
    this.#port = server.port;
  }

  async stop(): Promise<void> {
    for (const phone of this.#phones) await phone.close();
    await this.kill();
    if (this.#options.mediaDir === undefined) await rm(this.mediaDir, { recursive: true, force: true });
  }

  #listen(pbx: Pbx, media: MediaClock, events: EventsHub, sockets: MediaSockets): Promise<AriServer> {
    const version = this.#options.version ?? '22.10.1';
    return AriServer.listen({
      port: this.#port,
      username: this.username,
      password: this.password,
      version,
      operations: [
        ...asteriskOperations(version, this.#options.modules ?? DEFAULT_MODULES),
        ...applicationOperations(events),
        ...channelOperations(pbx),
        ...bridgeOperations(pbx),
        ...playbackOperations(pbx),
        ...recordingOperations(pbx),
      ],
      events,
      media: sockets,
      faults: this.faults,
      beforeRequest: () => media.catchUp(),
    });
  }
}

/** A channel of nobody's, for floods. */
const STRANGER = {
  variable: 'FLOOD',
  value: '1',
  channel: { id: 'stranger', name: 'PJSIP/stranger-00000000', state: 'Up', caller: { name: '', number: '' } },
};
