/** Memory before what several processes share. Whoever finds nothing learns whose work it is to make it. */
import { sleep } from '../../base/clock.ts';
import type { Clock } from '../../base/clock.ts';
import type { Packing } from './packing.ts';
import type { SharedLock, SharedStore } from './shared-store.ts';
import type { VoiceCache } from './voice-cache.ts';
import { memoryKey, sharedKey } from './voice-key.ts';
import type { VoiceKey } from './voice-key.ts';

/** Found, or to be made: `release` when that is done, whether or not it went well. */
export type Claim<Value> =
  { readonly value: Value } | { readonly value: undefined; readonly release: () => void };

export interface LayeredCacheOptions<Value> {
  readonly memory: VoiceCache<Value>;
  /** None where each process is on its own. */
  readonly shared: SharedStore | undefined;
  readonly packing: Packing<Value>;
  readonly ttlMs: number;
  readonly clock: Clock;
}

/** A process that dies over its work holds up the others so long, ms. */
const LOCKED_MS = 10_000;
/** Whoever waits for another process does the work itself from then on, ms: most is made by then. */
const WAIT_MS = 3_000;
/** Between two looks whether the other is done, ms, and so much more at random. */
const LOOK_EVERY_MS = 25;

export class LayeredCache<Value> {
  readonly #options: LayeredCacheOptions<Value>;
  /** What this process is making. Who asks for it here is served by what is under way, sooner than through Redis. */
  readonly #mine = new Map<string, number>();

  constructor(options: LayeredCacheOptions<Value>) {
    this.#options = options;
  }

  /** In memory. */
  get(key: VoiceKey): Value | undefined {
    return this.#options.memory.get(memoryKey(key));
  }

  /** `bytes`: what the value takes in memory. The other processes have it soon. */
  set(key: VoiceKey, value: Value, bytes: number): void {
    const { memory, shared, packing, ttlMs } = this.#options;
    memory.set(memoryKey(key), value, bytes);
    // Never rejects.
    if (shared) void shared.set(sharedKey(key), packing.pack(value), ttlMs);
  }

  /** Throws the signal's reason, and nothing else. */
  async claim(key: VoiceKey, signal: AbortSignal): Promise<Claim<Value>> {
    const { memory, shared } = this.#options;
    const name = memoryKey(key);
    const known = memory.get(name);
    if (known !== undefined) return { value: known };
    if (!shared) return { value: undefined, release: () => undefined };
    if (this.#mine.has(name)) return this.#toBeMade(name, undefined);
    const found = await this.#lookOrLock(shared, key, signal);
    if (found === undefined || 'release' in found) return this.#toBeMade(name, found);
    return { value: found.value };
  }

  get state() {
    return this.#options.memory.state;
  }

  #toBeMade(name: string, lock: SharedLock | undefined): Claim<Value> {
    this.#mine.set(name, (this.#mine.get(name) ?? 0) + 1);
    let isReleased = false;
    const release = () => {
      if (isReleased) return;
      isReleased = true;
      const left = (this.#mine.get(name) ?? 1) - 1;
      if (left === 0) this.#mine.delete(name);
      else this.#mine.set(name, left);
      lock?.release();
    };
    return { value: undefined, release };
  }

  /** Undefined: nobody can tell, or who is at it takes too long. */
  async #lookOrLock(
    shared: SharedStore,
    key: VoiceKey,
    signal: AbortSignal,
  ): Promise<{ readonly value: Value } | SharedLock | undefined> {
    const { clock } = this.#options;
    const name = sharedKey(key);
    const untilMs = clock.nowMs() + WAIT_MS;
    for (;;) {
      const found = await this.#look(shared, key, name);
      if (found) return found;
      signal.throwIfAborted();
      const lock = await shared.lock(`${name}:lock`, LOCKED_MS);
      if (lock === 'away') return undefined;
      if (lock !== 'held') {
        // Whoever had it may have finished between the two.
        const late = await this.#look(shared, key, name);
        if (!late) return lock;
        lock.release();
        return late;
      }
      if (clock.nowMs() >= untilMs) return undefined;
      await sleep(clock, LOOK_EVERY_MS * (1 + Math.random()), signal);
    }
  }

  /** `name`: its shared key, which takes a hash. */
  async #look(
    shared: SharedStore,
    key: VoiceKey,
    name: string,
  ): Promise<{ readonly value: Value } | undefined> {
    const { memory, packing } = this.#options;
    const packed = await shared.get(name);
    const value = packed && packing.unpack(packed);
    if (value === undefined) return undefined;
    memory.set(memoryKey(key), value, packed?.byteLength ?? 0);
    return { value };
  }
}
