/** The file that campaigns lie in: SQLite with its tables. Knows SQLite's errors, and nobody else of this room does. */
import { chmodSync, existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'libsql';
import { ParleyError, isParleyError } from '../../base/errors.ts';
import { inTransaction } from '../../base/sql-transaction.ts';

export type Sql = Database.Database;

/** Goes up when an older Parley could not use the file any more. */
const VERSION = 2;

/** A file of no name that is gone with the process: for rehearsals. */
export const IN_MEMORY = ':memory:';

const SCHEMA = `
  CREATE TABLE campaigns (
    name TEXT PRIMARY KEY,
    spec TEXT NOT NULL,
    -- Of the texts it was made from: the same again is the same campaign.
    digest TEXT NOT NULL,
    state TEXT NOT NULL,
    -- Why it is paused, if nobody has ordered it.
    reason TEXT,
    created_ms INTEGER NOT NULL
  );
  CREATE TABLE leads (
    id INTEGER PRIMARY KEY,
    campaign TEXT NOT NULL REFERENCES campaigns (name),
    line INTEGER NOT NULL,
    number TEXT NOT NULL,
    bot TEXT,
    zone TEXT NOT NULL,
    variables TEXT NOT NULL,
    state TEXT NOT NULL,
    tries INTEGER NOT NULL,
    due_ms INTEGER NOT NULL,
    outcome TEXT,
    cause TEXT,
    talked_ms INTEGER,
    at_ms INTEGER,
    -- 1: it is over, and whoever is to be told of it may not know yet. From version 2 on.
    untold INTEGER,
    UNIQUE (campaign, number)
  );
  CREATE INDEX leads_to_call ON leads (campaign, state, zone, due_ms, id);
  CREATE INDEX leads_untold ON leads (id) WHERE untold = 1;
  CREATE TABLE tries (
    call TEXT PRIMARY KEY,
    campaign TEXT NOT NULL,
    lead INTEGER NOT NULL REFERENCES leads (id),
    began_ms INTEGER NOT NULL,
    ended_ms INTEGER,
    outcome TEXT,
    cause TEXT,
    talked_ms INTEGER
  );
  CREATE INDEX tries_by_lead ON tries (lead, began_ms, call);
  CREATE INDEX tries_by_outcome ON tries (campaign, outcome);
  CREATE TABLE faults (campaign TEXT NOT NULL, line INTEGER NOT NULL, code TEXT NOT NULL, told TEXT NOT NULL);
  CREATE INDEX faults_of_campaign ON faults (campaign, line);
  PRAGMA user_version = ${VERSION};
`;

/** From version 1: what was over then has been told. */
const FROM_1 = `
  ALTER TABLE leads ADD COLUMN untold INTEGER;
  CREATE INDEX leads_untold ON leads (id) WHERE untold = 1;
  PRAGMA user_version = ${VERSION};
`;

/** What an older Parley does without. */
const ALSO = `
  CREATE INDEX IF NOT EXISTS leads_by_line ON leads (campaign, line);
  CREATE INDEX IF NOT EXISTS leads_calling ON leads (number) WHERE state = 'calling';
  -- Campaigns that another process may have gone on with since.
  CREATE TABLE IF NOT EXISTS shared (campaign TEXT PRIMARY KEY);
`;

export interface OpenFile {
  readonly db: Sql;
  close(): void;
}

/**
 * Opens the file for this process alone, and makes it and its directory if they are not there; readable for this user alone. Throws
 * CAMPAIGNS_UNAVAILABLE.
 */
export function openFile(file: string): OpenFile {
  try {
    if (file === IN_MEMORY) return connected(file, () => undefined);
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    const release = locked(`${file}.lock`);
    try {
      return connected(file, release);
    } catch (error) {
      release();
      throw error;
    }
  } catch (error) {
    throw databaseError(error);
  }
}

/** A second process must not call whom this one calls. The lock goes with the process, however it ends. Returns how to let go of it. */
function locked(file: string): () => void {
  const lock = new Database(file);
  try {
    lock.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    lock.close();
    throw error;
  }
  return () => {
    lock.exec('ROLLBACK');
    lock.close();
  };
}

/** FULL: what was claimed stays claimed, also where the machine loses its power. */
function connected(file: string, release: () => void): OpenFile {
  const isNew = file !== IN_MEMORY && !existsSync(file);
  const db = new Database(file);
  try {
    if (isNew) chmodSync(file, 0o600);
    db.exec('PRAGMA journal_mode = WAL');
    db.exec('PRAGMA synchronous = FULL');
    inTransaction(db, () => {
      const version = first<{ user_version: number }>(db, 'PRAGMA user_version')?.user_version ?? 0;
      if (version > VERSION)
        throw new ParleyError('CAMPAIGNS_UNAVAILABLE', `The file is of a later version than ${VERSION}.`);
      if (version === 0) db.exec(SCHEMA);
      if (version === 1) db.exec(FROM_1);
      db.exec(ALSO);
    });
  } catch (error) {
    db.close();
    throw error;
  }
  return {
    db,
    close: () => {
      db.close();
      release();
    },
  };
}

/** The first row. */
export function first<Row>(db: Sql, sql: string, ...values: readonly unknown[]): Row | undefined {
  const [row] = statement(db, sql).all(...values) as Row[];
  return row;
}

const statements = new WeakMap<Sql, Map<string, Database.Statement>>();

/** To prepare one takes longer than most take to run. */
export function statement(db: Sql, sql: string): Database.Statement {
  const known = statements.get(db) ?? new Map<string, Database.Statement>();
  statements.set(db, known);
  const found = known.get(sql) ?? db.prepare(sql);
  known.set(sql, found);
  return found;
}

/** What SQLite or the file system threw, as the catalogue names it. */
export function databaseError(error: unknown): unknown {
  if (isParleyError(error) || !(error instanceof Error)) return error;
  const { code = '' } = error as NodeJS.ErrnoException;
  if (!/^(SQLITE_|E[A-Z]+$)/.test(code) && !error.message.startsWith('ConnectionFailed')) return error;
  const detail = `${error.message.replace(/\.$/, '')}${code && ` (${code})`}.`;
  return new ParleyError('CAMPAIGNS_UNAVAILABLE', detail, { cause: error });
}
