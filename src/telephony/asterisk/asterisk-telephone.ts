/** Asterisk as one of the service's telephones: connected, asked how audio can travel, cleaned of what dead calls have left, and listened to. */
import { childOf } from '../../base/abort.ts';
import type { Clock } from '../../base/clock.ts';
import { ParleyError } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import type { SpeechDetector } from '../../vad/speech-detector.ts';
import type { Line } from '../line.ts';
import type {
  Arrival,
  Destination,
  Dial,
  Dialled,
  OnArrival,
  SpeechCarriage,
  Telephone,
} from '../telephone.ts';
import type { AriPort } from './ari/ari-port.ts';
import type { AriTrace } from './ari/ari-trace.ts';
import type { Beats } from './ari/heartbeat.ts';
import { listenForAri } from './ari/outbound/listen-ari.ts';
import { connectAriPatiently } from './ari/patient-connection.ts';
import { untilUp } from './ari/until-up.ts';
import { Colleagues } from './colleagues.ts';
import { OutboundCalls } from './dialling/outbound-calls.ts';
import type { Trunk } from './dialling/trunk.ts';
import { FileLine } from './file/file-line.ts';
import { heldPort } from './held-port.ts';
import type { Ownership } from './held-port.ts';
import { JoinedCalls } from './joined-calls.ts';
import { deletePlayedMedia } from './left-media.ts';
import { chooseMediaMode } from './media-mode.ts';
import { MovableChannels } from './movable-channels.ts';
import type { MediaFormat } from './stream/media-format.ts';
import { StreamLine } from './stream/stream-line.ts';
import type { StreamLineOptions } from './stream/stream-line.ts';
import { openSwitchboard } from './switchboard.ts';
import type { ArrivedCall } from './switchboard.ts';

export interface AsteriskTelephoneOptions {
  readonly ari: {
    readonly url: string;
    readonly username: string;
    readonly password: string;
    /** The Stasis application whose channels are ours. */
    readonly app: string;
    /** Where Asterisk connects to, if it is to do so; otherwise Parley connects to `url`. */
    readonly listen?: { readonly host: string; readonly port: number } | undefined;
  };
  /** How audio is to travel; `auto` asks Asterisk what it can. */
  readonly mode: 'auto' | 'file' | 'stream';
  /** Of stream mode. */
  readonly format: MediaFormat;
  /** Where answers are written in file mode, absolute, under the same path for Asterisk. */
  readonly mediaDir: string;
  readonly clock: Clock;
  readonly log: Log;
  /** Numbers from 0 up to 1, for the jitter of reconnection. */
  readonly random: () => number;
  /** Tells speech from everything else in a call, in stream mode. */
  readonly speechDetector: (sampleRateHz: number) => SpeechDetector;
  /** Notes what is exchanged, where that is wanted. */
  readonly trace: AriTrace | undefined;
  /** Ids of the calls that an earlier process has left and that nobody has gone on with. */
  readonly leftCalls: () => readonly string[];
  /** By which calls are made, the first that works; without any, this telephone can only be called. */
  readonly trunks?: readonly Trunk[] | undefined;
  /** Of the fleet; without it all that comes here is this daemon's. */
  readonly ownership?: Ownership | undefined;
  readonly onArrival: OnArrival;
  /** Everybody who waited has been told of. Told at the start and after each reconnection. */
  readonly onNobodyWaits: () => void;
}

/**
 * In a fleet others take the calls of a daemon that Asterisk does not answer any more, and its callers are to be in silence for 3 s at most.
 * Silence is found within 2 s; one more heartbeat of the fleet each until it is told and seen. A busy machine may owe an answer for a second:
 * then nobody is to be moved.
 */
const FLEET_BEATS: Beats = { everyMs: 500, unanswered: 3 };

/** So many channels of other daemons are known: those of a daemon that stood still, some times over. */
const MOST_ELSEWHERE = 10_000;

/** What Asterisk turned out to be. */
interface Connection {
  /** Untraced. */
  readonly port: AriPort;
  readonly version: string;
  readonly identity: string;
  readonly mode: 'file' | 'stream';
}

