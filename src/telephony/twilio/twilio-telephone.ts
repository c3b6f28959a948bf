/** Twilio as one of the service's telephones: it asks by webhooks what to do with a call, and brings its audio over a WebSocket. */
import { LRUCache } from 'lru-cache';
import type { Clock } from '../../base/clock.ts';
import { ParleyError } from '../../base/errors.ts';
import { FaultScope } from '../../base/fault-scope.ts';
import type { Log } from '../../base/log.ts';
import type { SpeechDetector } from '../../vad/speech-detector.ts';
import type { Arrival, Destination, Dialled, OnArrival, Telephone } from '../telephone.ts';
import { isTerminal } from './call-status.ts';
import { ClassicCalls } from './classic/classic-calls.ts';
import type { ClassicRequest, OtherServers } from './classic/other-servers.ts';
import { TwilioColleagues } from './colleagues.ts';
import { CLOSED } from './media-socket.ts';
import type { TwilioSocket } from './media-socket.ts';
import type { StartMessage } from './media-wire.ts';
import { OutboundCalls } from './outbound-calls.ts';
import { isSigned } from './signature.ts';
import type { SignedRequest } from './signature.ts';
import { TwilioLine } from './twilio-line.ts';
import { TwilioRest } from './twilio-rest.ts';
import { TwilioStream } from './twilio-stream.ts';
import { TWILIO_TRANSFERS, streamTwiml } from './twiml.ts';
import type { VoiceRequest } from './voice-request.ts';
import { Whispers } from './whispers.ts';

export type { VoiceRequest } from './voice-request.ts';

export interface TwilioSettings {
  readonly accountSid: string;
  readonly authToken: string;
  /** As the world reaches the service, `https://voice.example.com`. */
  readonly publicUrl: string;
  /** Where streams go: `wss://voice.example.com/ws`. */
  readonly wsUrl: string;
  readonly apiUrl: string;
  readonly callerId?: string | undefined;
  /** How calls that Parley makes are talked: `classic` for an account without streams. */
  readonly callsOut?: 'stream' | 'classic' | undefined;
}

export interface TwilioTelephoneOptions {
  readonly settings: TwilioSettings;
  readonly clock: Clock;
  readonly log: Log;
  readonly speechDetector: (sampleRateHz: number) => SpeechDetector;
  readonly onArrival: OnArrival;
  /** Servers that Twilio may ask about the same calls without streams; undefined where this one is alone, or cannot know. */
  readonly others?: OtherServers | undefined;
}

/** Calls whose end is remembered, should word of their beginning come later: more than can be under way. */
const MOST_ENDED = 10_000;
/** Sockets at once, with those that have not begun: beyond that nobody is served anyway. */
const MOST_SOCKETS = 512;
/** A Parameter may have 500 characters with its name. */
const MOST_VALUE = 400;

export class TwilioTelephone implements Telephone {
  readonly name = 'twilio';
  readonly isFor = 'callers';
  readonly transfers = TWILIO_TRANSFERS;
  readonly speech = 'live';
  readonly #options: TwilioTelephoneOptions;
  readonly #rest: TwilioRest;
  readonly #outbound: OutboundCalls;
  readonly #colleagues: TwilioColleagues;
  readonly #whispers: Whispers;
  readonly #classic: ClassicCalls;
  readonly #lines = new Map<string, TwilioLine>();
  readonly #ended = new LRUCache<string, true>({ max: MOST_ENDED });
  readonly #sockets = new Set<TwilioSocket>();
  #open = false;

