/** The keys that open the speech API now: the file is read again when it has changed, so that a key that was taken away opens nothing. */
import { timingSafeEqual } from 'node:crypto';
import { stat } from 'node:fs/promises';
import type { Clock } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';
import { digestOf, idOf, readKeys } from './key-file.ts';
import type { StoredKey } from './key-file.ts';

/** How long a change may go unnoticed, ms. */
const LOOK_EVERY_MS = 1_000;

export class KeyRing {
  readonly #path: string;
  readonly #clock: Clock;
  readonly #log: Log;
  #keys: ReadonlyMap<string, StoredKey> = new Map();
  #version = '';
  #lookedAtMs = -Infinity;

  private constructor(path: string, clock: Clock, log: Log) {
    this.#path = path;
    this.#clock = clock;
    this.#log = log;
  }

  /** Throws SPEECH_KEYS_UNUSABLE. */
  static async open(path: string, clock: Clock, log: Log): Promise<KeyRing> {
    const ring = new KeyRing(path, clock, log);
    ring.#version = await versionOf(path);
    ring.#keys = byId(await readKeys(path));
    ring.#lookedAtMs = clock.nowMs();
    return ring;
  }

  /** Whether there is any. */
  async isEmpty(): Promise<boolean> {
    await this.#look();
    return this.#keys.size === 0;
  }

  /** Whose key this is; undefined if it is nobody's. */
  async find(key: string): Promise<StoredKey | undefined> {
    await this.#look();
    const stored = this.#keys.get(idOf(key) ?? '');
    if (!stored) return undefined;
    return timingSafeEqual(Buffer.from(stored.digest), Buffer.from(digestOf(key))) ? stored : undefined;
  }

  /** Undefined where it was taken away. */
  async byId(id: string): Promise<StoredKey | undefined> {
    await this.#look();
    return this.#keys.get(id);
  }

  /** A file that cannot be read changes nothing. */
  async #look(): Promise<void> {
    if (this.#clock.nowMs() - this.#lookedAtMs < LOOK_EVERY_MS) return;
    this.#lookedAtMs = this.#clock.nowMs();
    const version = await versionOf(this.#path);
    if (version === this.#version) return;
    try {
      this.#keys = byId(await readKeys(this.#path));
      this.#version = version;
    } catch (error) {
      this.#log.error({ event: 'speech.keys', error }, 'the keys cannot be read; those read before go on');
    }
  }
}

async function versionOf(path: string): Promise<string> {
  try {
    const { mtimeMs, size, ino } = await stat(path);
    return `${mtimeMs} ${size} ${ino}`;
  } catch {
    return '';
  }
}

function byId(keys: readonly StoredKey[]): ReadonlyMap<string, StoredKey> {
  return new Map(keys.map((key) => [key.id, key]));
}
