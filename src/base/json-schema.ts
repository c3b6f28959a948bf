/** JSON Schema (2020-12), as operators write it: read once, then used to check what a model or a server has written. */
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { ErrorObject, ValidateFunction } from 'ajv/dist/2020.js';
import { messageOf } from './message-of.ts';

/** What is wrong, and where: from the outermost key to the innermost. */
export interface SchemaFault {
  readonly path: readonly string[];
  readonly message: string;
}

/** The faults of a value, each a clause with its place; none for a value that fits. */
export type SchemaCheck = (value: unknown) => readonly string[];

/** Beyond these nobody mends anything: the first ones say what is meant. */
const MOST_FAULTS = 20;

/**
 * A check by this schema, or the schema's own faults. A keyword that JSON Schema does not know is one: it is a slip. `format` is taken for
 * a remark, as the standard does.
 */
export function schemaCheck(
  schema: object,
): { readonly check: SchemaCheck } | { readonly faults: readonly SchemaFault[] } {
  // Whatever draft it names: what all of them have in common is what is used.
  const { $schema: _, ...rest } = schema as Record<string, unknown>;
  const ajv = new Ajv2020({
    allErrors: true,
    strictTypes: false,
    strictTuples: false,
    validateFormats: false,
    verbose: true,
    logger: false,
  });
  if (ajv.validateSchema(rest) !== true) return { faults: schemaFaults(ajv.errors ?? []) };
  try {
    const validate = ajv.compile(rest);
    return { check: (value) => faultsOf(validate, value, MOST_FAULTS) };
  } catch (error) {
    return { faults: [{ path: [], message: messageOf(error) }] };
  }
}

/** What is wrong with a value, in words by which whoever has written it can mend it: the first faults, each once; none if it fits. */
export function faultsOf(validate: ValidateFunction, value: unknown, most: number): readonly string[] {
  if (validate(value)) return [];
  const told = (validate.errors ?? []).map(faultOf).map(({ path, message }) => {
    return `${path.length === 0 ? 'it' : path.join('.')} ${message}`;
  });
  return [...new Set(told)].slice(0, most);
}

/** One at each place: a keyword of the wrong kind breaks several rules of the schema of schemas. */
function schemaFaults(errors: readonly ErrorObject[]): readonly SchemaFault[] {
  const faults = new Map<string, SchemaFault>();
  for (const error of errors)
    if (!faults.has(error.instancePath)) faults.set(error.instancePath, faultOf(error));
  return [...faults.values()].slice(0, MOST_FAULTS);
}

/** A key that is missing, or that nobody knows, is the place of its fault. */
function faultOf({ instancePath, keyword, params, message, parentSchema }: ErrorObject): SchemaFault {
  const path = pathOf(instancePath);
  const facts = params as Readonly<Record<string, unknown>>;
  switch (keyword) {
    case 'required':
      return { path: [...path, String(facts['missingProperty'])], message: 'is missing' };
    case 'additionalProperties': {
      const known = Object.keys((parentSchema?.['properties'] ?? {}) as object);
      return {
        path: [...path, String(facts['additionalProperty'])],
        message: `is not known; known are: ${known.join(', ') || 'none'}`,
      };
    }
    case 'enum':
      return { path, message: `must be one of ${JSON.stringify(facts['allowedValues'])}` };
    case 'const':
      return { path, message: `must be ${JSON.stringify(facts['allowedValue'])}` };
    default:
      return { path, message: message ?? `breaks ${keyword}` };
  }
}

/** A JSON pointer, taken apart: https://www.rfc-editor.org/rfc/rfc6901 */
function pathOf(pointer: string): readonly string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}
