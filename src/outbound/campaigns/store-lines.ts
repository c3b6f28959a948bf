/** A campaign out of the file as lines, and out of lines into the file. */
import { isParleyError } from '../../base/errors.ts';
import { written } from './campaign-lines.ts';
import type { CampaignLine } from './campaign-lines.ts';
import { first, statement } from './database.ts';
import type { Sql } from './database.ts';
import type { EndedTry } from './kept-campaign.ts';
import { moves } from './transitions.ts';
import type { CampaignOrder } from './transitions.ts';

const PARTS = ['campaign', 'fault', 'lead', 'try', 'whole'] as const;

/** Where to go on: after this row of this part. */
export interface LinesPlace {
  readonly part: (typeof PARTS)[number];
  readonly after: number;
}

export interface SomeLines {
  readonly lines: readonly string[];
  /** Nothing: that was all. */
  readonly next: LinesPlace | undefined;
}

/** So many go at once, to a memory that answers others as well. */
const LINES_AT_ONCE = 500;

/** Each gives `row` beside what the line has. */
const SELECTS: Readonly<Record<LinesPlace['part'], string>> = {
  campaign: 'SELECT rowid AS row, spec, digest, created_ms FROM campaigns WHERE name = ? AND rowid > ?',
  fault: 'SELECT rowid AS row, line, code, told FROM faults WHERE campaign = ? AND rowid > ?',
  lead: `SELECT id AS row, line, number, bot, zone, variables, state, tries, due_ms, outcome, cause, talked_ms, at_ms, untold
         FROM leads WHERE campaign = ? AND id > ?`,
  try: `SELECT rowid AS row, call, (SELECT line FROM leads WHERE id = lead) AS line, began_ms, ended_ms, outcome, cause, talked_ms
        FROM tries WHERE campaign = ? AND rowid > ?`,
  whole: 'SELECT rowid AS row, state, reason FROM campaigns WHERE name = ? AND rowid > ?',
};

/** Some of the lines that make the campaign as it is. */
export function linesFrom(db: Sql, name: string, { part, after }: LinesPlace): SomeLines {
  const rows = statement(db, `${SELECTS[part]} ORDER BY row LIMIT ${LINES_AT_ONCE}`).all(name, after) as ({
    row: number;
  } & Record<string, unknown>)[];
  const lines = rows.map(({ row: _, ...rest }) => written({ kind: part, ...rest } as CampaignLine));
  const last = rows.at(-1);
  if (last && rows.length === LINES_AT_ONCE) return { lines, next: { part, after: last.row } };
  const following = PARTS[PARTS.indexOf(part) + 1];
  return { lines, next: following && { part: following, after: 0 } };
}

/** What the store does about a lead or a campaign. */
interface Changes {
  giveBack(call: string): void;
  finish(ended: EndedTry): unknown;
  told(name: string, line: number): void;
  order(name: string, order: CampaignOrder, reason?: string): unknown;
}

/** What another process has written, in its order. `line` of a campaign that is not there yet begins with `campaign`. */
export function restoreLine(db: Sql, name: string, line: CampaignLine, changes: Changes): void {
  switch (line.kind) {
    case 'campaign':
      statement(db, 'INSERT INTO campaigns VALUES (?, ?, ?, ?, NULL, ?)').run(
        ...[name, line.spec, line.digest, 'paused', line.created_ms],
      );
      return;
    case 'fault':
      statement(db, 'INSERT INTO faults VALUES (?, ?, ?, ?)').run(name, line.line, line.code, line.told);
      return;
    case 'lead': {
      const { number, bot, zone, variables, state, tries, due_ms, outcome, cause, talked_ms } = line;
      statement(
        db,
        `INSERT INTO leads (campaign, line, number, bot, zone, variables, state, tries, due_ms, outcome, cause, talked_ms, at_ms, untold)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      ).run(
        ...[name, line.line, number, bot, zone, variables, state, tries, due_ms, outcome, cause, talked_ms],
        ...[line.at_ms, line.untold],
      );
      return;
    }
    case 'try': {
      const { call, began_ms, ended_ms, outcome, cause, talked_ms } = line;
      statement(db, 'INSERT INTO tries VALUES (?, ?, ?, ?, ?, ?, ?, ?)').run(
        ...[call, name, leadAt(db, name, line.line), began_ms, ended_ms, outcome, cause, talked_ms],
      );
      return;
    }
    case 'whole':
      statement(db, 'UPDATE campaigns SET state = ?, reason = ? WHERE name = ?').run(
        ...[line.state, line.reason, name],
      );
      return;
    case 'claim': {
      const lead = leadAt(db, name, line.line);
      const insert =
        'INSERT INTO tries (call, campaign, lead, began_ms) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING';
      const { changes: noted } = statement(db, insert).run(line.call, name, lead, line.epochMs);
      if (noted > 0) statement(db, moves('claim', 'tries = tries + 1', 'id = ?')).run(lead);
      return;
    }
    case 'back':
      return changes.giveBack(line.call);
    case 'end': {
      const isKnown = first(db, 'SELECT call FROM tries WHERE call = ?', line.call);
      if (isKnown) changes.finish(line);
      return;
    }
    case 'told':
      return changes.told(name, line.line);
    case 'order':
      try {
        changes.order(name, line.order, line.reason);
      } catch (error) {
        // It was written twice, and is followed already.
        if (!isParleyError(error, 'CAMPAIGN_STATE')) throw error;
      }
  }
}

function leadAt(db: Sql, name: string, line: number): number {
  const lead = first<{ id: number }>(db, 'SELECT id FROM leads WHERE campaign = ? AND line = ?', name, line);
  if (!lead) throw new Error(`there is no lead on line ${line}`);
  return lead.id;
}

/** As if it had never been here. */
export function removeFrom(db: Sql, name: string): void {
  for (const table of ['tries', 'faults', 'leads', 'shared'])
    statement(db, `DELETE FROM ${table} WHERE campaign = ?`).run(name);
  statement(db, 'DELETE FROM campaigns WHERE name = ?').run(name);
}
