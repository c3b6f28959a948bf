/**
 * A channel: a far end that speaks and hears, and the application that it is in. Signalling and media of one leg; what many
 * channels share (names, ids, bridges) is the Pbx's.
 */
import type { Command } from './command.ts';
import { AriError } from './ari-error.ts';
import { timestamp, type EventType, type Publish } from './ari-events.ts';
import { CommandQueue } from './command-queue.ts';
import { NOTHING, SILENCE, type Frame } from './frames.ts';
import { TalkDetection } from './talk-detection.ts';

/** Who is at the other end: a caller's phone, the channel that a snoop listens to, or a media socket. */
export interface FarEnd {
  /** What it says in the frame that belongs to `atMs`. */
  speak(atMs: number): Frame;
  hear(frame: Frame, atMs: number): void;
  answered(): void;
  /** Somebody else in its bridge has pressed a key. */
  digit?(digit: string): void;
  /** It is over; `crash` if Asterisk went down and nobody said goodbye. */
  hungUp(how: 'hangup' | 'crash'): void;
}

/** Asterisk's causes (Q.850) as far as they occur here: 16 is an ordinary end, 17 a busy phone, 21 one that declines, 32 an end that was
 * asked for over ARI, 38 a broken connection. */
export type Cause = 0 | 16 | 17 | 21 | 32 | 38;

/** Who is rung when an application places a call. */
export interface CalledEnd extends FarEnd {
  /** It rings there now: to be taken by `take`, refused, or let ring. */
  rung(call: {
    readonly ringing: () => void;
    readonly take: () => void;
    readonly refuse: (cause: 17 | 21) => void;
  }): void;
}

export interface ChannelDescription {
  readonly id: string;
  readonly name: string;
  readonly callerNumber: string;
  readonly context: string;
  readonly extension: string;
  /** At its beginning; `Ring` if not given. */
  readonly state?: 'Down';
  /** The application that has placed the call: it is told of the channel from its beginning to its end. */
  readonly placedBy?: string;
}

export interface Stasis {
  readonly app: string;
  readonly args: readonly string[];
}

/** What a channel hears instead of its commands: the others of its bridge. */
export interface Mix {
  mixFor(channel: Channel): Frame;
  /** Tells everybody but the one who pressed the key. */
  digit(digit: string, from: Channel): void;
}

export class Channel {
  readonly description: ChannelDescription;
  readonly #far: FarEnd;
  readonly #publish: Publish;
  readonly #createdAt = new Date();
  readonly #variables = new Map<string, string>();
  #state: 'Down' | 'Ring' | 'Up';
  #stasis: Stasis | undefined;
  #commands = new CommandQueue();
  #talkDetection: TalkDetection | undefined;
  #said: Frame = SILENCE;
  #gone = false;
  /** The bridge it is in. */
  bridge: Mix | undefined;

  constructor(description: ChannelDescription, far: FarEnd, publish: Publish) {
    this.description = description;
    this.#far = far;
    this.#publish = publish;
    this.#state = description.state ?? 'Ring';
  }

  get id(): string {
    return this.description.id;
  }

  /** It has been hung up. */
  get gone(): boolean {
    return this.#gone;
  }

  get stasis(): Stasis | undefined {
    return this.#stasis;
  }

  /** What the far end said in the frame that was played last. */
  get said(): Frame {
    return this.#said;
  }

