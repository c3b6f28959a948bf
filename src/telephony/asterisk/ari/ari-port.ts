/**
 * What Parley asks of Asterisk's REST interface, as plain data. ari.ts implements it over ari-client; nothing else knows that library.
 * Every request has a deadline and throws a ParleyError: ARI_GONE (404, and 400 for a channel that a bridge cannot find), ARI_CONFLICT
 * (409, 412), ARI_NOT_IN_STASIS (422, and 409 with that message), ARI_REFUSED (401, 403), ARI_UNREACHABLE (no connection, or 503 from an
 * Asterisk that is still starting), ARI_TIMEOUT, ARI_FAILED (anything else).
 */
import type { DialplanPlace } from '../../transfer-target.ts';

export interface AriPort {
  /** Version and loaded modules. Needs no event socket. */
  info(): Promise<AsteriskInfo>;
  /** All channels that Asterisk has now. */
  channels(): Promise<readonly AriChannel[]>;

  answer(channelId: string): Promise<void>;
  /** Repeated for some seconds where that may help: nobody else would hang up. */
  hangup(channelId: string): Promise<void>;
  /** Hands a channel to another application, in which it comes as a new one with these arguments. Also out of one that nobody serves. */
  move(channelId: string, to: { readonly app: string; readonly args: readonly string[] }): Promise<void>;
  /** Ids of the channels that are in an application now, wherever the dialplan had put them; none if there is no such. */
  channelsOf(app: string): Promise<readonly string[]>;
  continueInDialplan(channelId: string, to: DialplanPlace): Promise<void>;
  /** Asks the channel's far end to call somewhere else, SIP's REFER: `PJSIP/sip:201@pbx.example.com`. */
  redirect(channelId: string, endpoint: string): Promise<void>;
  setVariable(channelId: string, name: string, value: string): Promise<void>;
  /**
   * Rings an endpoint. StasisStart follows when it is answered, ChannelDestroyed with the cause when it is not. Throws ARI_FAILED if there
   * is nothing to ring.
   */
  originate(options: OriginateOptions): Promise<void>;
  /**
   * Makes a channel that does not ring yet; StasisStart follows at once. Throws ARI_FAILED if there is no such endpoint.
   */
  create(options: CreateOptions): Promise<void>;
  /** Rings a channel that was created. Dial follows, with ANSWER when it is answered, or ChannelDestroyed with the cause. */
  dial(channelId: string, withinSeconds: number): Promise<void>;
  /** Whether the dialplan has such a place for this channel, patterns and includes among it. ARI_FAILED without func_dialplan. */
  hasPlace(channelId: string, place: DialplanPlace): Promise<boolean>;

  /** A channel that hears what the other side of `channelId` says, in this application. */
  snoop(channelId: string, options: { readonly snoopId: string; readonly appArgs: string }): Promise<void>;
  /** Starts recording a channel to the stored recording `name`, WAV, 8 kHz 16-bit mono. */
  record(channelId: string, name: string): Promise<void>;
  /** Ends a live recording and keeps it; RecordingFinished follows. */
  stopRecording(name: string): Promise<void>;
  /** The stored recording's file. */
  recordedFile(name: string): Promise<Uint8Array>;
  deleteRecording(name: string): Promise<void>;
  /** Names of stored recordings. */
  storedRecordings(): Promise<readonly string[]>;

  /** Queues `media` (`sound:/abs/path/without/extension`) behind whatever the channel plays; PlaybackStarted and PlaybackFinished follow. */
  play(channelId: string, playbackId: string, media: string): Promise<void>;
  stopPlayback(playbackId: string): Promise<void>;
  pausePlayback(playbackId: string): Promise<void>;
  unpausePlayback(playbackId: string): Promise<void>;

  /** External media over a WebSocket that the application opens to `/media/{connectionId}`. */
  externalMedia(options: ExternalMediaOptions): Promise<{ readonly connectionId: string }>;
  createBridge(bridgeId: string): Promise<void>;
  addToBridge(bridgeId: string, channelIds: readonly string[]): Promise<void>;
  destroyBridge(bridgeId: string): Promise<void>;
  bridges(): Promise<readonly string[]>;
  /** Ids of the channels in it. */
  channelsIn(bridgeId: string): Promise<readonly string[]>;

