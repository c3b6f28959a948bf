/** What is wrong with a YAML file that somebody has written by hand: each fault with the line that it stands on. */
import { LineCounter, isMap, isNode, isScalar, parseDocument } from 'yaml';
import type { Document } from 'yaml';
import { z } from 'zod';
import { likelyMeant } from './nearest-name.ts';

export interface Fault {
  readonly path: readonly PropertyKey[];
  /** What follows the path: `: expected …`. */
  readonly told: string;
}

/** A fault begins with its line: `:12: voice.speed: expected …`. */
export type ReadYaml =
  | { readonly raw: unknown; readonly written: (fault: Fault) => string }
  | { readonly faults: readonly string[] };

export function readYaml(yaml: string): ReadYaml {
  const lines = new LineCounter();
  const document = parseDocument(yaml, { lineCounter: lines });
  if (document.errors.length > 0) {
    return {
      faults: document.errors.map(
        ({ code, linePos, message }) =>
          `:${linePos?.[0].line ?? 1}: ${code === 'MULTIPLE_DOCS' ? ONE_DOCUMENT : firstLine(message)}`,
      ),
    };
  }
  return {
    raw: document.toJS(),
    written: ({ path, told }) =>
      `:${lineOf(document, path, lines)}: ${path.length === 0 ? told.replace(/^: /, '') : path.join('.') + told}`,
  };
}

/** `of`: what has such keys, `a profile`. */
export function faultsOf(issue: z.core.$ZodIssue, schema: z.ZodType, of: string): readonly Fault[] {
  if (issue.code !== 'unrecognized_keys') return [{ path: issue.path, told: `: ${toldOf(issue)}` }];
  const known = keysAt(schema, issue.path);
  return issue.keys.map((key) => {
    const [meant] = likelyMeant(key, known);
    const hint = meant === undefined ? `known here: ${known.join(', ')}` : `did you mean ${meant}?`;
    return { path: [...issue.path, key], told: `: is no key of ${of}; ${hint}` };
  });
}

const ONE_DOCUMENT = 'expected one document; take the line --- away';

/** In words for whoever writes the file: the checker's own speak of types. */
function toldOf(issue: z.core.$ZodIssue): string {
  const expected = expectedBy(issue);
  if (expected === undefined) return issue.message;
  const isMissing = issue.message.endsWith('received undefined');
  return `${isMissing ? 'is missing; ' : ''}expected ${expected}`;
}

/** Undefined where the schema has words of its own. */
function expectedBy(issue: z.core.$ZodIssue): string | undefined {
  const [, kind] = /^Invalid input: expected (\w+), received/.exec(issue.message) ?? [];
  if (kind !== undefined) return KINDS.get(kind);
  if (!issue.message.startsWith('Invalid input')) return undefined;
  switch (issue.code) {
    case 'invalid_value':
      return issue.values.map(String).join(' or ');
    case 'invalid_union': {
      const each = issue.errors.map(([first]) => first && expectedBy(first));
      return each.length === 0 || each.includes(undefined) ? undefined : [...new Set(each)].join(' or ');
    }
    default:
      return undefined;
  }
}

const KINDS: ReadonlyMap<string, string> = new Map([
  ['object', 'keys and values'],
  ['record', 'keys and values'],
  ['array', 'a list'],
  ['string', 'a text'],
  ['number', 'a number'],
  ['int', 'a whole number'],
  ['boolean', 'true or false'],
]);

/** The keys that the schema knows at `path`. */
function keysAt(schema: z.ZodType, path: readonly PropertyKey[]): readonly string[] {
  let at: unknown = schema;
  for (const key of path) at = objectIn(at)?.shape[String(key)] ?? itemIn(at);
  return Object.keys(objectIn(at)?.shape ?? {});
}

/** What a list or a record holds of each. */
function itemIn(schema: unknown): unknown {
  if (schema instanceof z.ZodPipe) return itemIn(schema.out);
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault) return itemIn(schema.unwrap());
  if (schema instanceof z.ZodArray) return schema.element;
  return schema instanceof z.ZodRecord ? schema.valueType : undefined;
}

function objectIn(schema: unknown): z.ZodObject | undefined {
  if (schema instanceof z.ZodPipe) return objectIn(schema.out);
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault) return objectIn(schema.unwrap());
  if (schema instanceof z.ZodPrefault) return objectIn(schema.unwrap());
  return schema instanceof z.ZodObject ? schema : undefined;
}

/** The line of the key at `path`, or of what holds it if the key is not there. */
function lineOf(document: Document, path: readonly PropertyKey[], lines: LineCounter): number {
  for (let length = path.length; length > 0; length--) {
    const holder: unknown = document.getIn(path.slice(0, length - 1), true);
    const last = path[length - 1];
    const pair = isMap(holder)
      ? holder.items.find(({ key }) => isScalar(key) && key.value === last)
      : undefined;
    const node: unknown = pair?.key ?? document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
  }
  return 1;
}

function firstLine(message: string): string {
  return message.split('\n', 1)[0]?.replace(/ at line \d+, column \d+:?$/, '') ?? message;
}
