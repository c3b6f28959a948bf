/** One caller of a rehearsal, as somebody has written them down: who they are, what they say, and what a good call with them comes to. */
import { z } from 'zod';
import { likelyMeant } from '../config/nearest-name.ts';
import { faultsOf, readYaml } from '../config/yaml-faults.ts';
import { duration, saying, valueOrExpression } from '../config/yaml-kinds.ts';
import { CALL_END_CAUSES } from '../timeline/kinds.ts';

/** `after 800 ms`: so long after the bot has begun to speak. */
const interruption = z.preprocess(
  (given) => (typeof given === 'string' ? given.replace(/^after\s+/, '') : given),
  duration,
);

const words = z.string().trim().min(1, 'expected something to say');

const keys = z.coerce.string().regex(/^[\d*#]+$/, 'expected digits, * and #');

/** A text alone is said once, in its turn. */
const line = z.preprocess(
  (given) => (typeof given === 'string' ? { say: given } : given),
  z
    .strictObject({
      /** What the bot has asked. With it a line is said whenever that is asked, without it once, in its turn. */
      when: saying.exactOptional(),
      /** At most once. */
      once: z.literal(true).exactOptional(),
      say: words.exactOptional(),
      /** What is understood of it; "" for nothing. */
      heardAs: z.string().exactOptional(),
      /** Said over the bot, the first time. */
      interrupts: interruption.exactOptional(),
      keys: keys.exactOptional(),
      silent: z.literal(true).exactOptional(),
      hangUp: z.literal(true).exactOptional(),
    })
    .refine(
      (one) => ['say', 'keys', 'silent', 'hangUp'].filter((key) => key in one).length === 1,
      'expected one of say, keys, silent, hangUp',
    ),
);

/** How long a service takes to answer, ms. */
const ANSWER_MS = 600;

/** What a tool answers: `failed: text`, or content, JSON or text; after a while. */
const cassette = z.union([
  z
    .literal('failed')
    .transform(() => ({ status: 'failed' as const, content: 'It failed.', takes: ANSWER_MS })),
  z
    .strictObject({ content: z.json().default({}), takes: duration.default(ANSWER_MS) })
    .transform(({ content, takes }) => ({ status: 'done' as const, content: written(content), takes })),
  z
    .strictObject({ failed: z.string(), takes: duration.default(ANSWER_MS) })
    .transform(({ failed: content, takes }) => ({ status: 'failed' as const, content, takes })),
]);

const endCause = z.string().refine((given) => (CALL_END_CAUSES as readonly string[]).includes(given), {
  error: ({ input }) => {
    const [meant] = likelyMeant(String(input), CALL_END_CAUSES);
    return `${String(input)} ends no call; ${meant === undefined ? `expected one of ${CALL_END_CAUSES.join(', ')}` : `did you mean ${meant}?`}`;
  },
});

/** Three rings. */
const COLLEAGUE_ANSWERS_AFTER_MS = 6000;

const expectations = z.strictObject({
  /** What the caller has told in the end: a text to the letter, or /a regular expression/. Others may be there. */
  slots: z.record(z.string(), valueOrExpression).default({}),
  /** By which `end` of the flow. */
  outcome: z.string().exactOptional(),
  /** Of the result, these and maybe more. */
  result: z.record(z.string(), z.json()).exactOptional(),
  /** All steps of the flow, in the order in which they were entered. */
  steps: z.array(z.string()).exactOptional(),
  endedBy: endCause.exactOptional(),
  /** The longest that the caller waits for a sound, and for an answer. */
  within: duration.default(1500),
  /** Those over HTTP and MCP, each as often as it stands here. */
  tools: z.array(z.string()).exactOptional(),
  /** What the bot says, in this order; it may say more in between. */
  says: z.array(saying).default([]),
  /** What the bot may not say. */
  never: z.array(saying).default([]),
  /** What is spoken in the end, BCP-47. */
  language: z.string().exactOptional(),
});

export type CallerExpectations = z.output<typeof expectations>;

const schema = z
  .strictObject({
    /** Whom they call; any bot if not given. */
    bot: z.string().exactOptional(),
    /** BCP-47. */
    language: z.string().default('ru-RU'),
    /** From where; E.164. */
    number: z.coerce.string().default(''),
    /** The day of the call. */
    today: z
      .string()
      .regex(/^\d{4}-\d\d-\d\d$/, 'expected a day, YYYY-MM-DD')
      .exactOptional(),
    goal: z.string().default(''),
    temper: z.string().default(''),
    says: z.array(line).default([]),
    /** Said when no line fits. */
    otherwise: words.exactOptional(),
    /** A model plays them, by goal and temper. */
    model: z.literal(true).exactOptional(),
    /** Asked instead of an answer, each once at most, by chance. */
    digressions: z.array(words).default([]),
    /** They talk over questions that they have an answer to. */
    interrupts: interruption.exactOptional(),
    /** How many of ten utterances nobody understands, by chance; said again, they are clear. */
    mumbles: z.int().min(0).max(10).default(0),
    tools: z.record(z.string(), z.union([cassette, z.array(cassette).min(1)])).default({}),
    /** Whom the bot rings for them: why that fails, or what the colleague says when asked; put through unasked if not given. */
    colleague: z
      .union([
        z.enum(['busy', 'noAnswer', 'declined', 'unreachable']),
        z.strictObject({ says: words, after: duration.default(COLLEAGUE_ANSWERS_AFTER_MS) }),
      ])
      .exactOptional(),
    context: z.strictObject({ caller: z.json().exactOptional() }).default({}),
    expect: expectations.prefault({}),
  })
  .refine(({ says, model }) => says.length > 0 !== (model === true), 'expected either says or model: true')
  .refine(({ model, goal }) => model !== true || goal !== '', {
    message: 'expected the goal of a caller whom a model plays',
    path: ['goal'],
  });

export type CallerProfile = z.output<typeof schema> & { readonly name: string };
export type CallerLine = z.output<typeof line>;
export type Cassette = z.output<typeof cassette>;

/** A fault begins with its line: `:12: says.0.when: expected …`. */
export function readCaller(
  name: string,
  yaml: string,
): { readonly caller: CallerProfile } | { readonly faults: readonly string[] } {
  const read = readYaml(yaml);
  if ('faults' in read) return read;
  const parsed = schema.safeParse(read.raw ?? {});
  if (parsed.success) return { caller: { name, ...parsed.data } };
  const faults = parsed.error.issues.flatMap((issue) => faultsOf(issue, schema, 'a caller'));
  return { faults: faults.map((fault) => read.written(fault)) };
}

function written(content: unknown): string {
  return typeof content === 'string' ? content : JSON.stringify(content);
}
