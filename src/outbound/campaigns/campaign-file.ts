/** A campaign as somebody has written it down: whom a bot calls, when, how many at once, and how often again. */
import { z } from 'zod';
import { ParleyError } from '../../base/errors.ts';
import { holidaySchema, timeZoneSchema, weekSchema } from '../../config/working-hours.ts';
import { faultsOf, readYaml } from '../../config/yaml-faults.ts';
import { duration } from '../../config/yaml-kinds.ts';
import { isCountry } from './dialled-number.ts';
import { RETRIED } from './outcomes.ts';
import type { Retried } from './outcomes.ts';

const calendarDay = z.iso.date('expected a day such as 2026-12-01');

/** `2 h` after it; `never`. */
const again = z.union([z.literal('never'), duration], 'expected a time such as 10 min or 2 h, or never');

const share = z
  .union([z.number(), z.string().regex(/^\d+(\.\d+)? ?%$/)], 'expected a share such as 3%')
  .transform((given) => (typeof given === 'number' ? given : Number.parseFloat(given) / 100))
  .refine((given) => given > 0 && given <= 1, 'expected a share of more than 0% and at most 100%');

/** Ten tries are a nuisance already. */
const MOST_TRIES = 20;

const schema = z.strictObject({
  /** Of the campaign among all; it stands in the ids of its calls. */
  name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,59}$/, 'expected small letters, digits and -, 60 at most'),
  bot: z.string().min(1),
  /** The list, beside this file; over HTTP it comes in the request. */
  leads: z.string().min(1).exactOptional(),
  /** Numbers that are never called, one a line, beside this file. */
  doNotCall: z.string().min(1).exactOptional(),
  /** Where numbers without a country code are dialled. */
  country: z.string().refine(isCountry, 'expected two letters of a country, such as RU'),
  /** By whose clocks those are called whose own time zone is neither given nor told by their number. */
  timeZone: timeZoneSchema,
  /** When somebody may be called, by their own clocks. */
  hours: z.strictObject({ week: weekSchema, holidays: z.array(holidaySchema).default([]) }),
  /** The first and the last day, by the clocks of who is called. */
  from: calendarDay.exactOptional(),
  to: calendarDay.exactOptional(),
  /** Calls at once. */
  concurrency: z.int().min(1).max(1000).default(5),
  /** Calls that may begin in a second; 0.2 is one in five. */
  callsPerSecond: z.number().positive().max(100).default(1),
  retries: z
    .strictObject({
      /** Calls to one number in all. */
      maxTries: z.int().min(1).max(MOST_TRIES).default(1),
      ...(Object.fromEntries(
        RETRIED.map((outcome) => [outcome, again.default('never')]),
      ) as unknown as Record<Retried, z.ZodDefault<typeof again>>),
    })
    .prefault({}),
  /** Of those who picked up, how many may be gone before the bot has spoken. */
  abandonment: z.strictObject({ limit: share }).prefault({ limit: '3%' }),
  /** By name; the first that can call if not given. */
  telephone: z.string().min(1).exactOptional(),
  /** What telephones show; the telephone's own if not given. */
  callerId: z.string().min(1).exactOptional(),
  /** What came of each lead is posted there. */
  webhook: z.url({ protocol: /^https?$/ }).exactOptional(),
});

const checked = schema.refine(({ from, to }) => from === undefined || to === undefined || from <= to, {
  message: 'expected a day that is not before `from`',
  path: ['to'],
});

export type Campaign = z.output<typeof schema>;

/** YAML or JSON. Throws CAMPAIGN_INVALID with a line for each fault: `campaign.yaml:12: hours.week: expected …`. */
export function readCampaign(text: string, name = 'campaign'): Campaign {
  const read = readYaml(text);
  const parsed = 'faults' in read ? undefined : checked.safeParse(read.raw ?? {});
  if (parsed?.success) return parsed.data;
  const faults =
    'faults' in read
      ? read.faults
      : (parsed?.error.issues ?? []).flatMap((issue) =>
          faultsOf(issue, schema, 'a campaign').map((fault) => read.written(fault)),
        );
  const lines = faults.map((fault) => `${name}${fault}`);
  throw new ParleyError('CAMPAIGN_INVALID', ['Faults in the campaign:', ...lines, ''].join('\n  ').trimEnd());
}