  constructor(options: TwilioTelephoneOptions) {
    const { clock, log, settings } = options;
    this.#options = options;
    this.#rest = new TwilioRest({ ...settings, url: settings.apiUrl, clock });
    this.#whispers = new Whispers(`${settings.publicUrl}/twilio/whisper`);
    this.#outbound = new OutboundCalls({
      clock,
      log,
      rest: this.#rest,
      statusUrl: this.#statusUrl,
      callerId: settings.callerId,
      goesBy: (to) => (settings.callsOut === 'classic' ? this.#classicCallOf(to) : this.#streamOf(to)),
    });
    this.#colleagues = new TwilioColleagues({
      log,
      rest: this.#rest,
      dial: (to, signal) => this.#outbound.dial(to, signal, (of) => this.#streamOf(of)),
      lineOf: (callSid) => this.#lines.get(callSid),
    });
    const { onArrival, others } = options;
    this.#classic = new ClassicCalls({
      ...{ clock, log, onArrival, ordered: this.#outbound, others },
      rest: this.#rest,
      whispers: this.#whispers,
      url: `${settings.publicUrl}/voice`,
    });
  }

  open(): Promise<void> {
    this.#open = true;
    return Promise.resolve();
  }

  get connected(): boolean {
    return this.#open;
  }

  get trouble(): string | undefined {
    return this.#open ? undefined : 'Twilio cannot bring calls yet';
  }

  async dial(to: Destination, signal: AbortSignal): Promise<Dialled> {
    return this.#outbound.dial(to, signal);
  }

  /** Whether a webhook is Twilio's. */
  isSigned(request: SignedRequest): boolean {
    return isSigned(
      this.#options.settings.authToken,
      new URL(this.#options.settings.publicUrl).origin,
      request,
    );
  }

  /** Whether an upgrade to a WebSocket is. */
  isSignedUpgrade(request: SignedRequest): boolean {
    return isSigned(this.#options.settings.authToken, new URL(this.#options.settings.wsUrl).origin, request);
  }

  /**
   * What is to be done with a call that comes in. It depends on what was asked alone and begins nothing: a repeated webhook is answered with
   * the same words, by whichever server; the call begins with its stream.
   */
  voiceTwiml({ from, to, callerName, bot }: VoiceRequest): string {
    const parameters = { from, to, name: callerName, ...(bot !== undefined && { bot }) };
    return this.#streamTwiml(parameters);
  }

  /**
   * What is to be done next with a call of an account without streams. A repeated webhook is answered with the same words. Throws
   * TELEPHONE_AWAY.
   */
  async classicTwiml(request: ClassicRequest): Promise<string> {
    if (!this.#open) throw new ParleyError('TELEPHONE_AWAY', 'The service takes no calls now.');
    return this.#classic.next(request);
  }

  /** What a colleague who has picked up is told before the caller is joined; nothing, if the key is not known. */
  whisperTwiml(key: string): string {
    return this.#whispers.twiml(key);
  }

  /** Told by Twilio, in any order and more than once. `ordered`: the id of the order, of a call that Parley makes. */
  status(callSid: string, status: string, ordered?: string, sipCode?: string): void {
    if (ordered !== undefined) this.#outbound.status(ordered, status, sipCode);
    if (!isTerminal(status)) return;
    this.#ended.set(callSid, true);
    this.#lines.get(callSid)?.over('caller');
    this.#classic.gone(callSid);
    void this.#colleagues.gone(callSid);
  }

  /** Told by Twilio: a stream has ended, or could not be had. */
  streamStatus(callSid: string, event: string, error: string | undefined): void {
    if (event === 'stream-error')
      this.#options.log.warn(
        { event: 'twilio.stream', callSid, error: error?.slice(0, 200) },
        'Twilio has trouble with a stream',
      );
    if (event === 'stream-stopped') this.#lines.get(callSid)?.over('caller');
  }

  /** A WebSocket whose upgrade was signed. */
  take(socket: TwilioSocket): void {
    if (!this.#open || this.#sockets.size >= MOST_SOCKETS) return socket.close(CLOSED.tryAgainLater);
    this.#sockets.add(socket);
    const { clock, log } = this.#options;
    new FaultScope().run(() => {
      socket.onClose(() => this.#sockets.delete(socket));
      new TwilioStream({ clock, log, socket, begin: (start) => this.#begin(start, socket) });
    });
  }

  close(): Promise<void> {
    this.#open = false;
    for (const socket of this.#sockets) socket.close(CLOSED.normally);
    return Promise.resolve();
  }

  #begin({ streamSid, start }: StartMessage, socket: TwilioSocket): TwilioLine | undefined {
    const { callSid, customParameters: told } = start;
    const ordered = told['call'];
    if (this.#ended.has(callSid) || this.#lines.has(callSid)) return undefined;
    if (ordered !== undefined && !this.#outbound.isAwaited(ordered)) return undefined;
    const { clock, log, onArrival, speechDetector } = this.#options;
    const line = new TwilioLine({
      clock,
      log,
      rest: this.#rest,
      whispers: this.#whispers,
      socket,
      id: ordered ?? `twilio-${callSid}`,
      callSid,
      streamSid,
      party: {
        direction: ordered === undefined ? 'inbound' : 'outbound',
        number: told['from'] ?? '',
        name: told['name'] ?? '',
        dialled: told['to'] ?? '',
        bot: told['bot'],
      },
      detector: speechDetector(8000),
      consult: (...asked) => this.#colleagues.ring(...asked),
    });
    this.#lines.set(callSid, line);
    line.ended.addEventListener('abort', () => this.#over(callSid), { once: true });
    const arrival: Arrival = { line, leg: callSid, speech: 'live' };
    if (ordered === undefined) onArrival(arrival);
    else this.#outbound.answered(ordered, () => arrival);
    return line;
  }

  #over(callSid: string): void {
    this.#lines.delete(callSid);
    this.#ended.set(callSid, true);
  }

  /** Of a call that Parley makes: the other side is who was dialled. */
  #streamOf({ id, number, bot, callerId }: Destination) {
    const shown = callerId ?? this.#options.settings.callerId ?? '';
    return ['Twiml', this.#streamTwiml({ call: id, from: number, to: shown, bot })] as const;
  }

  #classicCallOf({ id, bot }: Destination) {
    const query = new URLSearchParams({ bot, call: id });
    return ['Url', `${this.#options.settings.publicUrl}/voice?${query.toString()}`] as const;
  }

  #streamTwiml(parameters: Readonly<Record<string, string>>): string {
    const shortened = Object.entries(parameters).map(([name, value]) => [name, value.slice(0, MOST_VALUE)]);
    return streamTwiml({
      url: this.#options.settings.wsUrl,
      statusUrl: `${this.#options.settings.publicUrl}/twilio/stream`,
      parameters: Object.fromEntries(shortened) as Record<string, string>,
    });
  }

  get #statusUrl(): string {
    return `${this.#options.settings.publicUrl}/twilio/status`;
  }
}
