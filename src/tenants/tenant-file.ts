/** The tenants as somebody has written them down: TENANTS_FILE. */
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { ParleyError } from '../base/errors.ts';
import { faultsOf, readYaml } from '../config/yaml-faults.ts';
import type { Fault } from '../config/yaml-faults.ts';
import { plainNumber } from './tenant.ts';
import type { Tenant } from './tenant.ts';

/** More are no label of a metric any more. */
const MOST_TENANTS = 500;

const NAME = /^[a-z0-9][a-z0-9-]{0,39}$/;

const number = z
  .string('expected a number in quotes: "+74951234567"')
  .min(1)
  .max(64)
  .transform(plainNumber)
  .refine((plain) => /^[\w*#]+$/.test(plain), 'expected a number or an extension, such as "+74951234567"');

const bound = z.int().min(1).max(1_000_000).exactOptional();

const tenant = z.strictObject({
  numbers: z.array(number).default([]),
  bots: z.tuple([z.string().min(1)], z.string().min(1)),
  limits: z
    .strictObject({
      calls: bound,
      callsOut: bound,
      ttsPerMinute: bound,
      sttPerMinute: bound,
      speechAtOnce: bound,
    })
    .default({}),
  tokens: z
    .array(z.string().regex(/^[0-9a-f]{64}$/, 'expected what `parley tenants token` shows for the file'))
    .default([]),
  recordings: z
    .strictObject({
      keepDays: z.int().min(0).max(3650).exactOptional(),
      keepMb: z.int().min(1).max(100_000_000).exactOptional(),
    })
    .default({}),
});

const schema = z.strictObject({
  tenants: z
    .record(z.string(), tenant)
    .refine((all) => Object.keys(all).length <= MOST_TENANTS, `expected at most ${MOST_TENANTS}`),
});

type Written = z.output<typeof schema>['tenants'];

/** Throws TENANTS_INVALID: the file cannot be read, or, with a line for each, what is wrong in it. */
export async function readTenants(file: string): Promise<readonly Tenant[]> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    throw new ParleyError('TENANTS_INVALID', `TENANTS_FILE ${file} cannot be read.`, { cause });
  }
  return tenantsIn(text, file);
}

/** YAML. Throws TENANTS_INVALID with a line for each fault: `tenants.yaml:12: tenants.acme.numbers: expected …`. */
export function tenantsIn(text: string, file: string): readonly Tenant[] {
  const read = readYaml(text);
  if ('faults' in read) throw invalid(read.faults.map((fault) => file + fault));
  const parsed = schema.safeParse(read.raw ?? {});
  const faults = parsed.success
    ? [...badNames(parsed.data.tenants), ...claimedTwice(parsed.data.tenants)]
    : parsed.error.issues.flatMap((issue) => faultsOf(issue, schema, 'a tenant'));
  if (!parsed.success || faults.length > 0) throw invalid(faults.map((fault) => file + read.written(fault)));
  return Object.entries(parsed.data.tenants).map(([of, written]) => ({ name: of, ...written }));
}

/** They stand in the names of directories, in metrics and in addresses. */
function badNames(tenants: Written): readonly Fault[] {
  return Object.keys(tenants)
    .filter((of) => !NAME.test(of))
    .map((of) => ({
      path: ['tenants', of],
      told: ': expected a name of small letters, digits and -, 40 at most',
    }));
}

/** Whose a call is, whose bot answers and what a token shows must be told by one tenant alone. */
function claimedTwice(tenants: Written): readonly Fault[] {
  const faults: Fault[] = [];
  for (const key of ['numbers', 'bots', 'tokens'] as const) {
    const owners = new Map<string, string>();
    for (const [of, written] of Object.entries(tenants))
      for (const [index, one] of written[key].entries()) {
        const owner = owners.get(one);
        const shown = key === 'tokens' ? 'this token' : `"${one}"`;
        if (owner !== undefined)
          faults.push({
            path: ['tenants', of, key, index],
            told: `: ${shown} is ${owner === of ? 'there already' : `${owner}'s already`}`,
          });
        owners.set(one, of);
      }
  }
  return faults;
}

function invalid(lines: readonly string[]): ParleyError {
  return new ParleyError('TENANTS_INVALID', ['Faults in the tenants:', ...lines].join('\n  '));
}
