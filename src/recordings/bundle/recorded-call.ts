/**
 * What a bundle's call.json holds: everything that came into a call from outside, with its time, so that the call can be run again; and
 * what became of it. Times are ms from the moment at which the call arrived, which is also the first sample of the bundle's audio.
 */
import { z } from 'zod';
import { profileSchemaFor } from '../../config/bot-profile.ts';
import { asItWas } from './profile-as-it-was.ts';
import type { BotProfile } from '../../config/bot-profile.ts';
import { MOST_PHRASES_MS, MOST_SPEECH_MS } from './bundle-limits.ts';
import { recordedAbilities, resumedAbilities } from './recorded-abilities.ts';
import { recordedEnd as end } from './recorded-end.ts';
import {
  ANSWERERS,
  ANSWERER_REASONS,
  CONSENT_OUTCOMES,
  MACHINE_RECORDS_AFTER,
} from '../../timeline/kinds.ts';
import { timelineEntry } from '../../timeline/timeline-schema.ts';

export type { RecordedEnd } from './recorded-end.ts';

export const FORMAT = 'parley-call';
/**
 * Goes up when an older reader could not understand a newer bundle. 2: sounds that may become speech. 3: what caused what, by which a
 * replay keeps the order of a busy machine, and what was typed. 4: tools, contexts, steps. 5: what a call was
 * ordered with. 6: whether it might be recorded. 7: who has picked up. 8: lines that cannot hold still. Older ones are read as well.
 */
export const VERSION = 8;

export const REDACTIONS = ['none', 'text', 'audio'] as const;
/** What was masked before the call touched the disk: nothing; digits and names in every text; those also in the audio. */
export type Redaction = (typeof REDACTIONS)[number];

const ms = z.number();
const speechMs = z.number().min(0).max(MOST_SPEECH_MS);
const rateHz = z.int().min(8000).max(48_000);

const hearingEvent = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('soundStarted'), atMs: ms, startedAtMs: ms }),
  z.strictObject({ kind: z.literal('speechStarted'), atMs: ms, startedAtMs: ms }),
  z.strictObject({ kind: z.literal('speechStopped'), atMs: ms, startedAtMs: ms, endedAtMs: ms }),
  z.strictObject({ kind: z.literal('digit'), atMs: ms, digit: z.string() }),
  /** The caller has put the call on hold, and is back. */
  z.strictObject({ kind: z.enum(['held', 'unheld']), atMs: ms }),
  /** The line has waited for the caller in vain, or for more keys. */
  z.strictObject({ kind: z.literal('silent'), atMs: ms }),
]);
/** What the line told of the caller. `atMs` is when it told, the others when it happened. */
export type RecordedHearingEvent = z.output<typeof hearingEvent>;

const recognitionEvent = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('partial'), text: z.string() }),
  z.strictObject({
    kind: z.literal('final'),
    text: z.string(),
    language: z.string().exactOptional(),
    typed: z.literal(true).exactOptional(),
  }),
  z.strictObject({ kind: z.literal('refined'), index: z.int().min(0), text: z.string() }),
  z.strictObject({ kind: z.literal('endOfUtterance') }),
]);

const utterance = z.strictObject({
  /** Where its audio begins: before the first loud frame. */
  fromMs: ms,
  /** When its recognition was asked for. */
  beganAtMs: ms,
  /** What it began with: that speech's place in what the line heard. From version 3 on. */
  heardAt: z.int().min(0).exactOptional(),
  /** When all of it had been given to the recognizer; absent if nobody wanted it any more before that. */
  finishedAtMs: ms.exactOptional(),
  language: z.string(),
  events: z.array(z.strictObject({ atMs: ms, event: recognitionEvent })).readonly(),
  end,
});
export type RecordedUtterance = z.output<typeof utterance>;

const toolCall = z.strictObject({
  id: z.string(),
  name: z.string(),
  input: z.string(),
  extra: z.string().exactOptional(),
});

const message = z.strictObject({
  role: z.enum(['system', 'user', 'assistant', 'tool']),
  content: z.string(),
  toolCalls: z.array(toolCall).readonly().exactOptional(),
  toolCallId: z.string().exactOptional(),
});

/** Of the history: with what was done, and how much was heard. */
const remembered = z.strictObject({
  role: z.enum(['system', 'user', 'assistant']),
  content: z.string(),
  interrupted: z.boolean().exactOptional(),
  done: z
    .array(toolCall.extend({ result: z.string() }))
    .readonly()
    .exactOptional(),
});

