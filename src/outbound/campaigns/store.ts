/**
 * Campaigns on the disk: the one owner of the file. What it was asked to do is on the disk when it returns; it lives in a thread of its
 * own. All of it throws CAMPAIGNS_UNAVAILABLE where the file cannot be used.
 */
import { ParleyError } from '../../base/errors.ts';
import type { Campaign } from './campaign-file.ts';
import { inTransaction } from '../../base/sql-transaction.ts';
import { databaseError, first, openFile, statement } from './database.ts';
import type { OpenFile, Sql } from './database.ts';
import type {
  Answers,
  ClaimedLead,
  Created,
  EndedTry,
  KeptCampaign,
  LeadResult,
  Progress,
  Recovered,
  Settled,
  WaitingZone,
} from './kept-campaign.ts';
import type { Lead, LeadFault } from './lead.ts';
import type { TryOutcome } from './outcomes.ts';
import { readLine } from './campaign-lines.ts';
import { linesFrom, removeFrom, restoreLine } from './store-lines.ts';
import type { LinesPlace, SomeLines } from './store-lines.ts';
import { resultOfRow } from './store-rows.ts';
import type { CampaignRow, ClaimedRow, LeadRow } from './store-rows.ts';
import { LEAD_STATES, campaignAfter, moves } from './transitions.ts';
import type { CampaignOrder, LeadState } from './transitions.ts';

export interface NewCampaign {
  readonly campaign: Campaign;
  readonly leads: readonly Lead[];
  readonly faults: readonly LeadFault[];
  /** Of the texts that it was made from. */
  readonly digest: string;
  readonly epochMs: number;
}

interface Count {
  readonly n: number;
}

/** So many are given at once when all leads of a campaign are read. */
const RESULTS_AT_ONCE = 500;

export class CampaignStore {
  readonly #file: string;
  #open: OpenFile | undefined;
  /** A campaign's leads are as they were when it was made. */
  readonly #timeZones = new Map<string, readonly string[]>();

  /** The file is opened when something is asked. */
  constructor(file: string) {
    this.#file = file;
  }

