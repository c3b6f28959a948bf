/** Where callers are handed over to, as operators write it: a place of Asterisk's dialplan, a number, or a SIP address. */
import { z } from 'zod';
import type { Kind } from './setting-kinds.ts';

export type Place =
  | {
      readonly kind: 'dialplan';
      readonly context: string;
      readonly extension: string;
      readonly priority: number;
    }
  | { readonly kind: 'number'; readonly number: string }
  | { readonly kind: 'refer'; readonly uri: string };

const dialplan = z
  .string()
  .transform((given) => given.split(',').map((part) => part.trim()))
  .pipe(z.tuple([z.string().min(1), z.string().min(1), z.string().regex(/^[1-9]\d{0,4}$/)]))
  .transform(([context, extension, priority]) => ({
    kind: 'dialplan' as const,
    context,
    extension,
    priority: Number(priority),
  }));

const number = z
  .string()
  .regex(/^\+[1-9]\d{4,14}$/)
  .transform((given) => ({ kind: 'number' as const, number: given }));

const referral = z
  .string()
  .regex(/^sips?:[^\s,;<>"]+$/)
  .transform((given) => ({ kind: 'refer' as const, uri: given }));

const place: z.ZodType<Place, string> = z.union([dialplan, number, referral]);

const EXPECTED =
  'context,extension,priority for Asterisk, or for Twilio a number such as +74951234567 or sip:NAME@HOST';

/** In the order of preference: `fallback,s,1`, `+74951234567`, or `fallback,s,1; +74951234567`. */
export const places: Kind<readonly Place[]> = {
  expected: `${EXPECTED}; or one for each, divided by ;`,
  schema: z
    .string()
    .transform((given) => given.split(';').map((one) => one.trim()))
    .pipe(z.array(place)),
};

/** By name: `sales=queues,sales,1; night=+74951234567`. May be empty. */
export const namedPlaces: Kind<ReadonlyMap<string, Place>> = {
  expected: `NAME=PLACE, divided by ;, such as sales=queues,sales,1; a PLACE is ${EXPECTED}`,
  schema: z.string().transform((given, context) => {
    const named = new Map<string, Place>();
    for (const part of given.split(';').map((one) => one.trim())) {
      if (part === '') continue;
      const [, name = '', written = ''] = /^([^=]{1,80})=(.+)$/.exec(part) ?? [];
      const parsed = place.safeParse(written.trim());
      if (!parsed.success || name.trim() === '' || named.has(name.trim()))
        context.addIssue({ code: 'custom', message: part });
      else named.set(name.trim(), parsed.data);
    }
    return named;
  }),
};

/** What each telephone can hand a caller over to. */
const KINDS = { asterisk: ['dialplan', 'refer'], twilio: ['number', 'refer'] } as const;

const NOWHERE = {
  dialplan: 'is a place of the dialplan, and there is no Asterisk; expected a number such as +74951234567',
  number: 'is a number, which Twilio alone dials; expected context,extension,priority',
  refer: '',
} as const;

/** Places that no telephone of the service could hand anybody over to. */
export function placeFaults(
  setting: string,
  given: readonly Place[],
  has: { readonly asterisk: boolean; readonly twilio: boolean },
): readonly string[] {
  const kinds: readonly string[] = [
    ...(has.asterisk ? KINDS.asterisk : []),
    ...(has.twilio ? KINDS.twilio : []),
  ];
  return given
    .filter(({ kind }) => !kinds.includes(kind))
    .map((one) => `${setting}: "${written(one)}" ${NOWHERE[one.kind]}`);
}

function written(one: Place): string {
  if (one.kind === 'dialplan') return `${one.context},${one.extension},${one.priority}`;
  return one.kind === 'number' ? one.number : one.uri;
}
