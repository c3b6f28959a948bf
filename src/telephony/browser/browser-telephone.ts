/** Calls from pages, as one of the service's telephones: it needs nothing but the web server that brings their sockets. */
import type { Clock } from '../../base/clock.ts';
import { FaultScope } from '../../base/fault-scope.ts';
import type { Log } from '../../base/log.ts';
import type { SpeechDetector } from '../../vad/speech-detector.ts';
import type { OnArrival, Telephone } from '../telephone.ts';
import { BrowserLine } from './browser-line.ts';
import type { PageSocket } from './browser-line.ts';

export interface BrowserTelephoneOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly speechDetector: (sampleRateHz: number) => SpeechDetector;
  readonly onArrival: OnArrival;
}

/** A WebSocket's close code (IANA): as 503. */
const TRY_AGAIN_LATER = 1013;

export class BrowserTelephone implements Telephone {
  readonly name = 'browser';
  readonly isFor = 'pages';
  /** There is nothing behind a page: it is told where a telephone would have gone. */
  readonly transfers = ['dialplan'] as const;
  readonly speech = 'live';
  readonly #options: BrowserTelephoneOptions;
  #open = false;

  constructor(options: BrowserTelephoneOptions) {
    this.#options = options;
  }

  open(): Promise<void> {
    this.#open = true;
    return Promise.resolve();
  }

  get connected(): boolean {
    return this.#open;
  }

  get trouble(): string | undefined {
    return this.#open ? undefined : 'no page can call yet';
  }

  /** A page calls a bot; whether it is taken is told over the socket. */
  take(socket: PageSocket, bot: string | undefined): void {
    if (!this.#open) return socket.close(TRY_AGAIN_LATER);
    const { clock, log, onArrival, speechDetector } = this.#options;
    new FaultScope().run(() => {
      const line = new BrowserLine({ clock, log, socket, bot, speechDetector });
      onArrival({ line, leg: line.id, speech: 'live', takeTyped: () => line.hearing.takeTyped() });
    });
  }

  close(): Promise<void> {
    this.#open = false;
    return Promise.resolve();
  }
}
