/**
 * Twilio's end of a Media Stream (twilio.com/docs/voice/media-streams/websocket-messages): it opens the WebSocket, says what the caller says,
 * and plays what it is sent. What the service may not do is told of as a fault with Twilio's number.
 */
import { once } from 'node:events';
import { WebSocket, type RawData } from 'ws';
import { encodeG711, G711_SAMPLE_RATE_HZ } from '../../../audio/g711.ts';
import { fromSamples } from '../../../audio/pcm.ts';
import { systemClock, type CancelTimer } from '../../../base/clock.ts';
import { NOTHING, type Frame } from '../asterisk/frames.ts';
import type { CallEnding, TwilioFaults } from './faults.ts';
import { PlayBuffer } from './play-buffer.ts';

export interface MediaStreamOptions {
  /** As Twilio was told: `wss://voice.example.com/ws`. */
  readonly url: string;
  /** The same on this machine. */
  readonly address: string;
  readonly signature: string;
  readonly accountSid: string;
  readonly callSid: string;
  readonly streamSid: string;
  readonly customParameters: Readonly<Record<string, string>>;
  readonly faults: TwilioFaults;
  readonly onFault: (code: number, what: string) => void;
  /** Plays the frames that are overdue, so that what is sent now comes after them. */
  readonly catchUp: () => void;
}

/** Twilio's numbers. */
const CODES = {
  refused: 31_902,
  notSwitched: 31_920,
  notConforming: 31_924,
  binary: 31_950,
  invalid: 31_951,
};

const OPENED_WITHIN_MS = 10_000;
/** Twilio closes so long after `stop`, ms, unless the service has: longer than a service may take. */
const CLOSES_AFTER_MS = 1000;
/** It is waited for in steps, ms: while this process stands still a service that shares it cannot close, and that counts as one step. */
const STEP_MS = 100;
/** What comes late under a fault does so by this, ms. */
const STOP_LATE_MS = 2000;
/** Base64 of RFC 4648, with its padding. */
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

export class MediaStream {
  /** Resolves when the connection is gone; never rejects. `byUs`: Twilio has closed it. */
  readonly closed: Promise<{ readonly atMs: number; readonly code: number; readonly byUs: boolean }>;
  readonly #options: MediaStreamOptions;
  readonly #socket: WebSocket;
  readonly #buffer: PlayBuffer;
  readonly #timers = new Set<CancelTimer>();
  #sequence = 1;
  #chunk = 1;
  #startedAtMs: number | undefined;
  #isStopped = false;
  #closing = false;
  #binaryTold = false;