const reply = z.strictObject({
  atMs: ms,
  request: z.strictObject({
    messages: z.array(message).readonly(),
    model: z.string().exactOptional(),
    temperature: z.number().optional(),
    maxTokens: z.int(),
    /** The answer before it had broken off. */
    isAgain: z.literal(true).exactOptional(),
    /** The names of the tools that were offered. */
    tools: z.array(z.string()).readonly().exactOptional(),
  }),
  tokens: z.array(z.strictObject({ atMs: ms, text: z.string() })).readonly(),
  /** What the model wanted done, behind its words. From version 4 on. */
  toolCalls: z
    .array(toolCall.extend({ atMs: ms }))
    .readonly()
    .exactOptional(),
  /** As the model told it; absent if it did not. */
  usage: z.strictObject({ inputTokens: z.number(), outputTokens: z.number() }).exactOptional(),
  end,
});
export type RecordedReply = z.output<typeof reply>;

const word = z.strictObject({ word: z.string(), startMs: ms, lengthMs: ms });

const synthesis = z.strictObject({
  atMs: ms,
  text: z.string(),
  sampleRateHz: rateHz,
  pieces: z
    .array(
      z.strictObject({
        atMs: ms,
        audioMs: speechMs,
        words: z.array(word).readonly(),
        provider: z.string(),
      }),
    )
    .readonly(),
  end,
});
export type RecordedSynthesis = z.output<typeof synthesis>;

const playback = z.strictObject({
  /** When the clip could have begun: it was queued, and had the audio that the player waits for. Absent if it never had. */
  readyAtMs: ms.exactOptional(),
  startedAtMs: ms.exactOptional(),
  finishedAtMs: ms.exactOptional(),
  heardMs: ms,
  outcome: z.enum(['heard', 'stopped', 'failed']).exactOptional(),
  /**
   * From the moment at which it could have begun, queued first, with its audio and no pause, until it did; negative where the end of the
   * clip before it was told late. From version 3 on, as those that follow.
   */
  delayMs: ms.exactOptional(),
  /** So long after its beginning it was told. */
  toldAfterMs: ms.exactOptional(),
  /** So long after its sound was over by the clock, or the stop was asked for, its end was told. */
  endToldAfterMs: ms.exactOptional(),
  /** Its end was told so long after a pause was asked for, which came too late for it; absent if it did not end in a pause. */
  endsInPauseMs: ms.exactOptional(),
  /** It began in a pause, which came too late for that: so long after the pause was asked for. */
  beginsInPauseMs: ms.exactOptional(),
  /** By the clock its sound had been over for so long when it was stopped; absent if it had not. */
  overdueMs: ms.exactOptional(),
  /** By the clock so much more had been heard when it was stopped than was told. */
  unheardMs: ms.exactOptional(),
});
/** What the player acknowledged of one clip, in the order in which they were queued. */
export type RecordedPlayback = z.output<typeof playback>;

const phrase = z.strictObject({
  kind: z.string(),
  text: z.string(),
  audioMs: speechMs,
  /** BCP-47; the bot's first language if not given. */
  language: z.string().exactOptional(),
});
/** Ready to be played without being synthesized. */
export type RecordedPhrase = z.output<typeof phrase>;

/** Bundles of before other kinds were thought of do not say which it is. */
const place = z.strictObject({
  kind: z.literal('dialplan').default('dialplan'),
  context: z.string(),
  extension: z.string(),
  priority: z.int(),
});

const endpoint = z.strictObject({ kind: z.literal('endpoint'), endpoint: z.string() });

const referral = z.strictObject({ kind: z.literal('refer'), uri: z.string() });

const phoneNumber = z.strictObject({ kind: z.literal('number'), number: z.string() });

/** A place without a kind is one of the dialplan. */
const anyPlace = z.union([endpoint, referral, phoneNumber, place]);

const order = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('say'), atMs: ms, text: z.string() }),
  z.strictObject({ kind: z.literal('end'), atMs: ms, cause: z.enum(['operator', 'stopped']) }),
  z.strictObject({
    kind: z.literal('transfer'),
    atMs: ms,
    place: anyPlace,
  }),
  z.strictObject({ kind: z.literal('move'), atMs: ms }),
]);

export type RecordedOrder = z.output<typeof order>;

const timer = z.strictObject({
  /** When that happened which made the call set it, when it was to fire, and when it did. */
  setAtMs: ms,
  dueAtMs: ms,
  atMs: ms,
  /** For how long it was set: by that it is known again, however long the work took in which it was set. */
  delayMs: ms.exactOptional(),
  /** How many timers the same cause had set before: two of them may be due at nearly the same time. */
  nth: z.number().int().nonnegative().exactOptional(),
  /** It was to have fired by then, and was cancelled instead. */
  cancelled: z.literal(true).exactOptional(),
});
/** A timer of the call that was due: on a busy machine they are late. */
export type RecordedTimer = z.output<typeof timer>;

