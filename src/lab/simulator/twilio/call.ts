/** A call as Twilio has it: who calls whom, how it stands, the document that it goes by, and what both sides hear. */
import { randomBytes } from 'node:crypto';
import { systemClock } from '../../../base/clock.ts';
import { SILENCE, type Frame } from '../asterisk/frames.ts';
import type { Handset } from '../handset.ts';
import type { Conferences } from './conferences.ts';
import { dialled } from './dial-verb.ts';
import type { ProtocolFault, TwilioFaults } from './faults.ts';
import { MediaStream } from './media-stream.ts';
import type { RungPhone, TwilioHandset } from './phones.ts';
import type { Fields } from './signing.ts';
import { SpokenTurns } from './spoken-turns.ts';
import { verbsOf, type Verb } from './twiml.ts';
import { signatureWith, type Webhooks } from './webhooks.ts';

/** Twilio around its calls. */
export interface Network {
  readonly accountSid: string;
  readonly authToken: string;
  readonly faults: TwilioFaults;
  readonly webhooks: Webhooks;
  readonly reach: (url: string) => string;
  readonly onFault: (fault: ProtocolFault) => void;
  readonly catchUp: () => void;
  /** Who is rung at this number or SIP address. */
  readonly phoneAt: (number: string) => RungPhone | undefined;
  readonly add: (call: TwilioCall) => void;
  readonly conferences: Conferences;
}

export type CallStatus =
  | 'queued'
  | 'initiated'
  | 'ringing'
  | 'in-progress'
  | 'completed'
  | 'busy'
  | 'failed'
  | 'no-answer'
  | 'canceled';

export interface CallOptions {
  readonly direction: 'inbound' | 'outbound-api' | 'outbound-dial';
  readonly from: string;
  readonly to: string;
  readonly handset: Handset;
  /** The document, or where it is asked for. */
  readonly goesBy?: { readonly url: string } | { readonly twiml: string };
  /** Told of these statuses; of the last alone if none is named. */
  readonly statusUrl?: string | undefined;
  readonly statusEvents?: readonly string[];
}

/** One stream of a call. Times as `performance.now()` gives them. */
export interface StreamRecord {
  readonly streamSid: string;
  closedAtMs?: number;
  closeCode?: number;
  /** Twilio has closed it, not the service. */
  closedByTwilio?: boolean;
  /** The most that ever waited here to be played, ms. */
  readonly mostAheadMs: number;
}

/** What comes late under a fault does so by this, ms. */
const STATUS_LATE_MS = 2000;
const CODES = { document: 12_100, notWss: 31_922, malformed: 31_923 } as const;

