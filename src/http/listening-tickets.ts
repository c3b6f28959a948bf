/** Permissions to listen to one recording: a page's audio element can show no token, but ask for an address that nobody else can guess. */
import { randomBytes } from 'node:crypto';
import type { Clock } from '../base/clock.ts';

/** Long enough to listen to any call with pauses, ms; then the page asks for another. */
const GOOD_FOR_MS = 60 * 60_000;

/** The oldest go first: nobody listens to more at once. */
const MOST_TICKETS = 1000;

interface Ticket {
  readonly recording: string;
  readonly untilMs: number;
}

export class ListeningTickets {
  readonly #clock: Clock;
  readonly #tickets = new Map<string, Ticket>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** 256 bits in base64url, and how long they are good, ms. */
  issue(recording: string): { readonly ticket: string; readonly goodForMs: number } {
    const ticket = randomBytes(32).toString('base64url');
    this.#tickets.set(ticket, { recording, untilMs: this.#clock.nowMs() + GOOD_FOR_MS });
    const [oldest] = this.#tickets.keys();
    if (this.#tickets.size > MOST_TICKETS && oldest !== undefined) this.#tickets.delete(oldest);
    return { ticket, goodForMs: GOOD_FOR_MS };
  }

  /** The recording that may be listened to with it; undefined if it is not, or no longer, good. */
  recordingOf(ticket: string): string | undefined {
    const found = this.#tickets.get(ticket);
    if (found && found.untilMs > this.#clock.nowMs()) return found.recording;
    this.#tickets.delete(ticket);
    return undefined;
  }
}
