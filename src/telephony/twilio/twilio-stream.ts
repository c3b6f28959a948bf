/** One WebSocket that claims to carry a call: what is said on it is checked, and told to the line that its start has made. */
import type { CancelTimer, Clock } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';
import { CLOSED } from './media-socket.ts';
import type { TwilioSocket } from './media-socket.ts';
import { readTwilioMessage } from './media-wire.ts';
import type { StartMessage, TwilioMessage } from './media-wire.ts';
import type { TwilioLine } from './twilio-line.ts';

/** Twilio says `start` right after it has connected, ms: whoever has not by then is not Twilio, or has nothing to say. */
const START_WITHIN_MS = 10_000;

/** So many messages that are not understood end a call: it cannot go well. */
const MOST_FAULTS = 50;

export interface TwilioStreamOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly socket: TwilioSocket;
  /** Makes the line of a call that begins; undefined if it is not wanted. */
  readonly begin: (start: StartMessage) => TwilioLine | undefined;
}

export class TwilioStream {
  readonly #options: TwilioStreamOptions;
  #streamSid: string | undefined;
  #line: TwilioLine | undefined;
  #faults = 0;
  #cancelWait: CancelTimer;

  constructor(options: TwilioStreamOptions) {
    const { clock, socket } = options;
    this.#options = options;
    this.#cancelWait = clock.after(START_WITHIN_MS, () => this.#refuse('no start within ten seconds'));
    socket.onMessage((data, isBinary) => this.#onMessage(data, isBinary));
    socket.onClose(() => {
      this.#cancelWait();
      // After a fault of Twilio's or of the network only this tells of the end (1006).
      this.#line?.over('caller');
    });
  }

  #onMessage(data: Uint8Array, isBinary: boolean): void {
    if (isBinary) return this.#fault('binary');
    const message = readTwilioMessage(new TextDecoder().decode(data));
    if (message === 'malformed') return this.#fault('malformed');
    if (message === 'unknown')
      return this.#options.log.debug({ event: 'twilio.unknown' }, 'Twilio says what is new');
    if (message.event === 'connected') return;
    if (message.event === 'start') return this.#start(message);
    this.#goOn(message);
  }

  #start(message: StartMessage): void {
    if (this.#streamSid !== undefined) return this.#fault('started twice');
    this.#cancelWait();
    this.#streamSid = message.streamSid;
    this.#line = this.#options.begin(message);
    if (!this.#line) this.#options.socket.close(CLOSED.tryAgainLater);
  }

  #goOn(message: Exclude<TwilioMessage, { event: 'connected' | 'start' }>): void {
    if (this.#streamSid === undefined) return this.#fault(`${message.event} before start`);
    if (message.streamSid !== this.#streamSid) return this.#fault('another streamSid');
    this.#line?.onMessage(message);
  }

  #fault(what: string): void {
    const isBegun = this.#streamSid !== undefined;
    this.#faults++;
    if (this.#faults === 1 || !isBegun)
      this.#options.log.warn({ event: 'twilio.invalid', code: 'TWILIO_STREAM_INVALID', what }, WRONG);
    if (!isBegun) return this.#refuse(what);
    if (this.#faults >= MOST_FAULTS) this.#line?.over('lost');
  }

  #refuse(what: string): void {
    this.#cancelWait();
    this.#options.log.warn(
      { event: 'twilio.refused', code: 'TWILIO_STREAM_INVALID', what },
      'a stream is closed',
    );
    this.#options.socket.close(CLOSED.unwanted);
  }
}

const WRONG = 'something is said on a stream that Twilio does not say';