  /** One frame of media from the far end. */
  listen(atMs: number): void {
    this.#said = this.#far.speak(atMs);
    if (this.#said === NOTHING) return;
    this.#detectTalk(atMs);
    this.#commands.take(this.#said);
  }

  /** One frame of media to the far end. */
  speak(atMs: number): void {
    const played = this.#commands.next();
    this.#far.hear(played === SILENCE && this.bridge ? this.bridge.mixFor(this) : played, atMs);
  }

  enterStasis(stasis: Stasis): void {
    this.#stasis = stasis;
    this.tell('StasisStart', { args: stasis.args });
  }

  /**
   * Ends what the application had begun, and its part in the channel. StasisEnd is the last that it hears: Asterisk ends the
   * subscription of a channel that came from the dialplan there, so no ChannelDestroyed follows.
   */
  leaveStasis(): void {
    if (!this.#stasis) return;
    this.#commands.close();
    this.tell('StasisEnd');
    this.#stasis = undefined;
    this.#commands = new CommandQueue();
  }

  /** Puts a command behind the others. Throws like Asterisk if the channel is in no application. */
  command(command: Command): void {
    if (!this.#stasis) throw new AriError(409, 'Channel not in Stasis application');
    this.#commands.add(command);
  }

  /** The dialplan's own commands need no application. */
  dialplan(command: Command): void {
    this.#commands.add(command);
  }

  /** The current command may have ended. */
  advance(): void {
    this.#commands.advance();
  }

  /** Goes up if it is not. */
  answer(): void {
    if (this.#state === 'Up') return;
    this.#state = 'Up';
    this.#far.answered();
    this.tell('ChannelStateChange');
  }

  /** `fields` are those of ChannelHangupRequest: Asterisk tells `soft` only of a hangup that was asked for over ARI. */
  hangup(fields: { readonly cause: Cause; readonly soft?: true }): void {
    if (this.#gone) return;
    this.#gone = true;
    this.tell('ChannelHangupRequest', fields);
    this.vanish();
    this.#destroyed(fields.cause);
  }

  /** Ends without anybody having asked: a snoop whose channel has gone. */
  vanish(): void {
    this.#gone = true;
    this.leaveStasis();
    this.#commands.close();
    this.#far.hungUp('hangup');
  }

  /** Asterisk has died: no command ends, no event is sent. */
  crash(): void {
    this.#gone = true;
    this.#far.hungUp('crash');
  }

  /** Nobody takes the call that the application has placed. */
  refuse(cause: Cause): void {
    if (this.#gone) return;
    this.#gone = true;
    this.leaveStasis();
    this.#destroyed(cause);
  }

  /** Its far end has pressed a key. */
  pressed(digit: string, durationMs: number): void {
    this.tell('ChannelDtmfReceived', { digit, duration_ms: durationMs });
    this.bridge?.digit(digit, this);
  }

  hearDigit(digit: string): void {
    this.#far.digit?.(digit);
  }

  /** Given with the call. */
  noteVariable(name: string, value: string): void {
    this.#variables.set(name, value);
  }

  variable(name: string): string | undefined {
    return this.#variables.get(name);
  }

  setVariable(name: string, value: string): void {
    if (!this.#stasis) throw new AriError(409, 'Channel not in Stasis application');
    if (name === 'TALK_DETECT(set)') this.#setTalkDetection(value);
    else if (name === 'TALK_DETECT(remove)') this.#talkDetection = undefined;
    // Asterisk takes a function that it does not know without a word.
    else if (!name.endsWith(')')) {
      this.#variables.set(name, value);
      this.tell('ChannelVarset', { variable: name, value });
    }
  }

  /** Tells the application that the channel is in, or that has placed it; without one there is nobody to tell. */
  tell(type: EventType, fields: Readonly<Record<string, unknown>> = {}): void {
    const app = this.#stasis?.app ?? this.description.placedBy;
    if (app !== undefined) this.#publish(app, type, { ...fields, channel: this.toJson() });
  }

  /** The application of a channel that came from the dialplan is not told: its subscription has ended with StasisEnd. */
  #destroyed(cause: Cause): void {
    if (this.description.placedBy !== undefined)
      this.tell('ChannelDestroyed', { cause, cause_txt: 'Normal Clearing' });
  }

  toJson() {
    const { id, name, callerNumber, context, extension } = this.description;
    return {
      id,
      name,
      state: this.#state,
      protocol_id: '',
      caller: { name: '', number: callerNumber },
      connected: { name: '', number: '' },
      accountcode: '',
      dialplan: {
        context,
        exten: extension,
        priority: 1,
        app_name: this.#stasis ? 'Stasis' : '',
        app_data: this.#stasis ? [this.#stasis.app, ...this.#stasis.args].join(',') : '',
      },
      creationtime: timestamp(this.#createdAt),
      language: 'en',
    };
  }

  #setTalkDetection(value: string): void {
    const detection = this.#talkDetection ?? new TalkDetection();
    if (detection.set(value)) this.#talkDetection = detection;
  }

  #detectTalk(atMs: number): void {
    const event = this.#talkDetection?.hear(this.#said, atMs);
    if (event?.kind === 'started') this.tell('ChannelTalkingStarted');
    if (event?.kind === 'finished') this.tell('ChannelTalkingFinished', { duration: event.durationMs });
  }
}