const answererEvent = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('decided'),
    atMs: ms,
    by: z.enum(ANSWERERS),
    reason: z.enum(ANSWERER_REASONS).exclude(['key']),
  }),
  z.strictObject({ kind: z.literal('recording'), atMs: ms, after: z.enum(MACHINE_RECORDS_AFTER) }),
]);
/** What was told of who has picked up, and when. */
export type RecordedAnswererEvent = z.output<typeof answererEvent>;

const ariEntry = z.strictObject({
  atMs: ms,
  /** `event`: Asterisk told; `request`: Parley asked, and `outcome` came of it. */
  kind: z.enum(['event', 'request']),
  name: z.string(),
  facts: z.record(z.string(), z.unknown()),
});
export type RecordedAri = z.output<typeof ariEntry>;

export const recordedCall = z.strictObject({
  format: z.literal(FORMAT),
  version: z.int().min(1).max(VERSION),
  id: z.string().regex(/^[\w.-]{1,200}$/, 'expected letters, digits, dots and dashes'),
  /** By the wall clock, ISO 8601. */
  startedAt: z.iso.datetime(),
  versions: z.record(z.string(), z.string()),
  redaction: z.enum(REDACTIONS),
  party: z.strictObject({
    direction: z.enum(['inbound', 'outbound']),
    number: z.string(),
    name: z.string(),
    dialled: z.string(),
    bot: z.string().exactOptional(),
  }),
  /** What it was ordered with, if Parley has placed it. From version 5 on. */
  variables: z.record(z.string(), z.string()).exactOptional(),
  /** Of one that Parley has placed, where it was listened who answers. From version 7 on. */
  answerer: z.array(answererEvent).readonly().exactOptional(),
  /** The name of the bot, and all that it was told to be. */
  bot: z.string(),
  profile: z.unknown().transform((given, context): Omit<BotProfile, 'name'> => {
    const parsed = profileSchemaFor(given).safeParse(asItWas(given));
    if (parsed.success) return parsed.data;
    for (const issue of parsed.error.issues)
      context.addIssue({ code: 'custom', message: issue.message, path: [...issue.path] });
    return z.NEVER;
  }),
  /** What of the service's settings bears on the call; no secret among them. */
  settings: z.strictObject({
    synthesisWindow: z.int().min(0),
    fallback: anyPlace.exactOptional(),
    others: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  }),
  /** A conversation that an earlier process had begun. */
  resumed: z
    .strictObject({
      messages: z.array(remembered).readonly(),
      turn: z.int(),
      conversation: z.string().exactOptional(),
      elapsedMs: ms,
      language: z.string().exactOptional(),
      /** From version 6 on. */
      consent: z.enum(CONSENT_OUTCOMES).exactOptional(),
      ...resumedAbilities,
    })
    .exactOptional(),
  ...recordedAbilities,
  line: z.strictObject({
    sampleRateHz: rateHz,
    startsOn: z.enum(['firstAudio', 'wholeClip']),
    /** Of a line that cannot hold still. From version 8 on. */
    heardOutMs: ms.exactOptional(),
    detectionSilenceMs: ms,
    /** From the call's arrival to its answer. */
    answeredAfterMs: ms.exactOptional(),
    ended: z
      .strictObject({ atMs: ms, by: z.enum(['caller', 'us', 'transferred', 'lost', 'moved']) })
      .exactOptional(),
    hearing: z.array(hearingEvent).readonly(),
    /** How far the caller's audio had come whenever the call asked for it: it may be late. From version 3 on. */
    heardUntil: z
      .array(z.strictObject({ atMs: ms, untilMs: ms }))
      .readonly()
      .default([]),
    playbacks: z.array(playback).readonly(),
  }),
  /** What others than the caller and the bot wanted of the call. */
  orders: z.array(order).readonly().default([]),
  utterances: z.array(utterance).readonly(),
  replies: z.array(reply).readonly(),
  syntheses: z.array(synthesis).readonly(),
  phrases: z
    .array(phrase)
    .readonly()
    .refine((all) => all.reduce((sum, { audioMs }) => sum + audioMs, 0) <= MOST_PHRASES_MS, {
      error: `expected at most ${MOST_PHRASES_MS} ms of them`,
    }),
  /** What chance has decided, 0 to 1 each, in its order. */
  draws: z.array(z.number()).readonly(),
  /** From version 3 on. */
  timers: z.array(timer).readonly().default([]),
  ari: z.array(ariEntry).readonly(),
  timeline: z.array(timelineEntry).readonly(),
});

export type RecordedCall = Readonly<z.output<typeof recordedCall>>;