  /**
   * Hands every event about this channel, and about playbacks and recordings on it, to `listener` until the returned function is called.
   * Register before the request that makes the channel: its events may come before the answer. A listener that throws is logged, and
   * stays registered.
   */
  route(channelId: string, listener: (event: AriEvent) => void): () => void;
  /** Events about channels that nobody has routed: new calls. One listener. */
  onUnrouted(listener: (event: AriEvent) => void): void;
  /**
   * Tells when the event socket comes and goes. After each `up` the port has already asked for the live channels and delivered a
   * `ChannelGone` to every route whose channel is no longer there.
   */
  onConnection(listener: (state: 'up' | 'down') => void): void;
  readonly connected: boolean;
  /** Another program answers under the same name; this one stays away until that is gone, and has no call. */
  readonly isReplaced: boolean;

  /** Ends the socket and every timer. Idempotent. */
  close(): Promise<void>;
}

export interface AsteriskInfo {
  /** `22.10.1` */
  readonly version: string;
  /** Another one for each Asterisk, and after each start of it; not given, or empty, if it does not tell. */
  readonly identity?: string;
  /** Names of running modules, without `.so`. */
  readonly modules: readonly string[];
}

export interface AriChannel {
  readonly id: string;
  /** `PJSIP/1001-00000001` */
  readonly name: string;
  readonly state: string;
  readonly caller: { readonly number: string; readonly name: string };
  readonly context: string;
  readonly extension: string;
  /** The Stasis application into which the dialplan has put it, and the arguments with which it did. */
  readonly stasis: { readonly app: string; readonly args: readonly string[] } | undefined;
}

export interface OriginateOptions {
  /** The id that the channel is to have. */
  readonly channelId: string;
  /**
   * For whom it rings: the new channel talks in that one's format. Without it Asterisk takes the widest that it knows, and a Local channel
   * then carries 192 kHz, which does not always come through a second bridge.
   */
  readonly originator: string;
  /** `PJSIP/201` */
  readonly endpoint: string;
  readonly appArgs: string;
  /** What the other side shows: `Ann <1001>`; nothing if empty. */
  readonly callerId: string;
  /** Asterisk gives up by itself then. */
  readonly withinSeconds: number;
  readonly variables: Readonly<Record<string, string>>;
}

export interface CreateOptions extends Pick<OriginateOptions, 'channelId' | 'endpoint' | 'appArgs'> {
  /** Also functions of the dialplan: `CONNECTEDLINE(num,i)`. */
  readonly variables: Readonly<Record<string, string>>;
}

export interface ExternalMediaOptions {
  readonly channelId: string;
  readonly format: 'slin16' | 'slin' | 'ulaw';
  readonly appArgs: string;
}

/** `atMs` is the port's clock (monotonic milliseconds) when the event arrived. */
export type AriEvent = { readonly atMs: number; readonly channelId: string } & (
  | { readonly type: 'StasisStart'; readonly channel: AriChannel; readonly args: readonly string[] }
  | { readonly type: 'StasisEnd' }
  /** `cause`: Q.850. `sipStatus`: the far end's, where Asterisk tells it (22.7 and later). */
  | { readonly type: 'ChannelDestroyed'; readonly cause: number; readonly sipStatus?: number | undefined }
  /** Of a channel that is dialled: empty at the beginning, then RINGING, PROGRESS (something can be heard), ANSWER. */
  | { readonly type: 'Dial'; readonly status: string }
  /** Found missing after a reconnect: its end was missed. */
  | { readonly type: 'ChannelGone' }
  | { readonly type: 'ChannelHangupRequest' }
  | { readonly type: 'ChannelTalkingStarted' }
  | { readonly type: 'ChannelTalkingFinished'; readonly durationMs: number }
  | { readonly type: 'ChannelDtmfReceived'; readonly digit: string }
  /** The caller's phone has put the call on hold (a re-INVITE), and has taken it back. */
  | { readonly type: 'ChannelHold' }
  | { readonly type: 'ChannelUnhold' }
  | { readonly type: 'PlaybackStarted'; readonly playbackId: string }
  | { readonly type: 'PlaybackFinished'; readonly playbackId: string; readonly failed: boolean }
  | { readonly type: 'RecordingStarted'; readonly name: string }
  | { readonly type: 'RecordingFinished'; readonly name: string; readonly durationMs: number }
  | { readonly type: 'RecordingFailed'; readonly name: string; readonly cause: string }
);