export class AsteriskTelephone implements Telephone {
  readonly name = 'asterisk';
  readonly isFor = 'callers';
  readonly transfers = ['dialplan', 'endpoint', 'refer'] as const;
  readonly #options: AsteriskTelephoneOptions;
  readonly #closing = new AbortController();
  #port: AriPort | undefined;
  #connection: Connection | undefined;
  readonly dial: Dial | undefined;
  #outbound: OutboundCalls | undefined;
  /** Callers who may change to another daemon, or come from one. */
  readonly movable: MovableChannels;
  /** By channel. */
  readonly #lines = new Map<string, FileLine | StreamLine>();
  /** Channels that another daemon has. */
  readonly #elsewhere = new Set<string>();

  constructor(options: AsteriskTelephoneOptions) {
    this.#options = options;
    const { ari, log, mediaDir, trunks = [] } = options;
    const port = () =>
      this.#connection && { ari: this.#connection.port, identity: this.#connection.identity };
    this.movable = new MovableChannels({ app: ari.app, mediaDir, log, port });
    this.dial = trunks.length > 0 ? (to, signal) => this.#dial(to, signal) : undefined;
  }

  /** Throws ARI_REFUSED, ARI_FAILED, ARI_LISTEN_UNUSABLE, MEDIA_MODE_UNAVAILABLE, or the signal's reason. */
  async open(signal: AbortSignal): Promise<void> {
    const { ari, clock, log, ownership, random } = this.#options;
    const given = childOf(signal, this.#closing.signal);
    const { listen, ...server } = ari;
    const asked = { ...server, clock, log, random, ...(ownership && { beats: FLEET_BEATS }) };
    try {
      this.#port = await (listen
        ? listenForAri({ ...asked, listen }, given.signal)
        : connectAriPatiently(asked, given.signal));
      if (this.#closing.signal.aborted) return await this.#port.close();
      await this.#serve(this.#port, given.signal);
    } finally {
      given.release();
    }
  }

  get connected(): boolean {
    return this.#connection?.port.connected ?? false;
  }

  get trouble(): string | undefined {
    if (this.connected) return undefined;
    if (!this.#connection) return 'Asterisk has not been there yet';
    return this.#connection.port.isReplaced
      ? 'another program answers under the same ARI_APP'
      : 'Asterisk is not connected';
  }

  /** How audio travels; nothing until Asterisk has been there. */
  get mode(): Connection['mode'] | undefined {
    return this.#connection?.mode;
  }

  /** Asterisk's own; nothing until it has been there. */
  get version(): string | undefined {
    return this.#connection?.version;
  }

  get speech(): SpeechCarriage | undefined {
    return this.mode && (this.mode === 'stream' ? 'live' : 'whole');
  }

  async close(): Promise<void> {
    this.#closing.abort(new Error('the telephone is closed'));
    await this.#port?.close();
  }

  async #dial(to: Destination, signal: AbortSignal): Promise<Dialled> {
    if (!this.#outbound) throw new ParleyError('TELEPHONE_AWAY', 'Asterisk has not been there yet.');
    return this.#outbound.dial(to, signal);
  }

  async #serve(port: AriPort, signal: AbortSignal): Promise<void> {
    const { clock, leftCalls, log, mediaDir, mode: wanted, onNobodyWaits, trace } = this.#options;
    const { ownership } = this.#options;
    const { app } = this.#options.ari;
    const isElsewhere = (channelId: string) => this.#elsewhere.has(channelId);
    const held = ownership ? heldPort(port, { app, ownership, isElsewhere }) : port;
    const ari = trace ? trace.through(held) : held;
    await deletePlayedMedia({ ari, mediaDir, calls: leftCalls(), log });
    // It may be busy, or be started again, in the moment after it was there.
    const info = await untilUp(() => ari.info(), this.#options, signal);
    const { mode, why } = chooseMediaMode(info, wanted);
    if (mode === 'none') throw new ParleyError('MEDIA_MODE_UNAVAILABLE', `MEDIA_MODE is stream, but ${why}.`);
    log.info({ event: 'media.mode', mode, why }, `Audio travels in ${mode} mode: ${why}`);
    const { version, identity = '' } = info;
    this.#connection = { port, version, identity, mode };
    const joined = new JoinedCalls({ ari, log });
    const parts = { ari, clock, log, joined };
    const inFiles = new Colleagues({ ...parts, lineOf: (call) => this.#fileLine(ari, call) });
    const inStreams = new Colleagues({ ...parts, lineOf: (call) => this.#streamLine(ari, call) });
    const fileLine = (call: ArrivedCall) => this.#fileLine(ari, call, inFiles);
    const rings = (channelId: string) => this.#outbound?.rings(channelId) ?? false;
    const lineOf = (call: ArrivedCall, again: (line: Line) => void) =>
      mode === 'file'
        ? fileLine(call)
        : this.#streamLine(ari, call, {
            colleagues: inStreams,
            // Another line is another call: it goes on with what was said in the first.
            onMediaLost: () => again(fileLine({ ...call, id: undefined })),
          });
    const switchboard = openSwitchboard({
      ari,
      app,
      log,
      joined,
      rings,
      leftCalls,
      lineOf,
      onCall: (line, { channelId }) => this.#options.onArrival(arrivalOn(line, channelId)),
      wasLetGo: isElsewhere,
      arrives: async (leg) => {
        const isOurs = (await ownership?.arrives(leg)) ?? true;
        // Whoever looks around meanwhile finds him here, and is to ask again.
        if (isOurs) this.#elsewhere.delete(leg);
        else this.#noteElsewhere(leg);
        return isOurs;
      },
      onNobodyWaits,
    });
    this.#outbound = new OutboundCalls({
      ...{ ari, clock, log, trunks: this.#options.trunks ?? [] },
      arrivalOf: (call) => {
        const line = lineOf(call, (another) => switchboard.again(call, another));
        switchboard.keep(line, call.channelId);
        return arrivalOn(line, call.channelId);
      },
    });
  }

  #fileLine(ari: AriPort, call: ArrivedCall, colleagues?: Colleagues): FileLine {
    const { clock, log, mediaDir } = this.#options;
    const { mayBeMoved } = this;
    return this.#known(new FileLine({ ...call, ari, clock, log, mediaDir, colleagues, mayBeMoved }), call);
  }

  readonly mayBeMoved = (): boolean => this.#options.ownership?.isSure === false;

  /** Another daemon has the callers on these legs: nothing more is said or done there, and they stay. */
  letGo(legs: readonly string[]): void {
    for (const leg of legs) {
      this.#noteElsewhere(leg);
      this.#lines.get(leg)?.letGo();
    }
  }

  #noteElsewhere(leg: string): void {
    this.#elsewhere.add(leg);
    for (const oldest of this.#elsewhere)
      if (this.#elsewhere.size > MOST_ELSEWHERE) this.#elsewhere.delete(oldest);
  }

  #known<OneLine extends FileLine | StreamLine>(line: OneLine, { channelId }: ArrivedCall): OneLine {
    if (!this.#options.ownership) return line;
    this.#lines.set(channelId, line);
    const forget = () => {
      if (this.#lines.get(channelId) === line) this.#lines.delete(channelId);
    };
    line.ended.addEventListener('abort', forget, { once: true });
    return line;
  }

  /** Who loses the media socket is served in file mode for the rest of the call. */
  #streamLine(
    ari: AriPort,
    call: ArrivedCall,
    more: Pick<StreamLineOptions, 'colleagues' | 'onMediaLost'> = {},
  ): StreamLine {
    const { ari: server, clock, format, log, speechDetector } = this.#options;
    const detector = speechDetector(format.sampleRateHz);
    const { mayBeMoved } = this;
    const options = { ...call, ari, clock, log, server, format, detector, mayBeMoved, ...more };
    return this.#known(new StreamLine(options), call);
  }
}

function arrivalOn(line: Line, leg: string): Arrival {
  return { line, leg, speech: line instanceof FileLine ? 'whole' : 'live' };
}
