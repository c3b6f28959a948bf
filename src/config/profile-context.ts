/** What a bot is told during a call from elsewhere: the key `context` of its profile. Profiles without it have none. */
import { z } from 'zod';
import { httpRequestSchema } from './profile-http.ts';

/** About as long as it takes to answer and to begin the greeting, ms. */
const CALLER_WITHIN_MS = 800;

/** Words are searched within a few milliseconds while they are being said; so long waits only who asks for embeddings, ms. */
const KNOWLEDGE_WITHIN_MS = 150;

/** Four are what a model reads without losing the thread of a call. */
const PASSAGES = 4;

const embeddingsSchema = z.strictObject({
  /** Of an endpoint that speaks OpenAI's protocol; `/embeddings` is added. */
  baseUrl: z.url({ protocol: /^https?$/, error: 'expected an address such as https://api.openai.com/v1' }),
  model: z.string().min(1),
  /** As ${NAME}; left out for a server that asks for none. */
  apiKey: z
    .string()
    .regex(/^\$\{\s*[^{}]+\s*\}$/, 'expected ${NAME}, with NAME in BOT_SECRETS: a profile holds no secret')
    .optional(),
});

export const contextSchema = z
  .strictObject({
    /** Who calls: asked when the call rings. */
    caller: z
      .strictObject({
        http: httpRequestSchema,
        /** How long after the ring answers wait for it. Later than that it is there for the next one. */
        deadlineMs: z.int().min(1).max(10_000).default(CALLER_WITHIN_MS),
      })
      .optional(),
    /** Documents that are searched for what the caller says. */
    knowledge: z
      .strictObject({
        /** A folder in BOTS_DIR, relative to it: Markdown, text, HTML and PDF. */
        dir: z.string().min(1, 'expected a folder in BOTS_DIR, such as knowledge/shop'),
        /** How many passages at most an answer is made with. */
        top: z.int().min(1).max(20).default(PASSAGES),
        /** How long an answer waits for them. */
        deadlineMs: z.int().min(1).max(5000).default(KNOWLEDGE_WITHIN_MS),
        /** Finds what means the same in other words; without it, or while it is late, words alone count. */
        embeddings: embeddingsSchema.optional(),
      })
      .optional(),
  })
  .optional();

export type ContextProfile = Readonly<NonNullable<z.output<typeof contextSchema>>>;
