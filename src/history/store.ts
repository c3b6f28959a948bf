/** Ended calls on the disk: the one owner of the file. Whatever it is asked to do it has done when it returns: it lives in a thread of its own. */
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { isParleyError } from '../base/errors.ts';
import type { EarReport } from '../ear/ear-report.ts';
import type { JsonObject } from '../base/json.ts';
import type { TimelineEntry } from '../timeline/timeline.ts';
import type { UnansweredCause } from '../timeline/kinds.ts';
import type { CallEndCause } from '../timeline/timeline.ts';
import { conditionOf } from './criteria.ts';
import type { Criteria, Place } from './criteria.ts';
import { inTransaction } from '../base/sql-transaction.ts';
import { historyError, isLocked, openDatabase, setAside } from './database.ts';
import type { Sql } from './database.ts';
import type { CallFacts, KeptCall, KeptResult } from './kept-call.ts';
import { searchable } from './searched-words.ts';

export interface FoundCalls {
  readonly calls: readonly CallFacts[];
  /** Where to go on; undefined if these were the last. */
  readonly next: Place | undefined;
}

export interface FoundCall extends CallFacts {
  readonly timeline: readonly TimelineEntry[];
  readonly dropped: number;
  /** What came of it, where that was asked for: as it may be shown by what was kept, and with private words masked. */
  readonly result: { readonly shown: JsonObject; readonly masked: JsonObject } | undefined;
  /** What it was like to the ear, where somebody could listen. */
  readonly ear: EarReport | undefined;
}

export interface StoreLimits {
  /** Calls that ended before that are deleted, ms since 1970. */
  readonly endedBeforeEpochMs: number;
  /** So large may the file be, bytes; the oldest calls go first. */
  readonly maxBytes: number;
}

export interface StoreOptions {
  readonly file: string;
  /** The wall clock, in milliseconds since 1970. */
  readonly epochMs: () => number;
  /** A damaged file was put there, and a new one begun. */
  readonly onSetAside: (path: string) => void;
}

interface Row {
  readonly seq: number;
  readonly key: string;
  readonly call: string;
  readonly bot: string;
  readonly direction: 'inbound' | 'outbound';
  readonly number: string;
  readonly started_ms: number;
  readonly ended_ms: number;
  readonly cause: CallEndCause | UnansweredCause;
  readonly turns: number;
  readonly slowest_ms: number | null;
  readonly failures: number;
  readonly cost: string | null;
  readonly tenant: string | null;
}

interface DetailRow {
  readonly entries: Uint8Array;
  readonly dropped: number;
  readonly shown: string | null;
  readonly veiled: string | null;
  readonly report: string | null;
}

const COLUMNS =
  'seq, key, call, bot, direction, number, started_ms, ended_ms, cause, turns, slowest_ms, failures, cost, tenant';

/** So many calls are deleted at once: what comes meanwhile waits for milliseconds. */
const DELETE_AT_ONCE = 200;

/** A timeline that unpacks to more is none of ours, bytes: fifty thousand entries are a fifth of it. */
const MOST_TIMELINE_BYTES = 64 * 1024 * 1024;

export class HistoryStore {
  readonly #options: StoreOptions;
  #db: Sql | undefined;

  /** The file is opened when something is asked. */
  constructor(options: StoreOptions) {
    this.#options = options;
  }

