/**
 * What /api takes and gives, as zod schemas: the routes check by them, OpenAPI is written from them, and whoever reads /api takes its types
 * here. Numbers of callers and what was said are masked unless HTTP_TRANSCRIPTS is all, but for calls from the page. Times of day are ISO 8601.
 */
import { z } from 'zod';
import { earReport } from '../ear/ear-report.ts';

/**
 * What a call is doing: nobody has answered yet; the bot waits for the caller; the caller speaks; the bot thinks about what was said; the
 * bot speaks.
 */
const CALL_STATES = ['ringing', 'listening', 'hearing', 'thinking', 'speaking', 'ended'] as const;

/** What a call has cost so far by the price table. */
export const callCost = z.object({
  /** ISO 4217. */
  currency: z.string(),
  synthesis: z.number(),
  recognition: z.number(),
  model: z.number(),
  total: z.number(),
});

export const callSummary = z.object({
  /** Of a call from a page it begins with `browser-`. */
  id: z.string(),
  bot: z.string(),
  /** Whose call it is; not of the service's own. */
  tenant: z.string().optional(),
  direction: z.enum(['inbound', 'outbound']),
  /** Of the other side; empty if withheld. */
  number: z.string(),
  startedAt: z.iso.datetime(),
  endedAt: z.iso.datetime().nullable(),
  state: z.enum(CALL_STATES),
  /** How often the caller has finished speaking. */
  turns: z.int(),
  /** Of the turn that was answered last: from the caller's last loud frame to the first sound of the answer. */
  lastLatencyMs: z.number().nullable(),
  endCause: z.string().nullable(),
  /** Null where nothing has a price. */
  cost: callCost.nullable(),
});

/** Something that happened in a call: the facts of its type stand beside these. Times (`…AtMs`) count from the call's beginning. */
export const timelineEntry = z.looseObject({ type: z.string(), atMs: z.number(), turn: z.int() });

export const callList = z.object({
  /** Oldest first. */
  live: z.array(callSummary),
  /** The last ones that ended, newest first. */
  past: z.array(callSummary),
});

export const callDetail = callSummary.extend({
  timeline: z.array(timelineEntry),
  /** How many of its first entries are no longer kept. */
  dropped: z.int(),
  /** What came of it; null where nothing was asked for, or it is not there yet. docs/results.md shows what stands in it. */
  result: z.looseObject({}).nullable(),
  /** What the call is, or was, like to the ear; null where nobody could listen. docs/operations.md says what stands in it. */
  ear: earReport.nullable(),
});

export const callsQuery = z.object({
  /** Only this one's. */
  tenant: z.string().min(1).max(40).optional(),
});

export const turnsQuery = z.object({
  /** Only those that were answered later. */
  after: z.iso.datetime().optional(),
});

/** The last turns that were answered, of all calls. */
export const answeredTurns = z.object({
  /** Oldest first. */
  turns: z.array(
    z.object({
      call: z.string(),
      turn: z.int(),
      /** When the answer began. */
      at: z.iso.datetime(),
      /** From the caller's last loud frame to the first sound of the answer. */
      voiceToVoiceMs: z.number(),
    }),
  ),
  /** From when on a caller notices, and from when on callers hang up. */
  limits: z.object({ warningMs: z.number(), criticalMs: z.number() }),
});

/** What is wrong with the service now; see src/alerts/alert.ts. */
export const alert = z.object({
  name: z.string(),
  severity: z.enum(['critical', 'error', 'warning']),
  summary: z.string(),
  /** How much of what was looked at has gone wrong, 0 to 1. */
  share: z.number(),
  samples: z.int(),
  since: z.iso.datetime(),
});

/** One event of /api/events: the name stands in `event:`, the rest in `data:` as JSON. The first is always `calls`. */
export const liveEvent = z.discriminatedUnion('event', [
  z.object({ event: z.literal('calls'), data: callList }),
  z.object({ event: z.literal('call.began'), data: callSummary }),
  /** Its state, its turns or its latency is another one. */
  z.object({ event: z.literal('call.changed'), data: callSummary }),
  z.object({ event: z.literal('call.ended'), data: callSummary }),
  z.object({ event: z.literal('entry'), data: z.object({ call: z.string(), entry: timelineEntry }) }),
  z.object({ event: z.literal('alert.raised'), data: alert }),
  /** Its severity is another one. */
  z.object({ event: z.literal('alert.changed'), data: alert }),
  z.object({ event: z.literal('alert.cleared'), data: alert }),
]);

