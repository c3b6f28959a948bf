/** The requests of AriPort: which method and path each is, and what of the answer is kept. */
import { z } from 'zod';
import type { DialplanPlace } from '../../transfer-target.ts';
import { strangeAnswer } from './ari-errors.ts';
import type {
  AriChannel,
  AsteriskInfo,
  CreateOptions,
  ExternalMediaOptions,
  OriginateOptions,
} from './ari-port.ts';
import { path, type AriTransport, type Query } from './ari-rest.ts';
import {
  wireApplications,
  wireBridge,
  wireChannel,
  wireExternalMedia,
  wireIdentified,
  wireInfo,
  wireModules,
  wireNamed,
  wireVariable,
} from './ari-wire.ts';

export interface AriDeadlines {
  /**
   * For every request but fetching a recording; default 2,000 ms. The slowest was measured at 10 ms, so this is an Asterisk in
   * trouble; it must end before the 3 s of silence that a caller may hear at most.
   */
  readonly requestMs: number;
  /** For fetching a recording's file; default 10,000 ms, which is an hour of speech (58 MB) at 6 MB/s. */
  readonly transferMs: number;
}

export const ARI_DEADLINES = Object.freeze({
  requestMs: 2_000,
  transferMs: 10_000,
}) satisfies AriDeadlines;

/**
 * Of a channel that nobody's format decides. Without it a Local channel takes the widest that Asterisk knows, 192 kHz, and all that it is
 * bridged with is resampled to that. An endpoint with formats of its own keeps them.
 */
const CREATED_FORMAT = 'slin16';

export class AriRequests {
  readonly #rest: AriTransport;
  readonly #app: string;
  readonly #deadlines: AriDeadlines;

  constructor(rest: AriTransport, app: string, deadlines: AriDeadlines) {
    this.#rest = rest;
    this.#app = app;
    this.#deadlines = deadlines;
  }

  async info(): Promise<AsteriskInfo> {
    const [info, modules] = await Promise.all([
      this.#get('/asterisk/info', wireInfo, { only: 'system,status' }),
      this.#get('/asterisk/modules', wireModules),
    ]);
    return { ...info, modules };
  }

  /** Asterisk sends events of these types only, until nobody is connected to the application any more. */
  async wantEvents(types: readonly string[]): Promise<void> {
    const where = path`/applications/${this.#app}/eventFilter`;
    const body = { allowed: types.map((type) => ({ type })) };
    await this.#rest.json('PUT', where, this.#deadlines.requestMs, {}, body);
  }

