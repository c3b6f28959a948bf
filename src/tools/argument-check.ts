/**
 * Checks what a model wants done against the tool's JSON Schema, and tells what is wrong in words by which it can mend it. Forgiving to the
 * schemas of servers: keywords that nobody knows are none.
 */
import { Ajv2020 } from 'ajv/dist/2020.js';
import { LRUCache } from 'lru-cache';
import { faultsOf } from '../base/json-schema.ts';
import type { SchemaCheck } from '../base/json-schema.ts';
import type { JsonObject } from '../base/json.ts';

/** More than one is useful to whoever mends it, dozens are not. */
const MOST_TOLD = 5;

/** Compiling takes a few milliseconds of the event loop: who asks for the same schema again gets the same check. */
const MOST_KEPT = 500;

/** By the schema itself: a tool has the same one for as long as it is there. */
const checksOfSchemas = new WeakMap<JsonObject, SchemaCheck>();
/** By its text: a script's tools are made anew with each step. */
const checks = new LRUCache<string, SchemaCheck>({ max: MOST_KEPT });

/**
 * Formats are told to whoever fills a schema, and not checked: they need code of their own, and servers disagree on them.
 * Throws an Error that says what is wrong with the schema.
 */
export function argumentCheck(schema: JsonObject): SchemaCheck {
  const known = checksOfSchemas.get(schema) ?? checkByText(schema);
  checksOfSchemas.set(schema, known);
  return known;
}

function checkByText(schema: JsonObject): SchemaCheck {
  // Names of a schema would be kept for good, and two servers may use the same; an older dialect is read as this one.
  const { $id: _id, $schema: _dialect, ...unnamed } = schema;
  const text = JSON.stringify(unnamed);
  const known = checks.get(text);
  if (known) return known;
  const ajv = new Ajv2020({
    allErrors: true,
    strict: false,
    validateFormats: false,
    verbose: true,
    logger: false,
  });
  const validate = ajv.compile(unnamed);
  const check = (value: unknown) => faultsOf(validate, value, MOST_TOLD);
  checks.set(text, check);
  return check;
}
