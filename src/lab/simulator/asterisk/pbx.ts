/** All that an Asterisk has at one moment: its channels, bridges, playbacks and recordings, and what can be asked of them. */
import type { WebSocket } from 'ws';
import { AriError, found } from './ari-error.ts';
import type { EventType, Publish } from './ari-events.ts';
import { Bridge } from './bridge.ts';
import {
  Channel,
  type CalledEnd,
  type Cause,
  type ChannelDescription,
  type FarEnd,
  type Stasis,
} from './channel.ts';
import { Deed, type Command } from './command.ts';
import type { Dialplan, HandedBack } from './dialplan.ts';
import type { MediaCodec } from './media-codec.ts';
import { MediaEnd } from './media-end.ts';
import { Playback } from './playback.ts';
import { LiveRecording, type RecordingRequest, type StoredRecordings } from './recording.ts';
import { SnoopEnd } from './snoop.ts';

export interface PbxOptions {
  readonly dialplan: Dialplan;
  readonly publish: Publish;
  /** True if somebody holds the application's event socket. */
  readonly listens: (app: string) => boolean;
  readonly stored: StoredRecordings;
  readonly recordingCause: () => string | undefined;
  readonly nowMs: () => number;
  /** Who would be rung at `PJSIP/201`: for each call another one. */
  readonly calledAt: (endpoint: string, channel: () => Channel) => CalledEnd | undefined;
}

export interface PlacedCall {
  readonly id: string;
  readonly endpoint: string;
  readonly stasis: Stasis;
  readonly callerNumber: string;
  readonly variables: Readonly<Record<string, string>>;
}

/** A media channel, and what the application does there. */
export interface MediaChannel {
  readonly channel: Channel;
  readonly end: MediaEnd;
  readonly stasis: Stasis;
}

export class Pbx {
  readonly #options: PbxOptions;
  readonly #startedAtSeconds = Math.floor(Date.now() / 1000);
  readonly #channels = new Map<string, Channel>();
  readonly #snoops = new Map<Channel, SnoopEnd>();
  readonly #media = new Map<Channel, MediaChannel>();
  /** Made, and not rung yet. */
  readonly #created = new Map<Channel, CalledEnd>();
  readonly #bridges = new Map<string, Bridge>();
  readonly #playbacks = new Set<Playback>();
  readonly #recordings = new Set<LiveRecording>();
  readonly #handedBack: HandedBack[] = [];
  #count = 0;

  constructor(options: PbxOptions) {
    this.#options = options;
  }

