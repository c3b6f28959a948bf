/** A call from a page: the same as from a telephone, over one WebSocket. */
import { randomUUID } from 'node:crypto';
import type { Clock } from '../../base/clock.ts';
import type { ErrorCode } from '../../base/error-catalogue.ts';
import { ParleyError } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import { SlidingRate } from '../../base/sliding-rate.ts';
import { BYTES_PER_SAMPLE, msToBytes } from '../../audio/pcm.ts';
import { LineEnd } from '../line.ts';
import type { Line, Party } from '../line.ts';
import { placeText } from '../transfer-target.ts';
import type { TransferTarget } from '../transfer-target.ts';
import { CallerAudio } from '../streaming/caller-audio.ts';
import type { SpeechDetector } from '../../vad/speech-detector.ts';
import { StreamPlayer } from '../streaming/stream-player.ts';
import { BrowserHearing } from './browser-hearing.ts';
import { PAGE_RATE_HZ, readPageMessage } from './page-wire.ts';
import type { PageMessage, ServiceMessage } from './page-wire.ts';

/** The ids of these calls begin so. */
const ID_PREFIX = 'browser-';

/** How far the microphone may be ahead of the clock, ms: what a page that was stalled has kept back. More is no microphone. */
const MOST_AHEAD_MS = 5000;

/** Text messages in a second: marks come four times, people type less. */
const MOST_MESSAGES_PER_SECOND = 50;

/** A page's WebSocket, as far as a line needs it. */
export interface PageSocket {
  send(data: string | Uint8Array): void;
  /** Politely, with a code of RFC 6455. */
  close(code: number): void;
  onMessage(listener: (data: Uint8Array, isBinary: boolean) => void): void;
  onClose(listener: () => void): void;
}

export interface BrowserLineOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly socket: PageSocket;
  /** The bot that was asked for. */
  readonly bot: string | undefined;
  readonly speechDetector: (sampleRateHz: number) => SpeechDetector;
}

/** RFC 6455, 7.4.1. */
const NORMAL = 1000;
const POLICY_VIOLATION = 1008;

export class BrowserLine implements Line {
  readonly id: string;
  readonly party: Party;
  readonly hearing: BrowserHearing;
  readonly player: StreamPlayer;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #socket: PageSocket;
  readonly #audio: CallerAudio;
  readonly #end = new AbortController();
  #answeredAtMs: number | undefined;
  #heardBytes = 0;
  readonly #messages: SlidingRate;

  constructor({ clock, log, socket, bot, speechDetector }: BrowserLineOptions) {
    this.id = `${ID_PREFIX}${randomUUID().slice(0, 8)}`;
    this.party = { direction: 'inbound', number: '', name: 'Browser', dialled: '', bot };
    this.#clock = clock;
    this.#messages = new SlidingRate(clock, 1000);
    this.#log = log.child({ call: this.id });
    this.#socket = socket;
    const sampleRateHz = PAGE_RATE_HZ;
    this.#audio = new CallerAudio({ clock, sampleRateHz, detector: speechDetector(sampleRateHz) });
    this.hearing = new BrowserHearing({ clock, audio: this.#audio });
    const onStalled = () => this.#over(new LineEnd('lost'));
    this.player = new StreamPlayer({ clock, log: this.#log, sampleRateHz, onStalled });
    socket.onMessage((data, isBinary) => this.#onMessage(data, isBinary));
    socket.onClose(() => this.#over(new LineEnd('caller')));
    this.#tell({ event: 'call', id: this.id });
  }

  get ended(): AbortSignal {
    return this.#end.signal;
  }

  async answer(): Promise<void> {
    if (this.ended.aborted) throw new ParleyError('LINE_ENDED', 'The page is gone.');
    this.#answeredAtMs = this.#clock.nowMs();
    this.#tell({ event: 'answered' });
    this.player.attach({
      sendAudio: (pcm) => this.#socket.send(pcm),
      mark: (id) => this.#tell({ event: 'mark', id }),
      pause: () => this.#tell({ event: 'pause' }),
      resume: () => this.#tell({ event: 'resume' }),
      flush: () => this.#tell({ event: 'flush' }),
    });
  }

  async hangup(): Promise<void> {
    this.#over(new LineEnd('us'));
  }

  /** There is no dialplan behind a page: it is told where a telephone would have gone. */
  async transfer(to: TransferTarget): Promise<void> {
    if (this.ended.aborted) throw new ParleyError('LINE_ENDED', 'The page is gone.');
    this.#over(new LineEnd('transferred'), placeText(to));
  }

  async close(): Promise<void> {
    await this.hangup();
    this.player.close();
    this.hearing.close();
  }

  #onMessage(data: Uint8Array, isBinary: boolean): void {
    if (this.ended.aborted) return;
    if (isBinary) return this.#onAudio(data);
    this.#messages.note();
    if (this.#messages.count > MOST_MESSAGES_PER_SECOND)
      return this.#refuse('HTTP_TOO_MANY', 'The page says too much.');
    const message = readPageMessage(new TextDecoder().decode(data));
    if (!message) return this.#refuse('HTTP_INVALID', 'The page says what is not understood.');
    this.#onPageMessage(message);
  }

  #onPageMessage(message: PageMessage): void {
    switch (message.event) {
      case 'mark':
        return this.player.markPlayed(message.id, this.#clock.nowMs());
      case 'typed':
        return this.hearing.type(message.text);
      case 'digit':
        return this.#audio.digit(message.digit);
      case 'hangup':
        return this.#over(new LineEnd('caller'));
    }
  }

  #onAudio(pcm: Uint8Array): void {
    if (pcm.byteLength % BYTES_PER_SAMPLE !== 0)
      return this.#refuse('HTTP_INVALID', 'Half a sample was sent.');
    // Before the answer nobody listens.
    if (this.#answeredAtMs === undefined) return;
    this.#heardBytes += pcm.byteLength;
    const nowMs = this.#clock.nowMs();
    const atMostMs = nowMs - this.#answeredAtMs + MOST_AHEAD_MS;
    if (this.#heardBytes > msToBytes(atMostMs, PAGE_RATE_HZ))
      return this.#refuse('HTTP_TOO_MANY', 'Sound comes faster than anybody can speak.');
    this.#audio.arrived(pcm, nowMs);
  }

  /** Tells the page what it did wrong, and ends the call. */
  #refuse(code: ErrorCode, message: string): void {
    this.#log.warn({ event: 'browser.refused', code }, 'a page does what no page of ours does');
    this.#tell({ event: 'error', code, message });
    this.#over(new LineEnd('lost'));
  }

  #over(end: LineEnd, to?: string): void {
    if (this.ended.aborted) return;
    this.#tell({ event: 'ended', by: end.by, ...(to !== undefined && { to }) });
    this.#socket.close(end.by === 'lost' ? POLICY_VIOLATION : NORMAL);
    this.#end.abort(end);
  }

  #tell(message: ServiceMessage): void {
    this.#socket.send(JSON.stringify(message));
  }
}
