/** Shared work of one kind in Redis. */
import { z } from 'zod';
import type { Redis } from '../base/redis.ts';
import { runScript } from '../base/redis-script.ts';
import type { Noted, SharedWork, SharedWorks, Tended } from '../base/shared-works.ts';
import type { Session } from './fleet-memory.ts';
import { WORK_SCRIPTS } from './work-scripts.ts';

/** So many lines are given at once: a hundred thousand are some of them. */
const LINES_AT_ONCE = 1_000;

const tended = z.tuple([
  z.array(z.tuple([z.string(), z.number(), z.array(z.string())])),
  z.array(z.string()),
]);
const works = z.array(z.tuple([z.string(), z.string(), z.number(), z.string()]));

export interface RedisWorksOptions {
  /** Closed by whoever opened it. */
  readonly redis: Redis;
  /** The beginning of every key of the fleet. */
  readonly prefix: string;
  readonly kind: string;
  /** Undefined while this daemon is in no fleet: then all reject that would act for it. */
  readonly session: () => Session | undefined;
}

export class RedisWorks implements SharedWorks {
  readonly #options: RedisWorksOptions;

  constructor(options: RedisWorksOptions) {
    this.#options = options;
  }

  async begin(
    name: string,
    { age, summary }: { readonly age: number; readonly summary: string },
  ): Promise<boolean> {
    return (await this.#act('begin', name, age, summary)) === 1;
  }

  async note(name: string, lines: readonly string[]): Promise<Noted> {
    return notedOf(await this.#act('note', name, ...lines));
  }

  async put(name: string, line: string): Promise<Noted> {
    return notedOf(await this.#act('put', name, line));
  }

  async take(name: string): Promise<number | undefined> {
    const age = await this.#act('take', name);
    return age === null ? undefined : Number(age);
  }

  async read(name: string, from: number): Promise<readonly string[]> {
    const { redis, prefix, kind } = this.#options;
    return redis.lrange(`${prefix}lines:${kind}:${name}`, from, from + LINES_AT_ONCE - 1);
  }

  async tend(mine: ReadonlyMap<string, string | undefined>): Promise<Tended> {
    const pairs = [...mine].flatMap(([name, summary = '']) => [name, summary]);
    const [held, forsaken] = tended.parse(await this.#act('tend', '', ...pairs));
    return {
      mine: held.map(([name, hold, orders]) => ({ name, hold: notedOf(hold), orders })),
      forsaken,
    };
  }

  async order(name: string, order: string): Promise<boolean> {
    return (await this.#run('order', '', '', name, order)) === 1;
  }

  async all(): Promise<readonly SharedWork[]> {
    const all = works.parse(await this.#run('all', '', '', ''));
    return all.map(([name, daemon, owned, summary]) => ({ name, daemon, isOwned: owned === 1, summary }));
  }

  async leave(name: string): Promise<void> {
    const { daemon, token } = this.#session;
    await this.#run('leave', daemon, token, name);
  }

  async close(name: string, what: 'keep' | 'forget' | 'remove'): Promise<void> {
    await this.#act('close', name, what);
  }

  get #session(): Session {
    const session = this.#options.session();
    if (!session) throw new Error('this daemon is in no fleet at present');
    return session;
  }

  async #act(
    script: keyof typeof WORK_SCRIPTS,
    name: string,
    ...args: readonly (string | number)[]
  ): Promise<unknown> {
    const { daemon, token } = this.#session;
    const answer = await this.#run(script, daemon, token, name, ...args);
    // Nobody has taken anything yet; the next heartbeat renews it.
    if (answer === -2) throw new Error('the lease of this daemon has run out');
    return answer;
  }

  #run(
    script: keyof typeof WORK_SCRIPTS,
    daemon: string,
    token: number | string,
    name: string,
    ...args: readonly (string | number)[]
  ): Promise<unknown> {
    const { redis, prefix, kind } = this.#options;
    return runScript(redis, WORK_SCRIPTS[script], [prefix], [daemon, token, kind, name, ...args]);
  }
}

function notedOf(answer: unknown): Noted {
  return answer === 1 ? 'noted' : answer === -1 ? 'unknown' : 'lost';
}
