/**
 * Takes calls off Asterisk's hands and gives each to the service as a Line: those that come, and those that are there already and that
 * nobody speaks to, because Parley was started again or was not told of them.
 */
import { FaultScope } from '../../base/fault-scope.ts';
import type { Log } from '../../base/log.ts';
import type { Line, Party } from '../line.ts';
import type { AriChannel, AriPort } from './ari/ari-port.ts';
import { tolerant } from './ari/hangup-race.ts';
import type { JoinedCalls } from './joined-calls.ts';
import { readArgs } from './movable-channels.ts';
import { callOfOutbound, deleteLeftBehind, isHelper, nameOfChannel } from './left-behind.ts';

export interface SwitchboardOptions {
  readonly ari: AriPort;
  /** The Stasis application whose channels are ours. */
  readonly app: string;
  readonly log: Log;
  /** Callers who have been put through, and whom nobody is to take again. */
  readonly joined: Pick<JoinedCalls, 'adopt' | 'has'>;
  /** Whether somebody is being called on this channel: nobody waits there. */
  readonly rings?: (channelId: string) => boolean;
  /** Ids of the calls that an earlier process has left and that can be gone on with. */
  readonly leftCalls?: () => readonly string[];
  /** Makes the line that suits the media mode; must not wait, or events of the call are missed. */
  readonly lineOf: LineOf;
  readonly onCall: (line: Line, call: ArrivedCall) => void;
  /** A caller comes from another daemon: resolves when all is there to go on with the call, or with false if another one has him. Never rejects. */
  readonly arrives?: ((channelId: string) => Promise<boolean>) | undefined;
  /** He was here before, and this daemon has left him to others: nobody may have taken him. */
  readonly wasLetGo?: (channelId: string) => boolean;
  /** Everybody who was in the application has been given to `onCall`. Told at the start and after each reconnection. */
  readonly onNobodyWaits: () => void;
}

/** `again`: to be called when the line has been left, if the same caller is to be served on another one. */
export type LineOf = (call: ArrivedCall, again: (line: Line) => void) => Line;

export interface ArrivedCall {
  /** Of the call; made of the channel's if not given. */
  readonly id?: string | undefined;
  readonly channelId: string;
  readonly party: Party;
}

/** Keeps what belongs to a call that Parley has made from being taken for something that was left behind. */
export type KeepLine = (line: Line, channelId: string) => void;

export interface OpenSwitchboard {
  readonly keep: KeepLine;
  /** Serves the same caller on another line. */
  readonly again: (call: ArrivedCall, line: Line) => void;
}

export function openSwitchboard(options: SwitchboardOptions): OpenSwitchboard {
  const switchboard = new Switchboard(options);
  switchboard.open();
  return {
    keep: (line, channelId) => switchboard.keep(line, channelId),
    again: (call, line) => switchboard.again(call, line),
  };
}

class Switchboard {
  readonly #options: SwitchboardOptions;
  /** By channel. */
  readonly #live = new Map<string, Line>();

  constructor(options: SwitchboardOptions) {
    this.#options = options;
  }

  open(): void {
    const { ari, log } = this.#options;
    ari.onUnrouted((event) => {
      if (event.type !== 'StasisStart') return;
      const { channel } = event;
      const { args, isMoved } = readArgs(event.args);
      if (isMoved) return void this.#takeMoved(channel, args);
      // Of a call that is no longer to be made: whoever made it has given up before Asterisk did as it was told.
      const isNobodys = isHelper(channel) || callOfOutbound(channel.id) !== undefined;
      if (isNobodys) void tolerant(log, 'leftBehind.delete', () => ari.hangup(channel.id));
      else this.#take(channel, args);
    });
    const lookAround = () => void tolerant(log, 'leftBehind.failed', () => this.#takeWhoWaits());
    ari.onConnection((state) => {
      if (state === 'up') lookAround();
    });
    lookAround();
  }

  keep(line: Line, channelId: string): void {
    this.#live.set(channelId, line);
    const forget = () => {
      if (this.#live.get(channelId) === line) this.#live.delete(channelId);
    };
    line.ended.addEventListener('abort', forget, { once: true });
  }

  again(call: ArrivedCall, line: Line): void {
    this.#alone(call, () => this.#serve(call, line));
  }

  /** Somebody was being called, or has just answered, when the process that did it died: nobody knows any more what was to be said. */
  #isAbandoned({ id, state }: AriChannel): boolean {
    const call = callOfOutbound(id);
    if (call === undefined) return false;
    const names = [call, nameOfChannel(id)];
    const isLeft = (left: string) => left === call || names.some((name) => left.startsWith(name));
    return state !== 'Up' || !(this.#options.leftCalls?.() ?? []).some(isLeft);
  }

  async #takeWhoWaits(): Promise<void> {
    const { ari, joined, log, onNobodyWaits, rings = () => false } = this.#options;
    await joined.adopt();
    const liveCalls = () => [...this.#live.values()].map((line) => line.id);
    const callers = await deleteLeftBehind({
      ...this.#options,
      liveCalls,
      isJoined: (id) => joined.has(id),
    });
    for (const caller of callers) {
      if (this.#live.has(caller.id) || rings(caller.id)) continue;
      if (this.#isAbandoned(caller)) {
        await tolerant(log, 'leftBehind.delete', () => ari.hangup(caller.id));
        continue;
      }
      const isOurs = !this.#options.wasLetGo?.(caller.id) || (await this.#options.arrives?.(caller.id));
      if (isOurs === false || this.#live.has(caller.id)) continue;
      log.warn({ event: 'leftBehind.caller', channel: caller.id }, 'A caller waits whom nobody speaks to');
      this.#take(caller, caller.stasis?.args ?? []);
    }
    onNobodyWaits();
  }

  async #takeMoved(channel: AriChannel, args: readonly string[]): Promise<void> {
    const isOurs = await this.#options.arrives?.(channel.id);
    if (isOurs !== false && !this.#live.has(channel.id)) this.#take(channel, args);
  }

  #take(channel: AriChannel, args: readonly string[]): void {
    const call = { channelId: channel.id, party: partyOf(channel, args) };
    const again = (line: Line) => this.again(call, line);
    this.#alone(call, () => this.#serve(call, this.#options.lineOf(call, again)));
  }

  /** All that becomes of the call belongs to it. One that cannot even begin is let go of, and the others go on. */
  #alone({ channelId }: ArrivedCall, serve: () => void): void {
    const { ari, log } = this.#options;
    try {
      new FaultScope().run(serve);
    } catch (error) {
      const stack = error instanceof Error ? error.stack : undefined;
      log.error(
        { event: 'call.fault', channel: channelId, where: 'switchboard', error, stack },
        'a call could not begin',
      );
      void tolerant(log, 'call.fault', () => ari.hangup(channelId));
    }
  }

  #serve(call: ArrivedCall, line: Line): void {
    this.keep(line, call.channelId);
    this.#options.onCall(line, call);
  }
}

/** The dialplan says `Stasis(app,BOT)`; a call that Parley placed itself says `Stasis(app,BOT,outbound,NUMBER)`. */
function partyOf(channel: AriChannel, [bot, direction, called]: readonly string[]): Party {
  return {
    direction: direction === 'outbound' ? 'outbound' : 'inbound',
    number: called ?? channel.caller.number,
    name: channel.caller.name,
    dialled: called ?? channel.extension,
    bot: bot || undefined,
  };
}
