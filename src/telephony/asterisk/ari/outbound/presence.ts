/**
 * Tells the dialplan that Parley is there. An application of a persistent outbound WebSocket stays registered while nobody is connected
 * (res/ari/ari_websockets.c of 22 registers it when Asterisk starts, and queues its events): Stasis() would keep a caller waiting for a
 * Parley that is gone. So a global variable holds when this one was last there, by Asterisk's own clock, and the dialplan looks at it.
 */
import type { CancelTimer, Clock } from '../../../../base/clock.ts';

/** How often it is told, ms. The dialplan believes it for three times as long: fleet-config.ts. */
export const PRESENCE_MS = 2_000;

/** The global variable of an application. */
export function presenceOf(app: string): string {
  return `PARLEY_SEEN_${app}`;
}

export interface PresenceOptions {
  readonly clock: Clock;
  /** Seconds since 1970 by Asterisk's clock. */
  readonly epochSeconds: () => number;
  /** Sets the variable. */
  readonly tell: (value: string) => Promise<void>;
}

export class Presence {
  readonly #options: PresenceOptions;
  #cancel: CancelTimer | undefined;

  constructor(options: PresenceOptions) {
    this.#options = options;
  }

  /** Asterisk has connected. */
  start(): void {
    this.stop();
    this.#tell();
  }

  /** The connection is gone, and with it the way to tell anything. Idempotent. */
  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  /** No further call is wanted. Never rejects. */
  async leave(): Promise<void> {
    this.stop();
    await this.#options.tell('0').catch(() => undefined);
  }

  #tell(): void {
    const { clock, epochSeconds, tell } = this.#options;
    this.#cancel = clock.after(PRESENCE_MS, () => this.#tell());
    // What fails now is told again in a moment; where it fails for good, the dialplan is right to pass by.
    tell(String(epochSeconds())).catch(() => undefined);
  }
}
