/**
 * Callers who change from one Parley to another: Asterisk keeps a channel in the application of a process that died, and moves it to another
 * one in a millisecond. What the other process had made for the call is deleted first, so that nothing of it sounds any more.
 */
import { isParleyError } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import type { AriChannel, AriPort } from './ari/ari-port.ts';
import { tolerant } from './ari/hangup-race.ts';
import { isJoinedBridge } from './joined-calls.ts';
import { callOfOutbound, isHelper, nameOfChannel, ourName } from './left-behind.ts';
import { deletePlayedMedia } from './left-media.ts';

/** Last among the arguments of a channel that comes from another Parley. No dialplan says that by chance: a bot may be called moved. */
const MOVED = 'parley:moved';

/** The arguments that the dialplan gave, and whether the channel comes from another Parley. */
export function readArgs(args: readonly string[]): {
  readonly args: readonly string[];
  readonly isMoved: boolean;
} {
  const isMoved = args.at(-1) === MOVED;
  return { args: isMoved ? args.slice(0, -1) : args, isMoved };
}

export interface MovableChannelsOptions {
  /** Undefined while Asterisk has not been there. */
  readonly port: () => { readonly ari: AriPort; readonly identity: string } | undefined;
  readonly app: string;
  readonly mediaDir: string;
  readonly log: Log;
}

/** The channels of one application, and all channels and bridges of Asterisk. */
type Look = readonly [there: readonly string[], channels: readonly AriChannel[], bridges: readonly string[]];

export class MovableChannels {
  readonly #options: MovableChannelsOptions;
  /** Under way, by application: all callers of a dead daemon are taken at the same moment. */
  readonly #looks = new Map<string, Promise<Look>>();

  constructor(options: MovableChannelsOptions) {
    this.#options = options;
  }

  get app(): string {
    return this.#options.app;
  }

  get identity(): string {
    const port = this.#options.port();
    return port?.ari.connected === true ? port.identity : '';
  }

  /** Ids of the channels in an application of callers and of those who are called, without those who talk to a colleague. Throws ARI_*. */
  async callersOf(app: string): Promise<readonly string[]> {
    const ari = this.#ari();
    const there = new Set(await ari.channelsOf(app));
    if (there.size === 0) return [];
    const [channels, bridges] = await Promise.all([ari.channels(), ari.bridges()]);
    const joined = await Promise.all(bridges.filter(isJoinedBridge).map((id) => ari.channelsIn(id)));
    const isCaller = (channel: AriChannel) =>
      there.has(channel.id) && channel.stasis && !isHelper(channel) && !joined.flat().includes(channel.id);
    return channels.filter(isCaller).map(({ id }) => id);
  }

  /** See MovableCallers. Throws ARI_*. */
  async take(app: string, leg: string, call: string | undefined): Promise<boolean> {
    const ari = this.#ari();
    const [there, channels, bridges] = await this.#look(app);
    const channel = channels.find(({ id }) => id === leg);
    if (!channel || !there.includes(leg)) return false;
    if (isAbandoned(channel, call)) {
      await tolerant(this.#options.log, 'leftBehind.delete', () => ari.hangup(leg));
      return false;
    }
    // Of a call that is not known all begins with the channel's name.
    const name = call ?? nameOfChannel(leg);
    const prefix = ourName(name);
    const { log, mediaDir } = this.#options;
    const helpers = channels.filter((each) => isHelper(each) && each.id.includes(name));
    const remove = (request: Promise<void>) => tolerant(log, 'leftBehind.delete', () => request);
    await Promise.all([
      ...helpers.map(({ id }) => remove(ari.hangup(id))),
      ...bridges.filter((id) => id.startsWith(prefix)).map((id) => remove(ari.destroyBridge(id))),
      deletePlayedMedia({ ari, mediaDir, calls: [name.replace(/-$/, '')], log }),
    ]);
    const isMoved = await this.#move(channel, this.#options.app);
    void tolerant(log, 'leftBehind.delete', async () => {
      const recordings = await ari.storedRecordings();
      await Promise.all(
        recordings.filter((each) => each.startsWith(prefix)).map((each) => ari.deleteRecording(each)),
      );
    });
    return isMoved;
  }

  /** See MovableCallers. Throws ARI_*. */
  async give(leg: string, app: string): Promise<boolean> {
    const channel = (await this.#ari().channels()).find(({ id }) => id === leg);
    return channel ? this.#move(channel, app) : false;
  }

  /** Whoever looks at the same moment looks once: lists of hundreds of channels are long. */
  #look(app: string): Promise<Look> {
    const under = this.#looks.get(app);
    if (under) return under;
    const ari = this.#ari();
    const looking = Promise.all([ari.channelsOf(app), ari.channels(), ari.bridges()]).finally(() =>
      this.#looks.delete(app),
    );
    this.#looks.set(app, looking);
    return looking;
  }

  async #move(channel: AriChannel, app: string): Promise<boolean> {
    const args = [...readArgs(channel.stasis?.args ?? []).args, MOVED];
    try {
      await this.#ari().move(channel.id, { app, args });
      return true;
    } catch (error) {
      if (isParleyError(error, 'ARI_GONE', 'ARI_NOT_IN_STASIS')) return false;
      throw error;
    }
  }

  #ari(): AriPort {
    const port = this.#options.port();
    if (!port) throw new Error('Asterisk has not been there yet');
    return port.ari;
  }
}

/** Somebody was being called, or has just answered, when the process that did it died: nobody knows any more what was to be said. */
function isAbandoned({ id, state }: AriChannel, call: string | undefined): boolean {
  return callOfOutbound(id) !== undefined && (state !== 'Up' || call === undefined);
}
