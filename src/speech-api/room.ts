/** How much is done at once: each request may hold a whole recording in memory. */
import type { FastifyReply } from 'fastify';
import { SpeechRefusal } from './refusal.ts';

export class Room {
  readonly #most: number;
  #taken = 0;

  constructor(most: number) {
    this.#most = most;
  }

  get state() {
    return { under_way: this.#taken, most: this.#most };
  }

  /** Until the answer is sent, or its client has gone. Throws SERVICE_BUSY. */
  take(reply: FastifyReply): void {
    if (this.#taken >= this.#most)
      throw new SpeechRefusal('SERVICE_BUSY', `${this.#most} requests are under way already.`);
    this.#taken++;
    reply.raw.once('close', () => void this.#taken--);
  }
}