  /** Somebody is connected to the application, or channels are still in it. */
  async isAppTaken(): Promise<boolean> {
    const applications = await this.#get('/applications', z.array(z.object({ name: z.string() })));
    return applications.some(({ name }) => name === this.#app);
  }

  async channels(): Promise<readonly AriChannel[]> {
    return this.#get('/channels', z.array(wireChannel));
  }

  async answer(channelId: string): Promise<void> {
    await this.#post(path`/channels/${channelId}/answer`);
  }

  async hangup(channelId: string): Promise<void> {
    await this.#delete(path`/channels/${channelId}`);
  }

  async move(channelId: string, { app, args }: { app: string; args: readonly string[] }): Promise<void> {
    await this.#post(path`/channels/${channelId}/move`, { app, appArgs: args.join(',') });
  }

  async channelsOf(app: string): Promise<readonly string[]> {
    const applications = await this.#get('/applications', wireApplications);
    return applications.find(({ name }) => name === app)?.channels ?? [];
  }

  async continueInDialplan(channelId: string, to: DialplanPlace): Promise<void> {
    const { context, extension, priority } = to;
    await this.#post(path`/channels/${channelId}/continue`, { context, extension, priority });
  }

  async redirect(channelId: string, endpoint: string): Promise<void> {
    await this.#post(path`/channels/${channelId}/redirect`, { endpoint });
  }

  async setVariable(channelId: string, name: string, value: string): Promise<void> {
    await this.#post(path`/channels/${channelId}/variable`, { variable: name, value });
  }

  /** A variable of the dialplan that belongs to no channel. */
  async setGlobal(name: string, value: string): Promise<void> {
    await this.#post('/asterisk/variable', { variable: name, value });
  }

  async originate(options: OriginateOptions): Promise<void> {
    const { channelId, originator, endpoint, appArgs, callerId, withinSeconds, variables } = options;
    const asked = { endpoint, originator, app: this.#app, appArgs, timeout: withinSeconds };
    const query = { ...asked, ...(callerId !== '' && { callerId }) };
    const where = path`/channels/${channelId}`;
    await this.#rest.json('POST', where, this.#deadlines.requestMs, query, { variables });
  }

  async create({ channelId, endpoint, appArgs, variables }: CreateOptions): Promise<void> {
    const query = { endpoint, app: this.#app, appArgs, channelId, formats: CREATED_FORMAT };
    await this.#rest.json('POST', '/channels/create', this.#deadlines.requestMs, query, { variables });
  }

  async dial(channelId: string, withinSeconds: number): Promise<void> {
    await this.#post(path`/channels/${channelId}/dial`, { timeout: withinSeconds });
  }

  async hasPlace(channelId: string, { context, extension, priority }: DialplanPlace): Promise<boolean> {
    const variable = `DIALPLAN_EXISTS(${context},${extension},${priority})`;
    return (await this.#get(path`/channels/${channelId}/variable`, wireVariable, { variable })) === '1';
  }

  async snoop(
    channelId: string,
    options: { readonly snoopId: string; readonly appArgs: string },
  ): Promise<void> {
    const query = { spy: 'in', app: this.#app, appArgs: options.appArgs };
    await this.#post(path`/channels/${channelId}/snoop/${options.snoopId}`, query);
  }

  async record(channelId: string, name: string): Promise<void> {
    await this.#post(path`/channels/${channelId}/record`, { name, format: 'wav' });
  }

  async stopRecording(name: string): Promise<void> {
    await this.#post(path`/recordings/live/${name}/stop`);
  }

  async recordedFile(name: string): Promise<Uint8Array> {
    return this.#rest.bytes('GET', path`/recordings/stored/${name}/file`, this.#deadlines.transferMs);
  }

  async deleteRecording(name: string): Promise<void> {
    await this.#delete(path`/recordings/stored/${name}`);
  }

  async storedRecordings(): Promise<readonly string[]> {
    return this.#get('/recordings/stored', wireNamed);
  }

  async play(channelId: string, playbackId: string, media: string): Promise<void> {
    await this.#post(path`/channels/${channelId}/play/${playbackId}`, { media });
  }

  async stopPlayback(playbackId: string): Promise<void> {
    await this.#delete(path`/playbacks/${playbackId}`);
  }

  async pausePlayback(playbackId: string): Promise<void> {
    await this.#post(path`/playbacks/${playbackId}/control`, { operation: 'pause' });
  }

  async unpausePlayback(playbackId: string): Promise<void> {
    await this.#post(path`/playbacks/${playbackId}/control`, { operation: 'unpause' });
  }

  async externalMedia(options: ExternalMediaOptions): Promise<{ readonly connectionId: string }> {
    const { channelId, format, appArgs } = options;
    const where = '/channels/externalMedia';
    const query = {
      channelId,
      app: this.#app,
      data: appArgs,
      external_host: 'INCOMING',
      transport: 'websocket',
      encapsulation: 'none',
      connection_type: 'server',
      format,
      transport_data: 'f(json)',
    };
    return read(wireExternalMedia, await this.#post(where, query), `POST ${where}`);
  }

  async createBridge(bridgeId: string): Promise<void> {
    await this.#post('/bridges', { bridgeId, type: 'mixing' });
  }

  async addToBridge(bridgeId: string, channelIds: readonly string[]): Promise<void> {
    await this.#post(path`/bridges/${bridgeId}/addChannel`, { channel: channelIds.join(',') });
  }

  async destroyBridge(bridgeId: string): Promise<void> {
    await this.#delete(path`/bridges/${bridgeId}`);
  }

  async bridges(): Promise<readonly string[]> {
    return this.#get('/bridges', wireIdentified);
  }

  async channelsIn(bridgeId: string): Promise<readonly string[]> {
    return this.#get(path`/bridges/${bridgeId}`, wireBridge);
  }

  async #get<Answer>(where: string, shape: z.ZodType<Answer>, query?: Query): Promise<Answer> {
    return read(shape, await this.#rest.json('GET', where, this.#deadlines.requestMs, query), `GET ${where}`);
  }

  async #post(where: string, query?: Query): Promise<unknown> {
    return this.#rest.json('POST', where, this.#deadlines.requestMs, query);
  }

  async #delete(where: string): Promise<void> {
    await this.#rest.json('DELETE', where, this.#deadlines.requestMs);
  }
}

function read<Answer>(shape: z.ZodType<Answer>, answer: unknown, what: string): Answer {
  const parsed = shape.safeParse(answer);
  if (!parsed.success) throw strangeAnswer(what);
  return parsed.data;
}
