/** The memory of a fleet in Redis. */
import { z } from 'zod';
import type { Redis } from '../base/redis.ts';
import { runScript } from '../base/redis-script.ts';
import type { SharedWorks } from '../base/shared-works.ts';
import { callRecord } from '../survival/survival-store.ts';
import type { CallRecord } from '../survival/survival-store.ts';
import type { Beat, Claim, Daemon, DaemonState, FleetMemory, OwnedCall, Session } from './fleet-memory.ts';
import { LEASE_MS } from './fleet-memory.ts';
import { RedisWorks } from './redis-works.ts';
import { SCRIPTS } from './redis-scripts.ts';

const callsByTenant = z.record(z.string(), z.number());
const requestsPerSecond = z.object({
  synthesis: z.number().default(0),
  recognition: z.number().default(0),
});
const providersElsewhere = requestsPerSecond.extend({ daemons: z.number().default(0) });

/** What another version of Parley has written may lack something. */
const daemonState = z.object({
  version: z.string().default(''),
  startedAtEpochMs: z.number().default(0),
  ariApp: z.string().default(''),
  asterisk: z.string().default(''),
  calls: z.number().default(0),
  callsByTenant: callsByTenant.optional(),
  maxCalls: z.number().default(0),
  requestsPerSecond: requestsPerSecond.optional(),
  draining: z.boolean().default(false),
});
const hold = z.enum(['held', 'lapsed', 'emptied', 'lost']);

/** An operator's wish that no heartbeat has met by then is no longer one, seconds. */
const DRAIN_WANTED_SECONDS = 60;

export class RedisMemory implements FleetMemory {
  readonly #redis: Redis;
  readonly #prefix: string;
  readonly #leaseMs: number;

  /** `redis` is closed by whoever opened it. `fleet`: two fleets may share a Redis. */
  constructor(
    redis: Redis,
    { fleet, leaseMs = LEASE_MS }: { readonly fleet: string; readonly leaseMs?: number },
  ) {
    this.#redis = redis;
    // A fleet's name holds what an operator likes; braces would make another hash tag of it.
    this.#prefix = `parley:{${fleet.replaceAll(/[{}]/g, '_')}}:`;
    this.#leaseMs = leaseMs;
  }

  async join(daemon: string, state: DaemonState): Promise<Session> {
    const token = await this.#run('join', daemon, JSON.stringify(state), this.#leaseMs);
    return { daemon, token: Number(token) };
  }

  async beat({ daemon, token }: Session, state: DaemonState): Promise<Beat> {
    const answer = strings(await this.#run('beat', daemon, token, JSON.stringify(state), this.#leaseMs));
    const [held, isToDrain, callsElsewhere, ofTenants = '{}', others = '{}', lapse = '-1', ...rest] = answer;
    const { daemons, ...requestsElsewhere } = providersElsewhere.parse(JSON.parse(others));
    return {
      hold: hold.parse(held),
      isToDrain: isToDrain === '1',
      callsElsewhere: Number(callsElsewhere),
      ...(ofTenants !== '{}' && { tenantsElsewhere: callsByTenant.parse(JSON.parse(ofTenants)) }),
      ...{ daemonsElsewhere: daemons, requestsElsewhere },
      nextLapseMs: lapse === '-1' ? Infinity : Number(lapse),
      forsaken: inGroupsOf(4, rest).map(([id = '', session, told = '{}', calls]) => ({
        ...{ daemon: id, token: Number(session), state: readState(told), calls: Number(calls) },
      })),
    };
  }

  async leave({ daemon, token }: Session): Promise<void> {
    await this.#run('leave', daemon, token);
  }

  async daemons(): Promise<readonly Daemon[]> {
    const all = inGroupsOf(5, strings(await this.#run('daemons')));
    return all.map(([daemon = '', token, state = '{}', heard, alive]) => ({
      ...readState(state),
      ...{ daemon, token: Number(token), heardAtEpochMs: Number(heard), isAlive: alive === '1' },
    }));
  }

  async askToDrain(daemon: string): Promise<void> {
    await this.#redis.set(`${this.#prefix}drain:${daemon}`, '1', 'EX', DRAIN_WANTED_SECONDS);
  }

  async keep({ daemon, token }: Session, record: CallRecord): Promise<boolean> {
    const { call, leg } = record;
    return (await this.#run('keep', daemon, token, call, leg, JSON.stringify(record))) === 1;
  }

  async drop({ daemon, token }: Session, call: string): Promise<boolean> {
    return (await this.#run('drop', daemon, token, call)) === 1;
  }

  async give({ daemon, token }: Session, leg: string, to: string): Promise<boolean> {
    return (await this.#run('give', daemon, token, leg, to)) === 1;
  }

  async takeBack({ daemon, token }: Session, leg: string, from: string): Promise<boolean> {
    return (await this.#run('takeBack', daemon, token, leg, from)) === 1;
  }

  async claim({ daemon, token }: Session, from: string, leg: string): Promise<Claim | undefined> {
    return claimIn(await this.#run('claim', daemon, token, from, leg));
  }

  async accept({ daemon, token }: Session, leg: string): Promise<Claim | undefined> {
    return claimIn(await this.#run('accept', daemon, token, leg));
  }

  async own({ daemon, token }: Session): Promise<ReadonlyMap<string, CallRecord>> {
    const records = strings(await this.#run('own', daemon, token)).flatMap((text) => readRecord(text) ?? []);
    return new Map(records.map((record) => [record.leg, record]));
  }

  async calls(of?: string): Promise<readonly OwnedCall[]> {
    const pairs = inGroupsOf(2, strings(await this.#run('calls', ...(of === undefined ? [] : [of]))));
    return pairs.flatMap(([daemon = '', text = '']) => {
      const record = readRecord(text);
      return record ? [{ daemon, record }] : [];
    });
  }

  async note(conversation: string, line: string): Promise<void> {
    await this.#run('note', conversation, line);
  }

  async notes(conversation: string): Promise<readonly string[]> {
    return this.#redis.lrange(`${this.#prefix}journal:${conversation}`, 0, -1);
  }

  works(kind: string, session: () => Session | undefined): SharedWorks {
    return new RedisWorks({ redis: this.#redis, prefix: this.#prefix, kind, session });
  }

  #run(script: keyof typeof SCRIPTS, ...args: readonly (string | number)[]): Promise<unknown> {
    return runScript(this.#redis, SCRIPTS[script], [this.#prefix], args);
  }
}

function strings(answer: unknown): readonly string[] {
  return z
    .array(z.union([z.string(), z.number()]))
    .parse(answer)
    .map(String);
}

function claimIn(answer: unknown): Claim | undefined {
  const [kind, record = ''] = strings(answer);
  if (kind === undefined) return undefined;
  const known = kind === 'record' ? readRecord(record) : undefined;
  return known ? { kind: 'record', record: known } : { kind: 'unknown' };
}

function inGroupsOf(size: number, all: readonly string[]): readonly (readonly string[])[] {
  const groups: (readonly string[])[] = [];
  for (let from = 0; from < all.length; from += size) groups.push(all.slice(from, from + size));
  return groups;
}

function readState(text: string): DaemonState {
  return daemonState.parse(JSON.parse(text));
}

/** One that cannot be read is as good as none. */
function readRecord(text: string): CallRecord | undefined {
  try {
    return callRecord.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
