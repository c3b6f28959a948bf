/** What was spoken or recognised before, in memory: bounded in bytes, the longest unused goes first, and nothing is kept beyond its time. */
import { LRUCache } from 'lru-cache';
import type { Clock } from '../../base/clock.ts';

export interface VoiceCacheOptions {
  /** Of values and keys together; 0 keeps nothing. */
  readonly maxBytes: number;
  /** From then on a value is asked for anew. */
  readonly ttlMs: number;
  readonly clock: Clock;
}

interface Kept<Value> {
  readonly value: Value;
  readonly untilMs: number;
}

const BYTES_OF_CHARACTER = 2;

export class VoiceCache<Value> {
  readonly #kept: LRUCache<string, Kept<Value>>;
  readonly #ttlMs: number;
  readonly #clock: Clock;
  #hits = 0;
  #misses = 0;

  constructor({ maxBytes, ttlMs, clock }: VoiceCacheOptions) {
    // The library knows no empty cache; nothing fits into one byte.
    this.#kept = new LRUCache({ maxSize: Math.max(1, maxBytes) });
    this.#ttlMs = ttlMs;
    this.#clock = clock;
  }

  get(key: string): Value | undefined {
    const kept = this.#kept.get(key);
    if (kept && kept.untilMs > this.#clock.nowMs()) {
      this.#hits++;
      return kept.value;
    }
    if (kept) this.#kept.delete(key);
    this.#misses++;
    return undefined;
  }

  /** `bytes`: what the value takes. One that takes more than there is room for is not kept. */
  set(key: string, value: Value, bytes: number): void {
    const size = Math.max(1, bytes + key.length * BYTES_OF_CHARACTER);
    this.#kept.set(key, { value, untilMs: this.#clock.nowMs() + this.#ttlMs }, { size });
  }

  get state() {
    return { hits: this.#hits, misses: this.#misses, bytes: this.#kept.calculatedSize };
  }
}
