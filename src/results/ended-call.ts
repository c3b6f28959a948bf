/** What is known of a call when it has ended: all that its result is made of, put down before anybody is asked anything. */
import { z } from 'zod';
import { CHAT_PROVIDERS } from '../llm/chat.ts';
import { CALL_END_CAUSES } from '../timeline/kinds.ts';

/** What a call knows of itself at its end. */
export interface CallFactsAtEnd {
  /** What the caller was asked for and has told, by the slot's name. */
  readonly slots: Readonly<Record<string, string>>;
  /** The tools that were used, in their order; as the messages have it if not given. */
  readonly done?: readonly DoneTool[];
  /** By which end of the flow it ended. */
  readonly outcome?: string | undefined;
  /** What was spoken last, BCP-47; the profile's language if not given. */
  readonly language?: string | undefined;
  /** The call in which the conversation began, if it went on after a restart, and how long before this call that was, ms. */
  readonly first?: { readonly id: string; readonly elapsedMs: number } | undefined;
}

export const doneTool = z.object({
  name: z.string(),
  /** What it was given, JSON as the model wrote it. */
  input: z.string().exactOptional(),
  /** What the model was told of it, a failure too. */
  result: z.string().exactOptional(),
  /** What its far side knows it by. */
  idempotencyKey: z.string().exactOptional(),
});

export type DoneTool = Readonly<z.output<typeof doneTool>>;

export const NOTHING_KNOWN: CallFactsAtEnd = Object.freeze({ slots: {} });

export const endedCall = z.object({
  id: z.string(),
  bot: z.string(),
  direction: z.enum(['inbound', 'outbound']),
  /** The call in which the conversation began, if that is an earlier one; `isTold`: that has had a result of its own. */
  first: z.object({ id: z.string(), startedEpochMs: z.number(), isTold: z.boolean() }).exactOptional(),
  /** Of the other side; empty if withheld. */
  callerNumber: z.string(),
  /** By the wall clock, ms since 1970. */
  startedEpochMs: z.number(),
  endedEpochMs: z.number(),
  cause: z.enum(CALL_END_CAUSES),
  /** The other side has not consented to being recorded: what comes of it is told, and kept nowhere. */
  unrecorded: z.literal(true).exactOptional(),
  outcome: z.string().exactOptional(),
  /** BCP-47. */
  language: z.string(),
  slots: z.record(z.string(), z.string()),
  done: z.array(doneTool),
  messages: z.array(
    z.object({
      role: z.string(),
      content: z.string(),
      /** What the bot had done before it said this. */
      done: z.array(doneTool).exactOptional(),
    }),
  ),
  /** What the profile wanted when the call ended. */
  wanted: z.object({
    schema: z.record(z.string(), z.unknown()),
    webhook: z.string().exactOptional(),
    prompt: z.string().exactOptional(),
    deadlineMs: z.number(),
    provider: z.enum(CHAT_PROVIDERS).exactOptional(),
    model: z.string().exactOptional(),
    /** Not given: the model takes none. */
    temperature: z.number().exactOptional(),
  }),
});

export type EndedCall = z.output<typeof endedCall>;
