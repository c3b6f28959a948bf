/** What stands where in a flow. */
import { z } from 'zod';
import type { DeepReadonly } from '../base/deep-readonly.ts';
import { SLOT_KINDS } from '../languages/slots/slot.ts';
import { spoken } from './profile-pieces.ts';

/** How often an unclear answer is asked for again, if the profile does not say. */
const RETRIES = 2;

export type Flow = DeepReadonly<z.output<typeof flowShape>>;
export type FlowStep = DeepReadonly<z.output<typeof step>>;
export type FlowSlot = DeepReadonly<z.output<typeof slot>>;
/** What is said, or what is said by language. */
export type FlowText = z.output<typeof said>;

const phrase = spoken();

const language = z.string().regex(/^[a-z]{2,3}(-[A-Z]{2})?$/, 'expected a language, such as en or en-US');

const said = z.union([phrase, z.record(language, phrase)], {
  error: 'expected what is said (at most 250 characters), or what is said by language',
});

const id = z.string().regex(/^[\p{L}\d_-]{1,64}$/u, 'expected the id of a step: letters, digits, - and _');

const slotName = z
  .string()
  .regex(/^[\p{L}_][\p{L}\d_]{0,63}$/u, 'expected the name of a slot: letters, digits and _')
  .refine(
    (name) =>
      !['and', 'or', 'not', 'true', 'false', 'result', 'caller', 'call', 'context', 'now'].includes(name),
    'is a word with a meaning of its own; choose another name',
  );

/** `[S, M]`, or each with other words for it: `{ S: [small], M: [medium] }`. */
const values = z.preprocess(
  (given) => (Array.isArray(given) ? Object.fromEntries(given.map((value) => [String(value), []])) : given),
  z
    .record(z.string().min(1), z.array(z.string().min(1)))
    .refine((given) => Object.keys(given).length > 0, 'expected at least one value'),
);

const slot = z.strictObject({
  name: slotName,
  type: z.enum(SLOT_KINDS).default('text'),
  /** oneOf: what can be chosen. */
  values: values.optional(),
  /** digits: how many. */
  length: z
    .union(
      [z.int().min(1).max(64), z.strictObject({ min: z.int().min(1).max(64), max: z.int().min(1).max(64) })],
      {
        error: 'expected how many digits, or { min, max }',
      },
    )
    .optional(),
  /** number: the smallest and the largest that will do. */
  min: z.number().optional(),
  max: z.number().optional(),
  /** Said back and asked whether it is right. */
  confirm: z.boolean().default(false),
  /** Masked wherever it is written down, and the recording is blank while it is given. */
  sensitive: z.boolean().default(false),
});

/** `next: done`, or the first whose condition holds. */
const next = z.preprocess(
  (given) => (typeof given === 'string' ? [{ to: given }] : given),
  z.array(z.strictObject({ when: z.string().min(1).optional(), to: id })).min(1, 'expected where to go on'),
);

const json: z.ZodType<unknown> = z.json();

const action = z.strictObject({
  /** One of the places of the tool `transfer`. */
  transfer: z.string().min(1).optional(),
  /** A tool of the profile, run by the flow itself. */
  tool: z.string().min(1).optional(),
  arguments: z.record(z.string(), json).optional(),
  hangUp: z.strictObject({}).optional(),
});

const step = z.strictObject({
  /** Said when the step is entered, once. */
  say: said.optional(),
  ask: said.optional(),
  slot: slot.optional(),
  /** How often an unclear answer is asked for again before `otherwise`. */
  retries: z.int().min(0).max(20).default(RETRIES),
  otherwise: id.optional(),
  do: action.optional(),
  next: next.optional(),
  /** The flow ends here, by this outcome. */
  end: z.string().min(1).max(64).optional(),
});

export const flowShape = z.strictObject({
  start: id,
  /** Lead back to the open step after the caller's question; the language's own if not given. */
  returnPhrases: z.array(said).min(1, 'expected at least one phrase').optional(),
  steps: z.record(id, step),
});