  constructor(options: MediaStreamOptions) {
    const { address, signature } = options;
    this.#options = options;
    this.#buffer = new PlayBuffer((name) => this.#onMark(name));
    this.#socket = new WebSocket(address, {
      perMessageDeflate: false,
      handshakeTimeout: OPENED_WITHIN_MS,
      headers: { 'x-twilio-signature': signature },
    });
    this.#socket.on('message', (data, isBinary) => this.#onMessage(data, isBinary));
    this.closed = new Promise((resolve) => {
      this.#socket.once('close', (code) => {
        for (const cancel of this.#timers) cancel();
        resolve({ atMs: performance.now(), code, byUs: this.#closing });
      });
    });
  }

  get mostAheadMs(): number {
    return this.#buffer.mostAheadMs;
  }

  get isStarted(): boolean {
    return this.#startedAtMs !== undefined;
  }

  /** Resolves when it has begun, with `start`; false, and a fault is told of, if it could not. */
  async open(): Promise<boolean> {
    const { accountSid, callSid, streamSid, customParameters, onFault } = this.#options;
    this.#socket.once('unexpected-response', (_request, response) => {
      onFault(CODES.notSwitched, `the upgrade was answered with ${response.statusCode}`);
      this.#socket.terminate();
    });
    try {
      await once(this.#socket, 'open');
    } catch (error) {
      if (!/Unexpected server response|closed before/.test(String(error)))
        onFault(CODES.refused, `no WebSocket: ${String(error)}`);
      return false;
    }
    this.#socket.on('error', (error) => onFault(CODES.notConforming, error.message));
    if (this.#closing) return false;
    this.#write({ event: 'connected', protocol: 'Call', version: '1.0.0' });
    const mediaFormat = { encoding: 'audio/x-mulaw', sampleRate: G711_SAMPLE_RATE_HZ, channels: 1 };
    this.#tell('start', {
      start: { accountSid, streamSid, callSid, tracks: ['inbound'], mediaFormat, customParameters },
    });
    this.#startedAtMs = performance.now();
    return true;
  }

  /** Says what the caller says. */
  say(frame: Frame): void {
    if (this.#startedAtMs === undefined || this.#isStopped || frame === NOTHING) return;
    const sinceMs = performance.now() - this.#startedAtMs;
    if (sinceMs < this.#options.faults.firstMediaAfterMs) return;
    const ulaw = encodeG711(fromSamples(frame, G711_SAMPLE_RATE_HZ), 'PCMU');
    this.#tell('media', {
      media: {
        track: 'inbound',
        chunk: String(this.#chunk++),
        timestamp: String(Math.round(sinceMs)),
        payload: Buffer.from(ulaw).toString('base64'),
      },
    });
  }

  /** What the caller hears. */
  play(): Frame {
    return this.#buffer.play();
  }

  press(digit: string): void {
    if (this.isStarted) this.#tell('dtmf', { dtmf: { track: 'inbound_track', digit } });
  }

  /** The call is over, or goes on elsewhere. */
  end(how: CallEnding): void {
    if (this.#isStopped) return;
    if (how === 'cut') {
      this.#isStopped = this.#closing = true;
      this.#socket.terminate();
      return;
    }
    if (how === 'stopFirst') return this.#stop();
    if (how === 'statusFirst') return this.#after(STOP_LATE_MS, () => this.#stop());
    this.#isStopped = true;
  }

  /** Nothing is waited for any more. */
  cut(): void {
    this.#closing = true;
    this.#socket.terminate();
  }

  #stop(): void {
    const { accountSid, callSid } = this.#options;
    if (this.isStarted) this.#tell('stop', { stop: { accountSid, callSid } });
    this.#isStopped = true;
    this.#afterSteps(CLOSES_AFTER_MS / STEP_MS, () => {
      this.#closing = true;
      this.#socket.close(1000);
      this.#after(CLOSES_AFTER_MS, () => this.#socket.terminate());
    });
  }

  #onMark(name: string): void {
    const { marksLateMs } = this.#options.faults;
    const tell = () => this.#tell('mark', { mark: { name } });
    if (marksLateMs === 0) tell();
    else this.#after(marksLateMs, tell);
  }

  #onMessage(data: RawData, isBinary: boolean): void {
    this.#options.catchUp();
    if (isBinary) return this.#notText('a binary message');
    let said: unknown;
    try {
      said = JSON.parse((data as Buffer).toString('utf8'));
    } catch {
      return this.#notText('no JSON');
    }
    this.#obey(said ?? {});
  }

  #obey(order: Order): void {
    const { onFault, streamSid } = this.#options;
    const invalid = (what: string) => onFault(CODES.invalid, what);
    const { event } = order;
    if (event !== 'media' && event !== 'mark' && event !== 'clear') {
      onFault(CODES.notConforming, `the event ${String(event)}`);
      return this.cut();
    }
    if (order.streamSid !== streamSid) return invalid(`${event} of the stream ${String(order.streamSid)}`);
    if (event === 'clear') return this.#buffer.clear();
    if (event === 'mark') {
      const name = order.mark?.name;
      return typeof name === 'string' && name !== ''
        ? this.#buffer.mark(name)
        : invalid('a mark without a name');
    }
    const payload = order.media?.payload;
    if (typeof payload !== 'string' || payload === '' || !BASE64.test(payload))
      return invalid('media without a payload in base64');
    this.#buffer.add(Buffer.from(payload, 'base64'));
  }

  #notText(what: string): void {
    // Once a stream.
    if (!this.#binaryTold) this.#options.onFault(CODES.binary, what);
    this.#binaryTold = true;
  }

  #tell(event: string, fields: Readonly<Record<string, unknown>>): void {
    const { streamSid } = this.#options;
    if (this.#isStopped) return;
    this.#write({ event, sequenceNumber: String(this.#sequence++), streamSid, ...fields });
  }

  #write(message: unknown): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }

  #afterSteps(count: number, act: () => void): void {
    this.#after(STEP_MS, () => (count === 1 ? act() : this.#afterSteps(count - 1, act)));
  }

  #after(delayMs: number, act: () => void): void {
    const cancel = systemClock.after(delayMs, () => {
      this.#timers.delete(cancel);
      act();
    });
    this.#timers.add(cancel);
  }
}

/** What a service may send, as far as it can be believed. */
interface Order {
  readonly event?: unknown;
  readonly streamSid?: unknown;
  readonly mark?: { readonly name?: unknown };
  readonly media?: { readonly payload?: unknown };
}
