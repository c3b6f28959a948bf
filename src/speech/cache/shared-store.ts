/** What several processes know of speech that was made before. */

export interface SharedStore {
  /** Undefined where nothing is known, and where nobody can tell: soon, and never an error. */
  get(key: string): Promise<Uint8Array | undefined>;
  /** Resolves whether or not it is kept. */
  set(key: string, value: Uint8Array, ttlMs: number): Promise<void>;
  /**
   * Whose work it is to make this. `held`: somebody is at it. `away`: nobody can tell. A lock that is not released ends by itself after
   * `ttlMs`, and whoever releases one that has ended releases nobody else's.
   */
  lock(key: string, ttlMs: number): Promise<SharedLock | 'held' | 'away'>;
}

export interface SharedLock {
  release(): void;
}
