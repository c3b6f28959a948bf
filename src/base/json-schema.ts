/** JSON Schema (2020-12), as operators write it: read once, then used to check what a model or a server has written. */
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { ErrorObject } from 'ajv';
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
    logger: false,
  });
  if (ajv.validateSchema(rest) !== true) return { faults: schemaFaults(ajv.errors ?? []) };
  try {
    const validate = ajv.compile(rest);
    return {
      check: (value) => (validate(value) ? [] : (validate.errors ?? []).slice(0, MOST_FAULTS).map(told)),
    };
  } catch (error) {
    return { faults: [{ path: [], message: messageOf(error) }] };
  }
}

/** One at each place: a keyword of the wrong kind breaks several rules of the schema of schemas. */
function schemaFaults(errors: readonly ErrorObject[]): readonly SchemaFault[] {
  const faults = new Map<string, SchemaFault>();
  for (const error of errors)
    if (!faults.has(error.instancePath))
      faults.set(error.instancePath, { path: pathOf(error.instancePath), message: faultText(error) });
  return [...faults.values()].slice(0, MOST_FAULTS);
}

function told(error: ErrorObject): string {
  const path = pathOf(error.instancePath).join('.');
  return path === '' ? faultText(error) : `${path} ${faultText(error)}`;
}

function faultText({ keyword, message = 'does not fit', params }: ErrorObject): string {
  const { allowedValues, additionalProperty } = params as {
    readonly allowedValues?: readonly unknown[];
    readonly additionalProperty?: string;
  };
  if (keyword === 'enum') return `must be one of ${JSON.stringify(allowedValues)}`;
  return additionalProperty === undefined ? message : `${message}: ${additionalProperty}`;
}

/** A JSON pointer, taken apart: https://www.rfc-editor.org/rfc/rfc6901 */
function pathOf(pointer: string): readonly string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}
