/** The file that the history lies in: SQLite with its tables, opened and looked after. Knows SQLite's errors, and nobody else does. */
import { chmodSync, existsSync, mkdirSync, renameSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'libsql';
import { ParleyError, isParleyError } from '../base/errors.ts';
import { inTransaction } from '../base/sql-transaction.ts';

export type Sql = Database.Database;

/** Goes up when an older Parley could not use the file any more. */
const VERSION = 1;

/** Another program that looks into the file holds it for moments, ms. */
const LOCKED_FOR_MS = 1000;

const SCHEMA = `
  CREATE TABLE calls (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    key TEXT NOT NULL UNIQUE,
    call TEXT NOT NULL,
    bot TEXT NOT NULL,
    direction TEXT NOT NULL,
    number TEXT NOT NULL,
    masked TEXT NOT NULL,
    digits TEXT NOT NULL,
    started_ms INTEGER NOT NULL,
    ended_ms INTEGER NOT NULL,
    cause TEXT NOT NULL,
    turns INTEGER NOT NULL,
    slowest_ms REAL,
    failures INTEGER NOT NULL,
    cost TEXT
  );
  CREATE INDEX calls_by_start ON calls (started_ms);
  -- By itself: whoever goes through many calls does not go through this.
  CREATE TABLE timelines (seq INTEGER PRIMARY KEY, entries BLOB NOT NULL, dropped INTEGER NOT NULL);
  -- The words lie in the timelines already.
  CREATE VIRTUAL TABLE words USING fts5 (text, content = '', contentless_delete = 1, tokenize = 'unicode61');
  PRAGMA user_version = ${VERSION};
`;

/**
 * Opens the file, and makes it and its directory if they are not there; readable for this user alone. Throws HISTORY_UNAVAILABLE,
 * HISTORY_CORRUPT or HISTORY_NEWER.
 */
export function openDatabase(file: string): Sql {
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    const isNew = !existsSync(file);
    const db = new Database(file, { timeout: LOCKED_FOR_MS });
    try {
      if (isNew) chmodSync(file, 0o600);
      prepareFile(db, file);
      return db;
    } catch (error) {
      db.close();
      throw error;
    }
  } catch (error) {
    throw historyError(error);
  }
}

/**
 * WAL: readers and the writer do not wait for one another, and a process that is killed loses nothing it has committed. FULL: neither does
 * a machine that loses its power; the disk is waited for by a thread that nobody waits for.
 */
function prepareFile(db: Sql, file: string): void {
  const { user_version: version } = db.prepare('PRAGMA user_version').get() as { user_version: number };
  if (version > VERSION)
    throw new ParleyError('HISTORY_NEWER', `${file} is of a later version than ${VERSION}.`);
  db.exec('PRAGMA synchronous = FULL');
  if (version === VERSION) return addLater(db);
  // Both stay with the file.
  db.exec('PRAGMA auto_vacuum = INCREMENTAL');
  db.exec('PRAGMA journal_mode = WAL');
  inTransaction(db, () => db.exec(SCHEMA + LATER + TENANTS));
}

/** Puts a file aside that is of no use. Returns its new path. */
export function setAside(file: string, epochMs: number): string {
  const aside = `${file}.corrupt-${new Date(epochMs).toISOString().replaceAll(/[:.]/g, '-')}`;
  for (const part of ['', '-wal', '-shm']) if (existsSync(file + part)) renameSync(file + part, aside + part);
  return aside;
}

/** Came later; an older Parley lives with it, and by the trigger deletes what belongs to a call with the call. */
const LATER = `
  CREATE TABLE IF NOT EXISTS results (key TEXT PRIMARY KEY, shown TEXT NOT NULL, masked TEXT NOT NULL);
  CREATE TRIGGER IF NOT EXISTS results_go_with_calls AFTER DELETE ON calls
    BEGIN DELETE FROM results WHERE key = old.key; END;
  CREATE TABLE IF NOT EXISTS ears (key TEXT PRIMARY KEY, report TEXT NOT NULL);
  CREATE TRIGGER IF NOT EXISTS ears_go_with_calls AFTER DELETE ON calls
    BEGIN DELETE FROM ears WHERE key = old.key; END;
`;

/** Of an older Parley's calls, and of those that one keeps from now on, it is nobody's. */
const TENANTS = `
  ALTER TABLE calls ADD COLUMN tenant TEXT;
  CREATE INDEX calls_by_tenant ON calls (tenant, started_ms) WHERE tenant IS NOT NULL;
`;

function addLater(db: Sql): void {
  const has = (name: string) =>
    db.prepare('SELECT 1 FROM sqlite_master WHERE name = ?').get(name) !== undefined;
  if (!has('ears')) inTransaction(db, () => db.exec(LATER));
  if (!has('calls_by_tenant')) inTransaction(db, () => db.exec(TENANTS));
}

/** What may be well again by itself: https://sqlite.org/rescode.html */
const PASSING = /^SQLITE_(FULL|IOERR|BUSY|LOCKED|CANTOPEN|READONLY|PERM|AUTH|NOMEM|PROTOCOL|NOLFS)/;
const DAMAGED = /^SQLITE_(CORRUPT|NOTADB)/;

/** Somebody else holds the file, for now. */
export function isLocked(error: unknown): boolean {
  return error instanceof Error && 'code' in error && /^SQLITE_(BUSY|LOCKED)/.test(String(error.code));
}

/** What SQLite or the file system threw, as the catalogue names it. */
export function historyError(error: unknown): unknown {
  if (isParleyError(error) || !(error instanceof Error)) return error;
  const { code = '' } = error as NodeJS.ErrnoException;
  const detail = `${error.message.replace(/\.$/, '')}${code && ` (${code})`}.`;
  if (DAMAGED.test(code)) return new ParleyError('HISTORY_CORRUPT', detail, { cause: error });
  const isPassing =
    PASSING.test(code) || /^E[A-Z]+$/.test(code) || error.message.startsWith('ConnectionFailed');
  return isPassing ? new ParleyError('HISTORY_UNAVAILABLE', detail, { cause: error }) : error;
}