  get channels(): readonly Channel[] {
    return [...this.#channels.values()];
  }

  get bridges(): readonly Bridge[] {
    return [...this.#bridges.values()];
  }

  get recordings(): readonly LiveRecording[] {
    return [...this.#recordings];
  }

  get stored(): StoredRecordings {
    return this.#options.stored;
  }

  get handedBack(): readonly HandedBack[] {
    return this.#handedBack;
  }

  /** One frame of everybody's media: all are listened to before anybody is spoken to, as bridges need it. */
  tick(atMs: number): void {
    for (const channel of this.channels) {
      if (this.#snoops.get(channel)?.bereft) this.#remove(channel, () => channel.vanish());
      else if (!channel.gone) channel.listen(atMs);
    }
    for (const channel of this.channels) if (!channel.gone) channel.speak(atMs);
  }

  /** A call comes in. Undefined if nobody has that number. */
  ring(extension: string, callerNumber: string, far: FarEnd): Channel | undefined {
    const target = this.#options.dialplan.extensions[extension];
    if (!target) return undefined;
    const { id, number } = this.#nextId();
    const name = `PJSIP/${callerNumber}-${number.toString(16).padStart(8, '0')}`;
    const channel = this.#add({ id, name, callerNumber, context: 'default', extension }, far);
    if (this.#options.listens(target.app)) channel.enterStasis(target);
    else this.#fallBack(channel);
    return channel;
  }

  /** Rings an endpoint for an application. The answer brings the channel there. */
  originate(call: PlacedCall): Channel {
    const { channel, far } = this.#place(call);
    const take = () => {
      if (channel.gone) return;
      channel.answer();
      channel.enterStasis(call.stasis);
    };
    far.rung({ ringing: () => undefined, take, refuse: (cause) => this.#refuse(channel, cause) });
    return channel;
  }

  /** Makes a channel to an endpoint, which is in the application at once and does not ring yet. */
  create(call: PlacedCall): Channel {
    const { channel, far } = this.#place(call);
    this.#created.set(channel, far);
    channel.enterStasis(call.stasis);
    return channel;
  }

  /** Rings a channel that was created. That nobody takes it is told by its end alone. */
  dial(channel: Channel): void {
    const far = this.#created.get(channel);
    if (!far) throw new AriError(409, 'Channel is not in a state to be dialled');
    this.#created.delete(channel);
    const told = (dialstatus: string) => {
      const app = channel.description.placedBy ?? '';
      if (!channel.gone) this.#options.publish(app, 'Dial', { dialstatus, peer: channel.toJson() });
    };
    told('');
    const take = () => {
      if (channel.gone) return;
      channel.answer();
      told('ANSWER');
    };
    far.rung({ ringing: () => told('RINGING'), take, refuse: (cause) => this.#refuse(channel, cause) });
  }

  #refuse(channel: Channel, cause: Cause): void {
    this.#remove(channel, () => channel.refuse(cause));
  }

  #place({ id, endpoint, stasis, callerNumber, variables }: PlacedCall) {
    if (this.#channels.has(id)) throw new AriError(409, `Channel with id '${id}' already exists`);
    const far = this.#options.calledAt(endpoint, () => channel);
    if (!far) throw new AriError(500, 'Allocation failed');
    const { number } = this.#nextId();
    const name = `${endpoint}-${number.toString(16).padStart(8, '0')}`;
    const described = { id, name, callerNumber, context: 'default', extension: 's', state: 'Down' } as const;
    const channel: Channel = this.#add({ ...described, placedBy: stasis.app }, far);
    for (const [variable, value] of Object.entries(variables)) channel.noteVariable(variable, value);
    return { channel, far };
  }

  channel(id: string): Channel {
    return found(this.#channels.get(id), 'Channel');
  }

  hangup(channel: Channel, fields: { readonly cause: Cause; readonly soft?: true }): void {
    this.#remove(channel, () => channel.hangup(fields));
  }

  /** Whether the dialplan has this `context,extension,priority`. */
  hasPlace(place: string): boolean {
    return place === this.#options.dialplan.fallback.place;
  }

  /** Hands the channel back to the dialplan once the commands before have been done. */
  continue(channel: Channel, place: string): void {
    const leave = () => {
      channel.leaveStasis();
      this.#handedBack.push({ channelId: channel.id, place, atMs: this.#options.nowMs() });
      if (place === this.#options.dialplan.fallback.place) this.#fallBack(channel);
      else this.hangup(channel, { cause: 0 });
    };
    channel.command(new Deed(leave));
  }

  snoop(spied: Channel, snoopId: string | undefined, app: string, args: readonly string[]): Channel {
    const { id, number } = this.#nextId();
    if (snoopId !== undefined && this.#channels.has(snoopId))
      throw new AriError(500, 'Snoop channel could not be created');
    const name = `Snoop/${spied.id}-${number.toString(16).padStart(8, '0')}`;
    const description = { id: snoopId ?? id, name, callerNumber: '', context: 'default', extension: 's' };
    const far = new SnoopEnd(spied);
    const snoop = this.#add(description, far);
    this.#snoops.set(snoop, far);
    snoop.answer();
    snoop.enterStasis({ app, args });
    return snoop;
  }

  /** Makes a media channel, which enters the application once somebody has connected to its socket. */
  externalMedia(channelId: string | undefined, codec: MediaCodec, stasis: Stasis): MediaChannel {
    const { id, number } = this.#nextId();
    // Asterisk 22.10.1 does not survive this.
    if (channelId !== undefined && this.#channels.has(channelId))
      throw new AriError(500, 'The id of a media channel is used twice');
    const name = `WebSocket/INCOMING/0x${(0x7f0000000000 + number).toString(16)}`;
    const end = new MediaEnd(codec);
    const description = { id: channelId ?? id, name, callerNumber: '', context: 'default', extension: 's' };
    const channel = this.#add({ ...description, state: 'Down' }, end);
    const media = { channel, end, stasis };
    this.#media.set(channel, media);
    return media;
  }

  mediaChannel(connectionId: string): MediaChannel | undefined {
    return [...this.#media.values()].find(({ end }) => end.connectionId === connectionId);
  }

  connectMedia({ channel, end, stasis }: MediaChannel, socket: WebSocket): void {
    end.connect(channel, socket);
    channel.answer();
    channel.enterStasis(stasis);
  }

  /** Queues a playback. What it returns is its state at that moment: `queued`, as Asterisk answers. */
  play(channel: Channel, id: string, media: string, language: string) {
    const app = channel.stasis?.app ?? '';
    const playback = new Playback(
      { id, media, language, channelId: channel.id },
      {
        event: (type) => this.#options.publish(app, type, { playback: playback.toJson() }),
        ended: () => this.#playbacks.delete(playback),
        advance: () => channel.advance(),
      },
    );
    const queued = playback.toJson();
    this.#playbacks.add(playback);
    this.#command(channel, playback, () => this.#playbacks.delete(playback));
    return queued;
  }

  playback(id: string): Playback {
    return found(
      [...this.#playbacks].find((playback) => playback.request.id === id),
      'Playback',
    );
  }

  /** Queues a recording. What it returns is its state at that moment. */
  record(channel: Channel, request: RecordingRequest, ifExists: 'fail' | 'overwrite') {
    const app = channel.stasis?.app ?? '';
    const { name } = request;
    const live = this.recordings.some((other) => other.request.name === name);
    if (live || (ifExists === 'fail' && this.stored.file(name)))
      throw new AriError(409, `Recording '${name}' already exists and can not be overwritten`);
    const listener = {
      event: (type: EventType) => this.#options.publish(app, type, { recording: recording.toJson() }),
      ended: () => this.#recordings.delete(recording),
      advance: () => channel.advance(),
    };
    const recording = new LiveRecording(request, this.stored, listener, this.#options.recordingCause);
    const queued = recording.toJson();
    this.#recordings.add(recording);
    this.#command(channel, recording, () => this.#recordings.delete(recording));
    return queued;
  }

  recording(name: string): LiveRecording {
    return found(
      this.recordings.find((recording) => recording.request.name === name),
      'Recording',
    );
  }

  createBridge(id: string): Bridge {
    if (this.#bridges.has(id)) throw new AriError(409, `Bridge with id '${id}' already exists`);
    const bridge = new Bridge(id);
    this.#bridges.set(id, bridge);
    return bridge;
  }

  bridge(id: string): Bridge {
    return found(this.#bridges.get(id), 'Bridge');
  }

  destroyBridge(bridge: Bridge): void {
    this.#bridges.delete(bridge.id);
    for (const member of bridge.members) bridge.remove(member);
  }

  /** Dies: every caller finds the line dead, nobody is told anything. */
  crash(): void {
    for (const channel of this.channels) channel.crash();
    this.#channels.clear();
    this.#media.clear();
  }

  #command(channel: Channel, command: Command, undo: () => void): void {
    try {
      channel.command(command);
    } catch (error) {
      undo();
      throw error;
    }
  }

  /** Answers, plays the fallback's sound and hangs up: what extensions.conf would do. */
  #fallBack(channel: Channel): void {
    const { sound } = this.#options.dialplan.fallback;
    channel.answer();
    if (sound !== undefined) {
      const silent = { event: () => undefined, ended: () => undefined, advance: () => channel.advance() };
      channel.dialplan(
        new Playback({ id: '', media: `sound:${sound}`, language: 'en', channelId: channel.id }, silent),
      );
    }
    channel.dialplan(new Deed(() => this.hangup(channel, { cause: 16 })));
  }

  #add(description: ChannelDescription, far: FarEnd): Channel {
    const channel = new Channel(description, far, this.#options.publish);
    this.#channels.set(channel.id, channel);
    return channel;
  }

  #remove(channel: Channel, end: () => void): void {
    for (const bridge of this.bridges) bridge.remove(channel);
    end();
    this.#channels.delete(channel.id);
    this.#snoops.delete(channel);
    this.#media.delete(channel);
    this.#created.delete(channel);
  }

  #nextId() {
    const number = this.#count++;
    return { id: `${this.#startedAtSeconds}.${number}`, number };
  }
}