export class TwilioCall {
  readonly sid = `CA${randomBytes(16).toString('hex')}`;
  readonly options: CallOptions;
  readonly streams: StreamRecord[] = [];
  /** In the order in which they came. */
  readonly statuses: CallStatus[] = [];
  endedAtMs: number | undefined;
  /** Of a call without a stream. */
  readonly turns = new SpokenTurns((what) => this.#fault(CODES.document, what));
  /** Whom it is put through to. */
  peer: TwilioCall | undefined;
  #said: Frame = SILENCE;
  readonly #network: Network;
  readonly #startedAtMs = performance.now();
  #stream: MediaStream | undefined;
  #openStreams = 0;
  #sequenceNumber = 0;
  /** Counts documents: one that was replaced goes on no more. */
  #round = 0;

  constructor(network: Network, options: CallOptions) {
    this.#network = network;
    this.options = options;
    network.add(this);
  }

  get status(): CallStatus {
    return this.statuses.at(-1) ?? 'queued';
  }

  get isOver(): boolean {
    return this.endedAtMs !== undefined;
  }

  /** Nothing of it is left, a socket that the service has kept open least of all. */
  get isGone(): boolean {
    return this.isOver && this.#openStreams === 0;
  }

  /** Somebody calls a number. */
  async arrive(): Promise<void> {
    this.statuses.push('ringing');
    await this.#begin();
  }

  /** Whoever was called has picked up. */
  async pickedUp(): Promise<void> {
    this.tell('in-progress');
    this.options.handset.answered();
    if (this.options.goesBy) await this.#begin();
  }

  /** Goes on by this document at once: its stream ends. */
  goOn(document: string): void {
    this.#stream?.end('stopFirst');
    this.#stream = undefined;
    this.turns.cut();
    this.#letPeerGo();
    this.#network.conferences.leave(this);
    void this.#run(document);
  }

  tell(status: CallStatus, more: Fields = []): void {
    this.statuses.push(status);
    const { statusUrl, statusEvents = [] } = this.options;
    const asked = statusEvents.length > 0 ? statusEvents : ['completed'];
    if (statusUrl === undefined || !asked.includes(eventOf(status))) return;
    const fields: Fields = [
      ...this.fields(),
      ['Timestamp', new Date().toUTCString()],
      ['CallbackSource', 'call-progress-events'],
      ['SequenceNumber', String(this.#sequenceNumber++)],
      ...more,
    ];
    void this.#network.webhooks.post(this.sid, statusUrl, fields);
  }

  /** It is over; `sipCode`: what the callee's network said. What is told of it, and in what order, is the fault's. */
  end(status: CallStatus = 'completed', sipCode?: string): void {
    if (this.isOver) return;
    this.endedAtMs = performance.now();
    this.turns.over();
    this.#round++;
    const how = this.#network.faults.end;
    this.#stream?.end(how);
    const seconds = Math.ceil((this.endedAtMs - this.#startedAtMs) / 1000);
    const told: Fields = [
      ['CallDuration', String(seconds)],
      ...(sipCode === undefined ? [] : [['SipResponseCode', sipCode] as const]),
    ];
    if (how === 'cut') systemClock.after(STATUS_LATE_MS, () => this.tell(status, told));
    else this.tell(status, told);
    this.options.handset.hungUp('hangup');
    this.#letPeerGo();
    this.#network.conferences.leave(this);
  }

  /** The simulator stops. */
  cut(): void {
    this.turns.over();
    this.#round++;
    this.endedAtMs ??= performance.now();
    this.#stream?.cut();
    this.options.handset.hungUp('crash');
  }

  press(digit: string): void {
    this.#stream?.press(digit);
  }

  /** 20 ms. */
  tick(atMs: number): void {
    if (this.isOver) return;
    const { handset } = this.options;
    this.#said = handset.speak(atMs);
    this.#stream?.say(this.#said);
    handset.hear(this.#stream?.play() ?? this.#othersSay() ?? SILENCE);
  }

  #othersSay(): Frame | undefined {
    return this.peer?.lastSaid ?? this.#network.conferences.heardBy(this);
  }

  get lastSaid(): Frame {
    return this.#said;
  }

  fields(): Fields {
    const { direction, from, to } = this.options;
    return [
      ['CallSid', this.sid],
      ['AccountSid', this.#network.accountSid],
      ['From', from],
      ['To', to],
      ['Caller', from],
      ['Called', to],
      ['CallStatus', this.status],
      ['ApiVersion', '2010-04-01'],
      ['Direction', direction],
      ['CallerCountry', ''],
    ];
  }

  async #begin(): Promise<void> {
    const { goesBy } = this.options;
    if (!goesBy) return;
    const document = 'twiml' in goesBy ? goesBy.twiml : await this.#ask(goesBy.url);
    if (this.isOver) return;
    if (document === undefined) this.end('failed');
    else await this.#run(document);
  }

  async #ask(url: string, more: Fields = []): Promise<string | undefined> {
    const answer = await this.#network.webhooks.post(this.sid, url, [...this.fields(), ...more]);
    if (!answer || answer.status !== 200) return undefined;
    if (/^(text|application)\/xml/.test(answer.type)) return answer.body;
    this.#fault(CODES.document, `a document of the type ${answer.type}`);
    return undefined;
  }

  async #run(document: string): Promise<void> {
    const round = ++this.#round;
    let verbs: readonly Verb[] = [];
    try {
      verbs = verbsOf(document);
    } catch (error) {
      this.#fault(CODES.document, String(error));
    }
    for (const verb of verbs) {
      this.turns.verbs.push(verb);
      const next = await this.#obey(verb);
      if (round !== this.#round) return;
      if (next !== undefined) return this.#run(next);
    }
    this.end();
  }

  /** Resolves when the verb is over, with the document that replaces this one if it has asked for one. */
  async #obey(verb: Verb): Promise<string | undefined> {
    switch (verb.name) {
      case 'Connect':
        await this.#connect(verb);
        return this.#action(verb, []);
      case 'Dial': {
        this.#isUp();
        const [noun] = verb.nouns;
        if (noun?.name === 'Conference') {
          await this.#network.conferences.enter(noun.text.trim(), this, noun.attributes);
          return this.#action(verb, [['DialCallStatus', 'completed']]);
        }
        const outcome = await dialled(verb, {
          phoneAt: this.#network.phoneAt,
          join: (handset, number, whisperUrl) =>
            this.#join(handset, number, verb.attributes['callerId'], whisperUrl),
        });
        return this.#action(verb, outcome);
      }
      case 'Say':
        this.#isUp();
        this.turns.say(verb);
        return undefined;
      case 'Gather': {
        this.#isUp();
        const heard = await this.turns.listen(verb);
        const isTold = heard.length > 0 || verb.attributes['actionOnEmptyResult'] === 'true';
        return isTold ? this.#action(verb, heard) : undefined;
      }
      case 'Redirect':
        return this.isOver ? undefined : this.#ask(verb.text.trim());
      case 'Hangup':
        this.end();
        return undefined;
      case 'Reject':
        this.end('busy');
        return undefined;
      default:
        this.#fault(CODES.document, `the stand-in knows no <${verb.name}>`);
        return undefined;
    }
  }

  async #action({ attributes }: Verb, more: Fields): Promise<string | undefined> {
    const { action } = attributes;
    if (action === undefined || this.isOver) return undefined;
    return this.#ask(action, more);
  }

  async #connect({ nouns }: Verb): Promise<void> {
    const [noun] = nouns;
    if (noun?.name !== 'Stream' || nouns.length !== 1)
      return this.#fault(CODES.document, 'a <Connect> without its one <Stream>');
    const url = this.#streamUrl(noun.attributes['url'] ?? '');
    if (url === undefined) return;
    const streamSid = `MZ${randomBytes(16).toString('hex')}`;
    const stream = new MediaStream({
      url,
      address: this.#network.reach(url),
      signature: signatureWith(this.#network, url),
      accountSid: this.#network.accountSid,
      callSid: this.sid,
      streamSid,
      customParameters: Object.fromEntries(
        noun.nouns.map(({ attributes }) => [attributes['name'] ?? '', attributes['value'] ?? '']),
      ),
      faults: this.#network.faults,
      onFault: (code, what) => this.#fault(code, what),
      catchUp: this.#network.catchUp,
    });
    await this.#hold(stream, streamSid, noun.attributes['statusCallback']);
  }

  /** Until the stream is closed. */
  async #hold(stream: MediaStream, streamSid: string, statusCallback: string | undefined): Promise<void> {
    const record: StreamRecord = {
      streamSid,
      get mostAheadMs() {
        return stream.mostAheadMs;
      },
    };
    const tell = (event: string) => {
      if (statusCallback === undefined) return;
      const fields: Fields = [
        ...[
          ['AccountSid', this.#network.accountSid] as const,
          ['CallSid', this.sid] as const,
          ['StreamSid', streamSid] as const,
          ['StreamEvent', event] as const,
        ],
        ['Timestamp', new Date().toISOString()],
        ...(event === 'stream-error' ? [['StreamError', 'the stream could not be had'] as const] : []),
      ];
      void this.#network.webhooks.post(this.sid, statusCallback, fields);
    };
    this.#openStreams++;
    this.#stream = stream;
    const opened = await stream.open();
    if (opened && !this.isOver) {
      this.streams.push(record);
      this.#isUp();
    }
    tell(opened ? 'stream-started' : 'stream-error');
    const { atMs, code, byUs } = await stream.closed;
    Object.assign(record, { closedAtMs: atMs, closeCode: code, closedByTwilio: byUs });
    this.#openStreams--;
    if (this.#stream === stream) this.#stream = undefined;
    if (opened) tell('stream-stopped');
  }

  /** The query is dropped. */
  #streamUrl(told: string): string | undefined {
    try {
      const url = new URL(told);
      if (url.protocol !== 'wss:') this.#fault(CODES.notWss, told);
      else return told.split(/[?#]/)[0];
    } catch {
      this.#fault(CODES.malformed, told);
    }
    return undefined;
  }

  #isUp(): void {
    if (this.status === 'in-progress' || this.isOver) return;
    this.tell('in-progress');
    this.options.handset.answered();
  }

  async #join(
    handset: TwilioHandset,
    to: string,
    shown: string | undefined,
    whisperUrl: string | undefined,
  ): Promise<string> {
    const from = shown ?? this.options.from;
    const callee = new TwilioCall(this.#network, { direction: 'outbound-dial', from, to, handset });
    handset.wire(callee);
    void callee.pickedUp();
    if (whisperUrl !== undefined) await callee.#hearWhisper(whisperUrl);
    if (this.isOver) callee.end();
    else [this.peer, callee.peer] = [callee, this];
    return callee.sid;
  }

  /** Words alone are said on this leg. */
  async #hearWhisper(url: string): Promise<void> {
    for (const verb of verbsOf((await this.#ask(url)) ?? '<Response/>')) {
      if (verb.name === 'Say') this.turns.say(verb);
      else this.#fault(CODES.document, `a <${verb.name}> in a whisper`);
    }
  }

  #letPeerGo(): void {
    const { peer } = this;
    this.peer = undefined;
    peer?.end();
  }

  #fault(code: number, what: string): void {
    this.#network.onFault({ callSid: this.sid, code, what });
  }
}

/** What the status is called when it is asked for. */
function eventOf(status: CallStatus): string {
  if (status === 'in-progress') return 'answered';
  return ['queued', 'initiated', 'ringing'].includes(status) ? status : 'completed';
}
