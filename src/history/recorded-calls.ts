/** Which of the ended calls were recorded, and where: a recording has its call's id and the moment of its beginning for a name. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { MIX_FILE } from '../recordings/bundle/bundle-files.ts';
import type { CallFacts } from './kept-call.ts';

/** The recording begins a moment before the call is followed, ms; nobody calls back on the same channel within this. */
const SAME_CALL_MS = 2000;

/** `2026-01-01T09-00-00-000Z-ID` */
const NAME = /^(\d{4}-\d\d-\d\d)T(\d\d)-(\d\d)-(\d\d)-(\d{3})Z-([\w.-]{1,200})$/;

interface Recorded {
  readonly name: string;
  readonly startedEpochMs: number;
}

export class RecordedCalls {
  readonly #dir: string;
  readonly #dirOf: (tenant: string | undefined) => string;

  /** `dir`: where recorded calls lie; it need not be there. `dirOf`: where in it those of a tenant do. */
  constructor(dir: string, dirOf: (tenant: string | undefined) => string = () => '') {
    this.#dir = dir;
    this.#dirOf = dirOf;
  }

  /** The recordings of those of the calls that have one, by the calls' keys. Never rejects: what cannot be read is not there. */
  async of(
    calls: readonly Pick<CallFacts, 'key' | 'call' | 'tenant' | 'startedEpochMs'>[],
  ): Promise<ReadonlyMap<string, string>> {
    const found = new Map<string, string>();
    for (const dir of new Set(calls.map(({ tenant }) => this.#dirOf(tenant)))) {
      const those = calls.filter(({ tenant }) => this.#dirOf(tenant) === dir);
      for (const [key, name] of await this.#in(dir, those)) found.set(key, join(dir, name));
    }
    return found;
  }

  async #in(
    dir: string,
    calls: readonly Pick<CallFacts, 'key' | 'call' | 'startedEpochMs'>[],
  ): Promise<ReadonlyMap<string, string>> {
    const names = await readdir(join(this.#dir, dir)).catch(() => []);
    const byCall = new Map<string, Recorded[]>();
    for (const name of names) {
      const [, day, hour, minute, second, ms, call = ''] = NAME.exec(name) ?? [];
      if (day === undefined) continue;
      const startedEpochMs = Date.parse(`${day}T${hour}:${minute}:${second}.${ms}Z`);
      byCall.set(call, [...(byCall.get(call) ?? []), { name, startedEpochMs }]);
    }
    return new Map(
      calls.flatMap(({ key, call, startedEpochMs }) => {
        const found = byCall
          .get(call)
          ?.find((recorded) => Math.abs(recorded.startedEpochMs - startedEpochMs) <= SAME_CALL_MS);
        return found ? [[key, found.name] as const] : [];
      }),
    );
  }

  /** The directory of a recording. */
  bundleOf(name: string): string {
    return join(this.#dir, name);
  }

  /** The sound of both sides, the caller on the left, as a path within the directory of all. */
  soundOf(name: string): string {
    return join(name, MIX_FILE);
  }

  get dir(): string {
    return this.#dir;
  }
}