  /** Keeps it with its leads, all or nothing. Throws CAMPAIGN_EXISTS where another one has its name. */
  create({ campaign, leads, faults, digest, epochMs }: NewCampaign): Created {
    return this.#with((db) => {
      const { name } = campaign;
      const old = first<Pick<CampaignRow, 'digest'>>(db, 'SELECT digest FROM campaigns WHERE name = ?', name);
      if (old && old.digest !== digest)
        throw new ParleyError('CAMPAIGN_EXISTS', `There is another campaign "${name}" already.`);
      if (!old)
        inTransaction(db, () => {
          statement(db, 'INSERT INTO campaigns VALUES (?, ?, ?, ?, NULL, ?)').run(
            ...[name, JSON.stringify(campaign), digest, 'running', epochMs],
          );
          const lead = statement(
            db,
            `INSERT INTO leads (campaign, line, number, bot, zone, variables, state, tries, due_ms)
             VALUES (?, ?, ?, ?, ?, ?, 'waiting', 0, ?)`,
          );
          for (const { line, number, bot = null, timeZone, variables } of leads)
            lead.run(name, line, number, bot, timeZone, JSON.stringify(variables), epochMs);
          const fault = statement(db, 'INSERT INTO faults VALUES (?, ?, ?, ?)');
          for (const { line, code, told } of faults) fault.run(name, line, code, told);
        });
      return { progress: this.progress(name), isOld: old !== undefined, faults };
    });
  }

  /** The oldest first. */
  all(): readonly Progress[] {
    return this.#with((db) => {
      const rows = statement(db, 'SELECT name FROM campaigns ORDER BY created_ms, name').all() as {
        name: string;
      }[];
      return rows.map(({ name }) => this.progress(name));
    });
  }

  /** Throws CAMPAIGN_UNKNOWN. */
  progress(name: string): Progress {
    return this.#with((db) => {
      const kept = this.#kept(db, name);
      const states = statement(
        db,
        'SELECT state, COUNT(*) AS n FROM leads WHERE campaign = ? GROUP BY state',
      ).all(name) as { state: LeadState; n: number }[];
      const outcomes = statement(
        db,
        'SELECT outcome, COUNT(*) AS n FROM leads WHERE campaign = ? AND outcome IS NOT NULL GROUP BY outcome',
      ).all(name) as { outcome: TryOutcome; n: number }[];
      const count = (table: 'tries' | 'faults') =>
        first<Count>(db, `SELECT COUNT(*) AS n FROM ${table} WHERE campaign = ?`, name)?.n ?? 0;
      const counted = new Map(states.map(({ state, n }) => [state, n]));
      return {
        ...kept,
        leads: Object.fromEntries(LEAD_STATES.map((state) => [state, counted.get(state) ?? 0])) as Record<
          LeadState,
          number
        >,
        outcomes: Object.fromEntries(outcomes.map(({ outcome, n }) => [outcome, n])),
        tries: count('tries'),
        answers: this.answers(name),
        faults: count('faults'),
      };
    });
  }

  /** Lines that were left out. */
  faults(name: string): readonly LeadFault[] {
    return this.#with(
      (db) =>
        statement(db, 'SELECT line, code, told FROM faults WHERE campaign = ? ORDER BY line').all(
          name,
        ) as LeadFault[],
    );
  }

  /** Gives an order. Throws CAMPAIGN_UNKNOWN or CAMPAIGN_STATE. */
  order(name: string, order: CampaignOrder, reason?: string): Progress {
    return this.#with((db) => {
      const state = campaignAfter(this.#kept(db, name).state, order);
      inTransaction(db, () => {
        statement(db, 'UPDATE campaigns SET state = ?, reason = ? WHERE name = ?').run(
          state,
          reason ?? null,
          name,
        );
        if (order === 'cancel' || order === 'finish')
          statement(db, moves('drop', '', 'campaign = ?')).run(name);
      });
      return this.progress(name);
    });
  }

  /**
   * The lead that has waited longest in these time zones, marked as called before this returns: whatever happens then, nobody claims it
   * again until its try has ended. Whom another campaign is calling is left for later. Undefined if none is due, or the campaign does not
   * run.
   */
  claim(name: string, timeZones: readonly string[], epochMs: number): ClaimedLead | undefined {
    return this.#with((db) =>
      inTransaction(db, () => {
        const row = first<ClaimedRow>(
          db,
          `${moves(
            'claim',
            'tries = tries + 1',
            `id = (
               SELECT id FROM leads WHERE id IN (
                 SELECT (SELECT id FROM leads WHERE campaign = $name AND state = 'waiting' AND zone = zones.value
                         AND due_ms <= $now
                         AND NOT EXISTS (SELECT 1 FROM leads AS called WHERE called.state = 'calling' AND called.number = leads.number)
                         ORDER BY due_ms, id LIMIT 1)
                 FROM json_each($zones) AS zones
               ) ORDER BY due_ms, id LIMIT 1
             ) AND (SELECT state FROM campaigns WHERE name = $name) = 'running'`,
          )}
             RETURNING id, line, number, bot, zone, variables, tries, due_ms`,
          { name, now: epochMs, zones: JSON.stringify(timeZones) },
        );
        if (!row) return undefined;
        const call = `${name}-${row.line}-${row.tries}`;
        // A try that was given back was none; its name is free again.
        statement(db, 'INSERT INTO tries (call, campaign, lead, began_ms) VALUES (?, ?, ?, ?)').run(
          ...[call, name, row.id, epochMs],
        );
        return {
          ...{ id: row.id, line: row.line, call, number: row.number, timeZone: row.zone, tries: row.tries },
          bot: row.bot ?? this.#kept(db, name).campaign.bot,
          variables: JSON.parse(row.variables) as Record<string, string>,
          dueEpochMs: row.due_ms,
        };
      }),
    );
  }

  /** Nothing was dialled: as if it had not been claimed. */
  giveBack(call: string): void {
    this.#with((db) =>
      inTransaction(db, () => {
        const lead = first<{ lead: number }>(
          db,
          'SELECT lead FROM tries WHERE call = ? AND outcome IS NULL',
          call,
        )?.lead;
        statement(db, moves('giveBack', 'tries = tries - 1', 'id = ?')).run(lead);
        // It may have been cancelled since.
        const isOver = `(SELECT state FROM campaigns WHERE name = campaign) IN ('cancelled', 'finished')`;
        statement(db, moves('drop', '', `id = ? AND ${isOver}`)).run(lead);
        statement(db, 'DELETE FROM tries WHERE call = ? AND outcome IS NULL').run(call);
      }),
    );
  }

  /** A try is over: whether the lead is called again goes by the campaign. Told twice, it is noted once. */
  finish({ call, result, epochMs }: EndedTry): Settled {
    return this.#with((db) =>
      inTransaction(db, () => {
        const { outcome, cause, talkedMs } = result;
        const found = first<{ lead: number; campaign: string }>(
          db,
          'SELECT lead, campaign FROM tries WHERE call = ?',
          call,
        );
        if (!found) throw new ParleyError('INTERNAL', `There is no try ${call}.`);
        const { lead, campaign: name } = found;
        const kept = this.#kept(db, name);
        const { changes } = statement(
          db,
          `UPDATE tries SET ended_ms = ?, outcome = ?, cause = ?, talked_ms = ? WHERE call = ? AND outcome IS NULL`,
        ).run(epochMs, outcome, cause, Math.round(talkedMs), call);
        if (changes > 0) {
          const tries = first<LeadRow>(db, 'SELECT tries FROM leads WHERE id = ?', lead)?.tries ?? 0;
          const againMs = againAfterMs(kept, outcome, tries);
          const set = 'due_ms = ?, outcome = ?, cause = ?, talked_ms = ?, at_ms = ?, untold = ?';
          const untold = againMs === undefined && kept.campaign.webhook !== undefined ? 1 : null;
          statement(db, moves(againMs === undefined ? 'settle' : 'retry', set, 'id = ?')).run(
            ...[
              Math.round(epochMs + (againMs ?? 0)),
              outcome,
              cause,
              Math.round(talkedMs),
              epochMs,
              untold,
              lead,
            ],
          );
        }
        const now = resultOfRow(this.#leadRow(db, lead), kept.campaign);
        return { state: now.state, lead: now };
      }),
    );
  }

  /**
   * Calls that a process before this one has left, of one campaign or of all: nobody knows how they went. Returns what has become of their
   * leads.
   */
  recover(epochMs: number, only?: string): readonly Recovered[] {
    return this.#with((db) => {
      const left = statement(
        db,
        `SELECT call, campaign AS name FROM tries WHERE outcome IS NULL AND campaign = coalesce($only, campaign)`,
      ).all({ only: only ?? null }) as { call: string; name: string }[];
      return left.map(({ call, name }) => ({
        campaign: this.#kept(db, name).campaign,
        ...this.finish({ call, result: LEFT, epochMs }),
      }));
    });
  }

  /** Leads that are over, and of which whoever is to be told may not know: the process may have ended in between. */
  untold(only?: string): readonly Recovered[] {
    return this.#with((db) => {
      const rows = statement(
        db,
        'SELECT id, campaign AS name FROM leads WHERE untold = 1 AND campaign = coalesce($only, campaign) ORDER BY id',
      ).all({ only: only ?? null }) as { id: number; name: string }[];
      return rows.map(({ id, name }) => {
        const { campaign } = this.#kept(db, name);
        const lead = resultOfRow(this.#leadRow(db, id), campaign);
        return { campaign, state: lead.state, lead };
      });
    });
  }

  /** Whoever is to be told of this lead will be, whatever happens to the process. */
  told(name: string, line: number): void {
    this.#with((db) => {
      statement(db, 'UPDATE leads SET untold = NULL WHERE campaign = ? AND line = ?').run(name, line);
    });
  }

  /** Of all its leads. */
  timeZones(name: string): readonly string[] {
    const known = this.#timeZones.get(name);
    if (known) return known;
    return this.#with((db) => {
      const rows = statement(db, 'SELECT DISTINCT zone FROM leads WHERE campaign = ?').all(name) as {
        zone: string;
      }[];
      const zones = rows.map(({ zone }) => zone);
      if (zones.length > 0) this.#timeZones.set(name, zones);
      return zones;
    });
  }

  waitingZones(name: string): readonly WaitingZone[] {
    return this.#with((db) => {
      const rows = statement(
        db,
        `SELECT value AS zone, (SELECT due_ms FROM leads WHERE campaign = $name AND state = 'waiting' AND zone = value
                                ORDER BY due_ms LIMIT 1) AS soonest
         FROM json_each($zones) WHERE soonest IS NOT NULL`,
      ).all({ name, zones: JSON.stringify(this.timeZones(name)) }) as { zone: string; soonest: number }[];
      return rows.map(({ zone, soonest }) => ({ timeZone: zone, soonestEpochMs: soonest }));
    });
  }

  answers(name: string): Answers {
    return this.#with((db) => {
      const count = (outcome: TryOutcome) =>
        first<Count>(db, 'SELECT COUNT(*) AS n FROM tries WHERE campaign = ? AND outcome = ?', name, outcome)
          ?.n ?? 0;
      const abandoned = count('abandoned');
      return { answered: abandoned + count('reached'), abandoned };
    });
  }

  /** In the order of their list, some at a time: those after line `after`. */
  results(name: string, after = 0): readonly LeadResult[] {
    return this.#with((db) => {
      const { campaign } = this.#kept(db, name);
      const rows = statement(
        db,
        `${LEAD} WHERE campaign = ? AND line > ? ORDER BY line LIMIT ${RESULTS_AT_ONCE}`,
      ).all(name, after) as LeadRow[];
      return rows.map((row) => resultOfRow(row, campaign));
    });
  }

  /** Some of what makes the campaign as it is, for another process. */
  lines(name: string, place: LinesPlace): SomeLines {
    return this.#with((db) => linesFrom(db, name, place));
  }

  /** What another process has told of a campaign, in its order; true if the line is in it that ends what there was of it. Throws where that is nothing it could have told. */
  restore(name: string, lines: readonly string[]): boolean {
    const read = lines.map(readLine);
    this.#with((db) =>
      inTransaction(db, () => {
        for (const line of read) restoreLine(db, name, line, this);
      }),
    );
    return read.some(({ kind }) => kind === 'whole');
  }

  /** From now on another process may go on with it. */
  share(name: string): void {
    this.#with((db) => statement(db, 'INSERT INTO shared VALUES (?) ON CONFLICT DO NOTHING').run(name));
  }

  isShared(name: string): boolean {
    return this.#with(
      (db) => first(db, 'SELECT campaign FROM shared WHERE campaign = ?', name) !== undefined,
    );
  }

  /** Another process has it: nothing of it stays here. */
  remove(name: string): void {
    this.#timeZones.delete(name);
    this.#with((db) => inTransaction(db, () => removeFrom(db, name)));
  }

  close(): void {
    this.#open?.close();
    this.#open = undefined;
  }

  #leadRow(db: Sql, id: number): LeadRow {
    const row = first<LeadRow>(db, `${LEAD} WHERE id = ?`, id);
    if (!row) throw new ParleyError('INTERNAL', `There is no lead ${id}.`);
    return row;
  }

  #kept(db: Sql, name: string): KeptCampaign {
    const row = first<CampaignRow>(
      db,
      'SELECT spec, state, reason, created_ms FROM campaigns WHERE name = ?',
      name,
    );
    if (!row) throw new ParleyError('CAMPAIGN_UNKNOWN', `There is no campaign "${name}".`);
    const { spec, state, reason, created_ms } = row;
    return {
      campaign: JSON.parse(spec) as Campaign,
      state,
      reason: reason ?? undefined,
      createdEpochMs: created_ms,
    };
  }

  #with<T>(work: (db: Sql) => T): T {
    try {
      this.#open ??= openFile(this.#file);
      return work(this.#open.db);
    } catch (error) {
      throw databaseError(error);
    }
  }
}

/** Of a try whose process is no more. */
export const LEFT = { outcome: 'unknown', cause: 'the process ended', talkedMs: 0 } as const;

const LEAD = `
  SELECT line, number, bot, zone, variables, state, tries, outcome, cause, talked_ms, at_ms,
    (SELECT call FROM tries WHERE lead = leads.id ORDER BY began_ms DESC, call DESC LIMIT 1) AS last_call
  FROM leads`;

/** When to try again, ms from now; undefined for never. */
function againAfterMs(
  { campaign, state }: KeptCampaign,
  outcome: TryOutcome,
  tries: number,
): number | undefined {
  if (outcome === 'reached' || state === 'cancelled' || state === 'finished') return undefined;
  if (tries >= campaign.retries.maxTries) return undefined;
  const after = campaign.retries[outcome];
  return after === 'never' ? undefined : after;
}
