/** What calls are looked for, as SQL. Values are bound, never written into the text. */
import type { UnansweredCause } from '../timeline/kinds.ts';
import type { CallEndCause } from '../timeline/timeline.ts';
import { maskNumber } from '../ops/mask.ts';
import { wordQuery } from './searched-words.ts';

/** All that is given must hold. */
export interface Criteria {
  /** Began then or later, ms since 1970. */
  readonly fromEpochMs?: number | undefined;
  /** Began before that. */
  readonly toEpochMs?: number | undefined;
  /** Any part of the number. */
  readonly number?: string | undefined;
  /** Numbers are not to be found out by asking for them: only what is shown of them can be looked for. */
  readonly numbersMasked: boolean;
  readonly bot?: string | undefined;
  readonly tenant?: string | undefined;
  readonly cause?: CallEndCause | UnansweredCause | undefined;
  /** Said by either side, all of them; the ends of words may be missing. */
  readonly words?: string | undefined;
  /** The caller has waited longer for an answer, ms. */
  readonly slowerThanMs?: number | undefined;
  /** Behind this call. */
  readonly after?: Place | undefined;
  /** So many at most. */
  readonly limit: number;
}

/** Where a call stands in the order: newest first. */
export interface Place {
  readonly startedEpochMs: number;
  readonly seq: number;
}

export interface Condition {
  readonly sql: string;
  readonly values: readonly (string | number)[];
}

export function conditionOf(criteria: Criteria): Condition {
  const { fromEpochMs, toEpochMs, number, bot, tenant, cause, words, slowerThanMs, after } = criteria;
  const conditions = [
    fromEpochMs !== undefined && condition('started_ms >= ?', fromEpochMs),
    toEpochMs !== undefined && condition('started_ms < ?', toEpochMs),
    after && condition('(started_ms, seq) < (?, ?)', after.startedEpochMs, after.seq),
    number !== undefined && ofNumber(number, criteria.numbersMasked),
    bot !== undefined && condition('bot = ?', bot),
    tenant !== undefined && condition('tenant = ?', tenant),
    cause !== undefined && condition('cause = ?', cause),
    slowerThanMs !== undefined && condition('slowest_ms > ?', slowerThanMs),
    words !== undefined && withWords(words),
  ].filter((one) => one !== false && one !== undefined);
  return {
    sql: conditions.map(({ sql }) => `(${sql})`).join(' AND ') || 'TRUE',
    values: conditions.flatMap(({ values }) => values),
  };
}

function condition(sql: string, ...values: readonly (string | number)[]): Condition {
  return { sql, values };
}

function withWords(words: string): Condition {
  const query = wordQuery(words);
  return query === undefined
    ? condition('FALSE')
    : condition('seq IN (SELECT rowid FROM words WHERE words MATCH ?)', query);
}

/** People write numbers in many ways: digits are compared. A caller without a telephone has a name for a number. */
function ofNumber(number: string, numbersMasked: boolean): Condition {
  const digits = number.replaceAll(/\D/g, '');
  const shown = digits.length <= 2 && digits !== '' ? `%*${digits}` : literally(maskNumber(number));
  const asShown = condition("masked LIKE ? ESCAPE '\\'", shown);
  if (numbersMasked) return asShown;
  if (/[^\d\s()+.-]/.test(number) || digits === '')
    return condition("number LIKE ? ESCAPE '\\'", `%${literally(number)}%`);
  return condition(`digits LIKE ? OR (digits = '' AND ${asShown.sql})`, `%${digits}%`, ...asShown.values);
}

function literally(text: string): string {
  return text.replaceAll(/[\\%_]/g, '\\$&');
}