const quota = z.object({ perSecond: z.number(), limitPerSecond: z.number() });

export const serviceState = z.object({
  version: z.string(),
  startedAt: z.iso.datetime(),
  ready: z.boolean(),
  /** Why no call could be served now; empty when one could. */
  reasons: z.array(z.string()),
  /** How audio travels; null until Asterisk has been there. */
  media: z.enum(['file', 'stream']).nullable(),
  /** The ways in for callers; a call needs any one of them. */
  telephones: z.array(
    z.object({
      name: z.string(),
      connected: z.boolean(),
      /** What is wrong with it, in a clause. */
      trouble: z.string().nullable(),
      /** What its callers can be handed over to. */
      transfers: z.array(z.string()),
    }),
  ),
  activeCalls: z.int(),
  /** Why a call that came now would not be taken. */
  refusal: z.string().nullable(),
  /** Not told to a tenant: it is everybody's. */
  admission: z
    .object({
      lagMs: z.number(),
      maxLagMs: z.number(),
      maxCalls: z.int(),
      synthesis: quota,
      recognition: quota,
    })
    .optional(),
  synthesizers: z.array(
    z.object({
      name: z.string(),
      breaker: z.enum(['closed', 'open', 'half-open']),
      healthy: z.boolean(),
    }),
  ),
  recognizers: z.array(z.object({ name: z.string(), healthy: z.boolean() })),
  /** `refuses`: it does not accept the key. */
  model: z.object({ name: z.string(), state: z.enum(['well', 'fails', 'refuses']) }),
  /** Whose words and numbers /api shows: of `all` calls, or of the page's `own` ones, while those of callers are masked. */
  transcripts: z.enum(['all', 'own']),
  bots: z.array(z.string()),
  /** Names of places that callers can be transferred to. */
  transferTargets: z.array(z.string()),
  /** Those that are raised now. */
  alerts: z.array(alert),
});

export const botChanges = z.object({
  added: z.array(z.string()),
  changed: z.array(z.string()),
  removed: z.array(z.string()),
});

/** What an order answers that is carried out from now on: what becomes of it is seen in the call's timeline, or in the service's state. */
export const accepted = z.object({ accepted: z.literal(true) });

export const callId = z.object({ id: z.string().min(1).max(100) });

export const phoneQuery = z.object({
  /** Default: the default bot. */
  bot: z.string().min(1).max(100).optional(),
});

export const callTurn = callId.extend({
  /** 0 is the greeting. */
  turn: z.coerce.number().int().min(0).max(9999),
});

/** No more than one synthesis can speak. */
const MOST_CHARACTERS = 250;

export const sayOrder = z.strictObject({
  text: z
    .string()
    .trim()
    .max(MOST_CHARACTERS)
    .regex(/^\P{Cc}*[\p{L}\p{N}]\P{Cc}*$/u, 'expected one line with something to say in it'),
});

/** What Asterisk's dialplan may call a context or an extension; nothing that means something to a URL, a path or the dialplan itself. */
const dialplanName = z
  .string()
  .regex(/^[\w*#+.-]{1,80}$/, "expected letters, digits or *#+.-_, such as the dialplan's names");

export const transferOrder = z.union([
  z.strictObject({
    context: dialplanName,
    extension: dialplanName,
    priority: z.int().min(1).max(99_999).default(1),
  }),
  /** One of the service's transferTargets. */
  z.strictObject({ target: z.string().min(1).max(80) }),
]);

/** An order that needs no more words: `{}`. */
export const plainOrder = z.strictObject({});

/** What every answer outside 2xx is. The code is one of src/base/error-catalogue.ts. */
export const apiError = z.object({ code: z.string(), message: z.string(), help: z.string().optional() });

export type AlertView = z.infer<typeof alert>;
export type CallSummary = z.infer<typeof callSummary>;
export type CallDetail = z.infer<typeof callDetail>;
export type TimelineEntryView = z.infer<typeof timelineEntry>;
export type AnsweredTurns = z.infer<typeof answeredTurns>;
export type CallList = z.infer<typeof callList>;
export type LiveEvent = z.infer<typeof liveEvent>;
export type ServiceState = z.infer<typeof serviceState>;
export type ApiError = z.infer<typeof apiError>;