  /** Keeps these calls, all or none; one that is there already stays as it is. Throws HISTORY_UNAVAILABLE or HISTORY_NEWER. */
  add(calls: readonly KeptCall[]): void {
    this.#with((db) => {
      const insert = insertionInto(db);
      inTransaction(db, () => calls.forEach(insert));
    });
  }

  /** Keeps what came of a call, whether that is here already or is still to come; instead of what there was. */
  addResult({ key, shown, masked }: KeptResult): void {
    this.#with((db) => {
      db.prepare('INSERT OR REPLACE INTO results (key, shown, masked) VALUES (?, ?, ?)').run(
        key,
        shown,
        masked,
      );
    });
  }

  /** Newest first. Throws HISTORY_UNAVAILABLE or HISTORY_NEWER, as all of these do. */
  search(criteria: Criteria): FoundCalls {
    return this.#with((db) => {
      const { sql, values } = conditionOf(criteria);
      const rows = db
        .prepare(`SELECT ${COLUMNS} FROM calls WHERE ${sql} ORDER BY started_ms DESC, seq DESC LIMIT ?`)
        .all(...values, criteria.limit + 1) as Row[];
      const last = rows.length > criteria.limit ? rows[criteria.limit - 1] : undefined;
      return {
        calls: rows.slice(0, criteria.limit).map(factsOf),
        next: last && { startedEpochMs: last.started_ms, seq: last.seq },
      };
    });
  }

  find(key: string): FoundCall | undefined {
    return this.#with((db) => {
      const row = db
        .prepare(
          `SELECT ${COLUMNS}, entries, dropped, shown, results.masked AS veiled, report
           FROM calls JOIN timelines USING (seq) LEFT JOIN results USING (key) LEFT JOIN ears USING (key) WHERE key = ?`,
        )
        .get(key) as (Row & DetailRow) | undefined;
      if (!row) return undefined;
      const { dropped, report, shown, veiled } = row;
      // Written by this service, or a later one: whoever shows it leaves out what is not known.
      const ear = report === null ? undefined : (JSON.parse(report) as EarReport);
      const result =
        shown === null || veiled === null ? undefined : { shown: read(shown), masked: read(veiled) };
      return { ...factsOf(row), timeline: unpacked(row.entries), dropped, result, ear };
    });
  }

  /** Deletes some of the calls that are too old or too much, the oldest first. Returns whether there may be more. */
  deleteSome({ endedBeforeEpochMs, maxBytes }: StoreLimits): boolean {
    return this.#with((db) => {
      const isTooLarge = usedBytes(db) > maxBytes;
      const condition = isTooLarge ? 'TRUE' : 'ended_ms < ?';
      const rows = db
        .prepare(`SELECT seq FROM calls WHERE ${condition} ORDER BY started_ms, seq LIMIT ${DELETE_AT_ONCE}`)
        .all(...(isTooLarge ? [] : [endedBeforeEpochMs])) as { seq: number }[];
      if (rows.length === 0) return false;
      inTransaction(db, () => {
        for (const table of ['calls', 'timelines'])
          forEachSeq(rows, db.prepare(`DELETE FROM ${table} WHERE seq = ?`));
        forEachSeq(rows, db.prepare('DELETE FROM words WHERE rowid = ?'));
      });
      // What was deleted gives its room back to the disk; `all`, because it frees a page a step.
      db.prepare('PRAGMA incremental_vacuum').all();
      return true;
    });
  }

  /** Nothing is left to be read from the log of changes. Idempotent. */
  close(): void {
    const db = this.#db;
    this.#db = undefined;
    if (!db) return;
    try {
      db.prepare('PRAGMA wal_checkpoint(TRUNCATE)').all();
    } catch {
      // A full disk: the next to open it reads the log of changes.
    }
    db.close();
  }

  /** A file that is found to be damaged is put aside, and the work done with a new one. */
  #with<T>(work: (db: Sql) => T): T {
    try {
      return this.#attempt(work);
    } catch (error) {
      if (!isParleyError(error, 'HISTORY_CORRUPT')) throw error;
      this.#forget();
      this.#options.onSetAside(setAside(this.#options.file, this.#options.epochMs()));
      return this.#attempt(work);
    }
  }

  #attempt<T>(work: (db: Sql) => T): T {
    try {
      this.#db ??= openDatabase(this.#options.file);
      return work(this.#db);
    } catch (error) {
      const told = historyError(error);
      // Opened anew next time, unless it is only in use: the file may be another one by then.
      if (isParleyError(told, 'HISTORY_UNAVAILABLE') && !isLocked(error)) this.#forget();
      throw told;
    }
  }

  #forget(): void {
    this.#db?.close();
    this.#db = undefined;
  }
}

function insertionInto(db: Sql): (call: KeptCall) => void {
  const facts = db.prepare(
    `INSERT INTO calls (key, call, bot, direction, number, masked, digits, started_ms, ended_ms, cause, turns, slowest_ms, failures, cost, tenant)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (key) DO NOTHING`,
  );
  const timelines = db.prepare('INSERT INTO timelines (seq, entries, dropped) VALUES (?, ?, ?)');
  const ears = db.prepare('INSERT OR REPLACE INTO ears (key, report) VALUES (?, ?)');
  const words = db.prepare('INSERT INTO words (rowid, text) VALUES (?, ?)');
  return (call) => {
    const { key, bot, tenant = null, direction, number, masked, digits, cause, turns, failures } = call;
    const { startedEpochMs, endedEpochMs, slowestMs = null, cost } = call;
    const { changes, lastInsertRowid: seq } = facts.run(
      ...[key, call.call, bot, direction, number, masked, digits, startedEpochMs, endedEpochMs, cause],
      ...[turns, slowestMs, failures, cost ? JSON.stringify(cost) : null, tenant],
    );
    if (changes === 0) return;
    timelines.run(seq, deflateRawSync(call.timeline), call.dropped);
    if (call.ear !== undefined) ears.run(key, call.ear);
    if (call.words !== '') words.run(seq, searchable(call.words));
  };
}

function factsOf(row: Row): CallFacts {
  const { key, call, bot, direction, number, cause, turns, failures } = row;
  return {
    ...{ key, call, bot, direction, number, cause, turns, failures },
    tenant: row.tenant ?? undefined,
    startedEpochMs: row.started_ms,
    endedEpochMs: row.ended_ms,
    slowestMs: row.slowest_ms ?? undefined,
    cost: row.cost === null ? undefined : (JSON.parse(row.cost) as CallFacts['cost']),
  };
}

function unpacked(entries: Uint8Array): readonly TimelineEntry[] {
  const json = inflateRawSync(entries, { maxOutputLength: MOST_TIMELINE_BYTES }).toString();
  return JSON.parse(json) as readonly TimelineEntry[];
}

function read(json: string): JsonObject {
  return JSON.parse(json) as JsonObject;
}

function usedBytes(db: Sql): number {
  const value = (name: string) => (db.prepare(`PRAGMA ${name}`).raw().get() as [number])[0];
  return (value('page_count') - value('freelist_count')) * value('page_size');
}

function forEachSeq(rows: readonly { seq: number }[], statement: ReturnType<Sql['prepare']>): void {
  for (const { seq } of rows) statement.run(seq);
}
