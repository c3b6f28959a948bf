/**
 * The servers of one account that share a Redis. Whose a call is stands there, for as long as its server lives and says so; questions and answers
 * go over channels, and one that is lost is asked again by Twilio.
 */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { deferred } from '../../../base/async.ts';
import type { Deferred } from '../../../base/async.ts';
import type { CancelTimer, Clock } from '../../../base/clock.ts';
import type { Log } from '../../../base/log.ts';
import type { Redis } from '../../../base/redis.ts';
import { runScript } from '../../../base/redis-script.ts';
import type { Asked, ClassicRequest, OtherServers, OwnCalls } from './other-servers.ts';

/** A server that has not said for so long that it has a call is dead, ms: Twilio, which waits for 15 s, is answered by another in time. */
const LEASE_MS = 4000;
/** Three of four may be late or lost. */
const RENEW_EVERY_MS = 1000;

/** A call that is over is begun by nobody for so long, ms: Twilio repeats a question within seconds. */
const OVER_MS = 60_000;

/** Whose call it is. Gives 1 if it is this server's from now on. */
const CLAIM = `
local owner = redis.call('GET', KEYS[1])
if owner and owner ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1
`;

const request = z.object({
  ...{ callSid: z.string(), from: z.string(), to: z.string(), callerName: z.string() },
  ...{ bot: z.string().optional(), ordered: z.string().optional() },
  ...{ after: z.number(), words: z.string(), digits: z.string() },
});
const said = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ask'), id: z.string(), server: z.string(), request }),
  z.object({ kind: z.literal('answer'), id: z.string(), document: z.string() }),
  z.object({ kind: z.literal('gone'), server: z.string(), callSid: z.string() }),
]);
type Said = z.input<typeof said>;

export interface RedisServersOptions {
  /** Closed by whoever opened them. The second hears, and can do nothing else. */
  readonly redis: Redis;
  readonly ears: Redis;
  /** Of Twilio's: whoever shares it shares its calls. */
  readonly accountSid: string;
  readonly clock: Clock;
  readonly log: Log;
}

export class RedisServers implements OtherServers {
  readonly #options: RedisServersOptions;
  readonly #server = randomUUID();
  readonly #prefix: string;
  readonly #mine = new Set<string>();
  readonly #asked = new Map<string, Deferred<string | undefined>>();
  #own: OwnCalls | undefined;
  #cancelRenewal: CancelTimer = () => undefined;
  #isClosed = false;

  constructor(options: RedisServersOptions) {
    this.#options = options;
    this.#prefix = `parley:twilio:${options.accountSid}`;
  }

  serve(own: OwnCalls): void {
    this.#own = own;
    const { ears } = this.#options;
    ears.on('message', (_channel: string, text: string) => this.#hear(text));
    const listen = () => {
      ears.subscribe(this.#prefix, this.#channelOf(this.#server)).catch(() => undefined);
    };
    if (ears.status === 'ready') listen();
    // Each time it is back: the connection remembers only what it once was subscribed to.
    ears.on('ready', listen);
  }

  async claim(callSid: string): Promise<boolean> {
    const isMine = await this.#claim(callSid, LEASE_MS);
    if (isMine === false) return false;
    if (this.#isClosed) return true;
    if (this.#mine.size === 0) this.#renewLater();
    this.#mine.add(callSid);
    return true;
  }

  over(callSid: string): void {
    if (this.#mine.delete(callSid)) void this.#claim(callSid, OVER_MS);
  }

  ask(request: ClassicRequest): Asked {
    const id = randomUUID();
    const answer = deferred<string | undefined>();
    this.#asked.set(id, answer);
    this.#say(this.#prefix, { kind: 'ask', id, server: this.#server, request });
    const drop = () => {
      this.#asked.delete(id);
      answer.resolve(undefined);
    };
    return { answer: answer.promise, drop };
  }

  tellGone(callSid: string): void {
    this.#say(this.#prefix, { kind: 'gone', server: this.#server, callSid });
  }

  /** Nothing is said or renewed any more. */
  close(): void {
    this.#isClosed = true;
    this.#cancelRenewal();
    this.#mine.clear();
  }

  /** Undefined if Redis does not answer. */
  async #claim(callSid: string, forMs: number): Promise<boolean | undefined> {
    try {
      const { redis } = this.#options;
      return (await runScript(redis, CLAIM, [`${this.#prefix}:${callSid}`], [this.#server, forMs])) === 1;
    } catch {
      return undefined;
    }
  }

  #renewLater(): void {
    // That of a call that is over may still run: a second one would go on beside it.
    this.#cancelRenewal();
    this.#cancelRenewal = this.#options.clock.after(RENEW_EVERY_MS, () => {
      for (const callSid of this.#mine) void this.#renew(callSid);
      if (this.#mine.size > 0) this.#renewLater();
    });
  }

  async #renew(callSid: string): Promise<void> {
    if ((await this.#claim(callSid, LEASE_MS)) !== false || !this.#mine.delete(callSid)) return;
    this.#options.log.warn({ event: 'twilio.taken', callSid }, 'another server has a call that was here');
    this.#own?.lost(callSid);
  }

  #say(channel: string, what: Said): void {
    // Where Redis is away nobody hears it; Twilio asks again.
    this.#options.redis.publish(channel, JSON.stringify(what)).catch(() => undefined);
  }

  #hear(text: string): void {
    const read = said.safeParse(parsed(text));
    if (!read.success) return;
    const message = read.data;
    switch (message.kind) {
      case 'ask':
        return this.#onAsk(message);
      case 'answer':
        return this.#asked.get(message.id)?.resolve(message.document);
      case 'gone':
        if (message.server !== this.#server) this.#own?.gone(message.callSid);
    }
  }

  #onAsk({ id, server, request: asked }: Extract<z.output<typeof said>, { kind: 'ask' }>): void {
    if (server === this.#server) return;
    void this.#own
      ?.answer({ ...asked, bot: asked.bot, ordered: asked.ordered })
      ?.then((document) => this.#say(this.#channelOf(server), { kind: 'answer', id, document }));
  }

  #channelOf(server: string): string {
    return `${this.#prefix}:${server}`;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
