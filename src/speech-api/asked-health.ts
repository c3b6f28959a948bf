/** The processes of one service ask each other how they do, through the one that looks after them. */
import { z } from 'zod';
import { processHealth } from './process-health.ts';
import type { ProcessHealth } from './process-health.ts';

/** Who does not tell by then is starting, or ending, or has too much to do, ms: whoever balances load waits for the answer. */
const TOLD_WITHIN_MS = 500;

const question = z.object({ askHealth: z.number() });
const wish = z.object({ tellHealth: z.number() });
const told = z.object({ healthFor: z.number(), health: processHealth });
const answer = z.object({ healthAnswer: z.number(), others: z.array(processHealth) });

type Send = (message: object) => void;

/** In a process that serves. Give it every message that comes. */
export class AskedHealth {
  readonly #send: Send;
  readonly #waiting = new Map<number, (others: readonly ProcessHealth[]) => void>();
  #number = 0;
  #own: (() => ProcessHealth) | undefined;

  constructor(send: Send) {
    this.#send = send;
  }

  /** From now on this process tells others of itself. */
  tells(own: () => ProcessHealth): void {
    this.#own = own;
  }

  receive(message: unknown): void {
    const wanted = wish.safeParse(message);
    if (wanted.success && this.#own) this.#send({ healthFor: wanted.data.tellHealth, health: this.#own() });
    const given = answer.safeParse(message);
    if (given.success) this.#waiting.get(given.data.healthAnswer)?.(given.data.others);
  }

  /** How the others do that tell it in time. Never rejects. */
  async others(): Promise<readonly ProcessHealth[]> {
    const number = this.#number++;
    let timer: NodeJS.Timeout | undefined;
    const answered = new Promise<readonly ProcessHealth[]>((resolve) => {
      this.#waiting.set(number, resolve);
      timer = setTimeout(resolve, 2 * TOLD_WITHIN_MS, []);
    });
    try {
      this.#send({ askHealth: number });
      return await answered;
    } catch {
      return [];
    } finally {
      clearTimeout(timer);
      this.#waiting.delete(number);
    }
  }
}

interface Gathering {
  readonly health: ProcessHealth[];
  readonly wanted: number;
  readonly done: () => void;
}

/** In the process that looks after them. */
export class HealthExchange {
  readonly #gathered = new Map<number, Gathering>();
  #number = 0;

  /** Give it every message that comes, with who sent it, and who else there is. */
  async receive(message: unknown, answerTo: Send, others: readonly Send[]): Promise<void> {
    const one = told.safeParse(message);
    if (one.success) {
      const gathering = this.#gathered.get(one.data.healthFor);
      gathering?.health.push(one.data.health);
      if (gathering && gathering.health.length >= gathering.wanted) gathering.done();
    }
    const asked = question.safeParse(message);
    if (!asked.success) return;
    answerTo({ healthAnswer: asked.data.askHealth, others: await this.#gather(others) });
  }

  async #gather(others: readonly Send[]): Promise<readonly ProcessHealth[]> {
    if (others.length === 0) return [];
    const number = this.#number++;
    const health: ProcessHealth[] = [];
    let timer: NodeJS.Timeout | undefined;
    const gathered = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, TOLD_WITHIN_MS);
      this.#gathered.set(number, { health, wanted: others.length, done: resolve });
    });
    for (const send of others) send({ tellHealth: number });
    await gathered;
    clearTimeout(timer);
    this.#gathered.delete(number);
    return health;
  }
}
