/** The port itself: requests, routes and the link, joined. Knows no library. */
import { crowdController } from '../../../base/abort.ts';
import type { Clock } from '../../../base/clock.ts';
import { errorCode, ParleyError } from '../../../base/errors.ts';
import type { Log } from '../../../base/log.ts';
import { readAriEvent, WANTED_TYPES } from './ari-events.ts';
import { AriLink, type EventSocket } from './ari-link.ts';
import type { AriEvent, AriPort, CreateOptions, ExternalMediaOptions, OriginateOptions } from './ari-port.ts';
import { type AriDeadlines, AriRequests } from './ari-requests.ts';
import type { AriTransport } from './ari-rest.ts';
import { AriRoutes } from './ari-routes.ts';
import { persistently } from './persistently.ts';

export interface AriConnectionOptions {
  readonly app: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly random: () => number;
  readonly deadlines: AriDeadlines;
  /** The connection closes it. */
  readonly rest: AriTransport;
  readonly open: (onSign: () => void) => EventSocket;
  /** Of sockets that Asterisk opens. */
  readonly arrival?: (signal: AbortSignal) => Promise<void>;
}

export class AriConnection extends AriRequests implements AriPort {
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #rest: AriTransport;
  readonly #routes: AriRoutes;
  readonly #link: AriLink;
  /** Aborts when the event socket goes. Each call whose hangup has to be repeated waits for it. */
  #down = crowdController();

  constructor(options: AriConnectionOptions) {
    super(options.rest, options.app, options.deadlines);
    this.#clock = options.clock;
    this.#log = options.log;
    this.#rest = options.rest;
    this.#routes = new AriRoutes(options.log);
    this.#link = new AriLink({
      ...options,
      settle: () => this.#settle(),
      isFree: async () => !(await this.isAppTaken()),
      onReplaced: () => this.#letAllGo(),
    });
    this.#link.onConnection((state) => {
      if (state === 'up') this.#down = crowdController();
      else this.#down.abort(new ParleyError('ARI_UNREACHABLE', 'The event socket is gone.'));
    });
  }

  /** Opens the event socket, or throws. */
  start(): Promise<void> {
    return this.#link.start();
  }

  /** An event as Asterisk sent it; throws if it cannot be read. */
  take(event: unknown): void {
    const told = readAriEvent(event, this.#clock.nowMs());
    if (told) this.#routes.deliver(told);
  }

  /** Over a new event socket, whoever is left in the application is found; over this one nobody would end his silence. */
  override hangup(channelId: string): Promise<void> {
    return persistently(() => super.hangup(channelId), { clock: this.#clock, signal: this.#down.signal });
  }

  override snoop(
    channelId: string,
    options: { readonly snoopId: string; readonly appArgs: string },
  ): Promise<void> {
    return this.#routes.whileMaking(options.snoopId, () => super.snoop(channelId, options));
  }

  override originate(options: OriginateOptions): Promise<void> {
    return this.#routes.whileMaking(options.channelId, () => super.originate(options));
  }

  override create(options: CreateOptions): Promise<void> {
    return this.#routes.whileMaking(options.channelId, () => super.create(options));
  }

  override externalMedia(options: ExternalMediaOptions): Promise<{ readonly connectionId: string }> {
    return this.#routes.whileMaking(options.channelId, () => super.externalMedia(options));
  }

  route(channelId: string, listener: (event: AriEvent) => void): () => void {
    return this.#routes.route(channelId, listener);
  }

  onUnrouted(listener: (event: AriEvent) => void): void {
    this.#routes.onUnrouted(listener);
  }

  onConnection(listener: (state: 'up' | 'down') => void): void {
    this.#link.onConnection(listener);
  }

  get connected(): boolean {
    return this.#link.connected;
  }

  get isReplaced(): boolean {
    return this.#link.isReplaced;
  }

  async close(): Promise<void> {
    await Promise.all([this.#link.close(), this.#rest.close()]);
  }

  async #settle(): Promise<void> {
    // Four events of five are of no use here: each step of a dialplan sets variables.
    await this.wantEvents(WANTED_TYPES).catch((error: unknown) => {
      const code = errorCode(error);
      this.#log.info(
        { event: 'ari_unfiltered', code },
        'Asterisk sends every event: more work, nothing lost',
      );
    });
    await this.#reconcile();
  }

  /** Every call is another program's now: whoever spoke to it here has lost it, and lets its channel stand. */
  #letAllGo(): void {
    this.#routes.census()(new Set(), this.#clock.nowMs());
  }

  async #reconcile(): Promise<void> {
    const tell = this.#routes.census();
    const live = await this.channels();
    tell(new Set(live.map((channel) => channel.id)), this.#clock.nowMs());
  }
}
