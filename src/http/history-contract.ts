/** What /api/history takes and gives: as contract.ts, for calls that have ended and are kept. */
import { z } from 'zod';
import { earReport } from '../ear/ear-report.ts';
import { CALL_END_CAUSES, UNANSWERED_CAUSES } from '../timeline/kinds.ts';
import { callCost, timelineEntry } from './contract.ts';

/** A call as it is kept. */
export const historyCall = z.object({
  /** Its name here: when it began, and its id. */
  id: z.string(),
  /** What it was called while it was live. */
  call: z.string(),
  bot: z.string(),
  /** Whose call it was; not of the service's own. */
  tenant: z.string().optional(),
  direction: z.enum(['inbound', 'outbound']),
  /** Of the other side; empty if withheld. */
  number: z.string(),
  startedAt: z.iso.datetime(),
  endedAt: z.iso.datetime(),
  endCause: z.string(),
  /** How often the caller has finished speaking. */
  turns: z.int(),
  /** The longest that the caller waited for an answer; null if there was none. */
  slowestMs: z.number().nullable(),
  /** How often something failed while it went on. */
  failures: z.int(),
  /** By the prices of that day; null where nothing had one. */
  cost: callCost.nullable(),
  /** There is a recording of it, to be listened to. */
  recorded: z.boolean(),
});

const MOST_AT_ONCE = 200;

/** A point in time with its offset from UTC, or in UTC. */
const time = z.iso.datetime({ offset: true });

/** What is looked for: all that is given must hold. */
const historySearch = {
  /** Began then or later. */
  from: time.optional(),
  /** Began before that. */
  to: time.optional(),
  /** Any part of the other side's number; where numbers are masked, all of it or its last two digits. */
  number: z.string().trim().min(1).max(100).optional(),
  bot: z.string().min(1).max(100).optional(),
  tenant: z.string().min(1).max(40).optional(),
  cause: z.enum([...CALL_END_CAUSES, ...UNANSWERED_CAUSES]).optional(),
  /** Said by either side: all of these words, whose ends may be missing. */
  words: z.string().trim().min(1).max(200).optional(),
  /** The caller has waited longer than this for an answer. */
  slowerThanMs: z.coerce.number().min(0).max(3_600_000).optional(),
};

export const historyQuery = z.strictObject({
  ...historySearch,
  /** `next` of the page before. */
  after: z
    .string()
    .regex(/^\d{1,15}-\d{1,15}$/, 'expected what the page before gave as next')
    .optional(),
  limit: z.coerce.number().int().min(1).max(MOST_AT_ONCE).default(50),
});

export const historyExport = z.strictObject({
  ...historySearch,
  format: z.enum(['csv', 'json']).default('csv'),
});

export const historyPage = z.object({
  /** Newest first. */
  calls: z.array(historyCall),
  /** To be given as `after` for the next page; null if this was the last. */
  next: z.string().nullable(),
  /** Words are kept and can be searched. */
  hasWords: z.boolean(),
});

export const historyId = z.object({
  id: z.string().regex(/^[\w.-]{1,200}$/, 'expected an id of the history'),
});

export const historyDetail = historyCall.extend({
  timeline: z.array(timelineEntry),
  /** How many of its first entries are not kept. */
  dropped: z.int(),
  /** What came of it; null where nothing was asked for, or it is not there yet. docs/results.md shows what stands in it. */
  result: z.looseObject({}).nullable(),
  /** What the call was like to the ear; null where nobody could listen. docs/operations.md says what stands in it. */
  ear: earReport.nullable(),
});

/** Where a recording can be listened to for a while, by whoever knows it: a page cannot show a token for a sound. */
export const listening = z.object({ url: z.string(), until: z.iso.datetime() });

export const listeningTicket = z.object({ ticket: z.string().regex(/^[\w-]{43}$/, 'expected a ticket') });

export type HistoryCall = z.infer<typeof historyCall>;
export type HistoryPage = z.infer<typeof historyPage>;
export type HistoryDetail = z.infer<typeof historyDetail>;
export type HistorySearch = z.infer<typeof historyExport>;
