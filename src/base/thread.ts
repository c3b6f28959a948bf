/** Work that must never make a call wait, in a thread of its own: questions go there, answers come back in their order. */
import { Worker, parentPort } from 'node:worker_threads';
import { messageOf } from './message-of.ts';
import { ParleyError, isParleyError } from './errors.ts';
import type { ErrorCode } from './error-catalogue.ts';

interface Question {
  /** Not there if nobody waits for an answer. */
  readonly id?: number;
  readonly question: unknown;
}

type Message =
  | { readonly kind: 'answer'; readonly id: number; readonly answer: unknown }
  | { readonly kind: 'failure'; readonly id: number; readonly code: ErrorCode; readonly detail: string }
  | { readonly kind: 'news'; readonly news: unknown };

interface Waiting {
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: unknown) => void;
}

export interface ThreadOptions {
  /** The module, without its ending: `new URL('./store-thread', import.meta.url)`. */
  readonly module: URL;
  /** What the module finds in its `workerData`. */
  readonly data?: unknown;
  /** Told of what the thread tells without being asked. */
  readonly onNews?: (news: unknown) => void;
  /** What questions are rejected with once the thread has ended. */
  readonly goneCode: ErrorCode;
}

export class Thread {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  readonly #goneCode: ErrorCode;
  #questions = 0;
  #isOver = false;

  constructor({ module, data, onNews, goneCode }: ThreadOptions) {
    this.#goneCode = goneCode;
    this.#worker = workerOf(module, data);
    this.#worker.on('message', (message: Message) => {
      if (message.kind === 'news') onNews?.(message.news);
      else this.#settle(message);
    });
    this.#worker.on('error', (error) => this.#end(error));
    this.#worker.on('exit', () => this.#end(new Error('it has ended')));
  }

  /** It answers no more questions. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Rejects with what the thread threw: a ParleyError as such, anything else as INTERNAL; or `goneCode` if the thread has ended. */
  ask(question: unknown): Promise<unknown> {
    if (this.#isOver) return Promise.reject(this.#gone());
    return new Promise((resolve, reject) => {
      const id = this.#questions++;
      this.#waiting.set(id, { resolve, reject });
      this.#worker.postMessage({ id, question } satisfies Question);
    });
  }

  /** Has it done in its place among the questions, and waits for nothing: what comes of it, the thread has to keep. */
  order(question: unknown): void {
    if (!this.#isOver) this.#worker.postMessage({ question } satisfies Question);
  }

  /** Ends it, whatever it is doing. */
  async close(): Promise<void> {
    await this.#worker.terminate();
    this.#end(new Error('it was closed'));
  }

  #settle(message: Exclude<Message, { kind: 'news' }>): void {
    const { id } = message;
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (message.kind === 'answer') waiting?.resolve(message.answer);
    else waiting?.reject(new ParleyError(message.code, message.detail));
  }

  #end(cause: unknown): void {
    this.#isOver = true;
    for (const { reject } of this.#waiting.values()) reject(this.#gone(cause));
    this.#waiting.clear();
  }

  #gone(cause?: unknown): ParleyError {
    return new ParleyError(this.#goneCode, 'The thread that does this has ended.', { cause });
  }
}

/** Inside the thread: answers questions one after another. `tell` tells something that nobody has asked for. */
export function answerQuestions(answer: (question: unknown) => unknown): {
  tell: (news: unknown) => void;
} {
  const send = (message: Message) => parentPort?.postMessage(message);
  let last = Promise.resolve();
  parentPort?.on('message', ({ id, question }: Question) => {
    last = last.then(async () => {
      try {
        const answered = await answer(question);
        if (id !== undefined) send({ kind: 'answer', id, answer: answered });
      } catch (error) {
        if (id === undefined) return;
        const { code, detail } = isParleyError(error)
          ? error
          : { code: 'INTERNAL' as const, detail: messageOf(error) };
        send({ kind: 'failure', id, code, detail });
      }
    });
  });
  return { tell: (news) => send({ kind: 'news', news }) };
}

/** Before it is compiled a thread needs the loader that the process was started with: Node 20 hands it on to no thread. */
function workerOf(module: URL, workerData: unknown): Worker {
  if (!import.meta.url.endsWith('.ts')) return new Worker(new URL(`${module.href}.js`), { workerData });
  const [loader, entry] = [import.meta.resolve('tsx/esm/api'), `${module.href}.ts`];
  const code = `import(${JSON.stringify(loader)}).then(({ register }) => { register(); return import(${JSON.stringify(entry)}); });`;
  return new Worker(code, { eval: true, workerData });
}
