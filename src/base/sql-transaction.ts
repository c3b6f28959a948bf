/** Several changes to a file of SQLite's that come together or not at all. */
import type { Database } from 'libsql';

/** All of it or nothing; a part of the one that is under way, if one is. */
export function inTransaction<T>(db: Database, work: () => T): T {
  if (db.inTransaction) return work();
  db.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    db.exec('COMMIT');
    return result;
  } catch (error) {
    // SQLite has ended it by itself where the disk was full.
    if (db.inTransaction) db.exec('ROLLBACK');
    throw error;
  }
}
