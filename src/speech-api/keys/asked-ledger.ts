/** A ledger that another process keeps for several: questions and answers as messages between them. */
import { z } from 'zod';
import type { Ledger } from './ledger.ts';

const question = z.discriminatedUnion('ask', [
  z.object({ ask: z.literal('take'), number: z.number(), key: z.string(), perMinute: z.number() }),
  z.object({ ask: z.literal('isNew'), number: z.number(), signature: z.string() }),
]);
const reply = z.object({ answerTo: z.number(), value: z.union([z.number(), z.boolean()]) });

/** Between processes of one machine it takes less than a millisecond; whoever does not answer so long is ending, ms. */
const ANSWERED_WITHIN_MS = 2_000;

/** Answers one message, if it is a question to the ledger. */
export async function answerFrom(
  ledger: Ledger,
  message: unknown,
  send: (message: object) => void,
): Promise<void> {
  const asked = question.safeParse(message);
  if (!asked.success) return;
  const { data } = asked;
  const value =
    data.ask === 'take' ? await ledger.take(data.key, data.perMinute) : await ledger.isNew(data.signature);
  send({ answerTo: data.number, value });
}

export class AskedLedger implements Ledger {
  readonly #send: (message: object) => void;
  readonly #otherwise: Ledger;
  readonly #waiting = new Map<number, (value: number | boolean) => void>();
  #number = 0;

  /** `otherwise` decides where no answer comes. Give it every message that comes. */
  constructor(send: (message: object) => void, otherwise: Ledger) {
    this.#send = send;
    this.#otherwise = otherwise;
  }

  receive(message: unknown): void {
    const told = reply.safeParse(message);
    if (told.success) this.#waiting.get(told.data.answerTo)?.(told.data.value);
  }

  async take(key: string, perMinute: number): Promise<number> {
    const waitMs = await this.#asked({ ask: 'take', key, perMinute });
    return typeof waitMs === 'number' ? waitMs : this.#otherwise.take(key, perMinute);
  }

  async isNew(signature: string): Promise<boolean> {
    const isNew = await this.#asked({ ask: 'isNew', signature });
    return typeof isNew === 'boolean' ? isNew : this.#otherwise.isNew(signature);
  }

  async #asked(what: object): Promise<number | boolean | undefined> {
    const number = this.#number++;
    let timer: NodeJS.Timeout | undefined;
    const answered = new Promise<number | boolean | undefined>((resolve) => {
      this.#waiting.set(number, resolve);
      timer = setTimeout(resolve, ANSWERED_WITHIN_MS, undefined);
    });
    try {
      this.#send({ ...what, number });
      return await answered;
    } catch {
      return undefined;
    } finally {
      clearTimeout(timer);
      this.#waiting.delete(number);
    }
  }
}
