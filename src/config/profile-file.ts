/**
 * From the text of one YAML file to a bot profile, or to its faults with the lines they stand on.
 */
import { LineCounter, isMap, isNode, isScalar, parseDocument } from 'yaml';
import type { Document } from 'yaml';
import { z } from 'zod';
import { profileSchemaFor } from './bot-profile.ts';
import type { BotProfile } from './bot-profile.ts';
import { contextGapFaults } from './context-gaps.ts';
import { likelyMeant } from './nearest-name.ts';
import { PLACEHOLDERS, placeholdersOf } from './placeholders.ts';
import { gapFaults } from './tool-gaps.ts';

/** A fault begins with its line: `:12: voice.speed: expected …`. `faultAt` writes one of those that only show later. */
export type ReadProfile =
  | { readonly profile: BotProfile; readonly faultAt: (path: readonly string[], told: string) => string }
  | { readonly faults: readonly string[] };

/** `secrets` are the names of those that its tools may use. */
export function readProfile(name: string, yaml: string, secrets: readonly string[] = []): ReadProfile {
  const lines = new LineCounter();
  const document = parseDocument(yaml, { lineCounter: lines });
  if (document.errors.length > 0) {
    return {
      faults: document.errors.map((error) => `:${error.linePos?.[0].line ?? 1}: ${firstLine(error.message)}`),
    };
  }
  const raw: unknown = document.toJS();
  const schema = profileSchemaFor(raw);
  const parsed = schema.safeParse(raw ?? {});
  const faults = parsed.success
    ? [
        ...placeholderFaults(parsed.data),
        ...toolFaults(parsed.data, raw, secrets),
        ...contextFaults(parsed.data, secrets),
        ...flowToolFaults(parsed.data),
      ]
    : parsed.error.issues.flatMap((issue) => faultsOf(issue, schema));
  const written = ({ path, told }: Fault) => `:${lineOf(document, path, lines)}: ${path.join('.')}${told}`;
  if (!parsed.success || faults.length > 0) return { faults: faults.map(written) };
  return {
    profile: { name, ...parsed.data },
    faultAt: (path, told) => written({ path, told: `: ${told}` }),
  };
}

/** Not in the schema: what was recorded before there were placeholders may hold anything in braces. */
function placeholderFaults({
  greeting,
  hours,
  languages = {},
  prompt,
}: Omit<BotProfile, 'name'>): readonly Fault[] {
  const texts: readonly (readonly [path: readonly string[], text: string | undefined])[] = [
    [['greeting'], greeting],
    [['prompt'], prompt],
    [['hours', 'outside', 'greeting'], hours?.outside.greeting],
    [['hours', 'outside', 'prompt'], hours?.outside.prompt],
    ...Object.entries(languages).flatMap(([language, spoken]) =>
      (['greeting', 'prompt'] as const).map((key) => [['languages', language, key], spoken[key]] as const),
    ),
  ];
  const known: readonly string[] = PLACEHOLDERS;
  return texts.flatMap(([path, text = '']) =>
    placeholdersOf(text)
      .filter((name) => !known.includes(name))
      .map((name) => {
        const [meant] = likelyMeant(name, known);
        const hint = meant === undefined ? `known are: ${known.join(', ')}` : `did you mean {{${meant}}}?`;
        return { path, told: `: {{${name}}} is nothing that is known of a call; ${hint}` };
      }),
  );
}

/** Not in the schema: a recorded call is replayed where nobody knows its secrets. */
function toolFaults(
  profile: Omit<BotProfile, 'name'>,
  raw: unknown,
  secrets: readonly string[],
): readonly Fault[] {
  const hasSlots = 'flow' in profile || profile.tools.list.some((tool) => 'rememberFact' in tool);
  const given = (raw as { readonly tools?: unknown }).tools;
  const list = Array.isArray(given) ? ['tools'] : ['tools', 'list'];
  return gapFaults(profile.tools, { secrets, hasSlots }).map(({ path, told }) => ({
    path: [...list, ...path],
    told,
  }));
}

function contextFaults({ context }: Omit<BotProfile, 'name'>, secrets: readonly string[]): readonly Fault[] {
  const faults = context ? contextGapFaults(context, secrets) : [];
  return faults.map(({ path, told }) => ({ path: ['context', ...path], told }));
}

/** What the flow has done must be there: a tool by its name, a place by the transfer's. What an MCP server offers is not known yet. */
function flowToolFaults({ flow, tools: { list } }: Omit<BotProfile, 'name'>): readonly Fault[] {
  const tools = list.flatMap((tool) => ('name' in tool ? [tool.name] : []));
  const places = list.flatMap((tool) => ('transfer' in tool ? Object.keys(tool.transfer.to) : []));
  const isOpen = list.some((tool) => 'mcp' in tool);
  return Object.entries(flow?.steps ?? {}).flatMap(([id, { do: action }]) => {
    const path = ['flow', 'steps', id, 'do'];
    const fault = (key: string, given: string, known: readonly string[]) =>
      known.includes(given)
        ? []
        : [{ path: [...path, key], told: `: there is no ${given} in tools; known are: ${known.join(', ')}` }];
    return [
      ...(action?.transfer === undefined ? [] : fault('transfer', action.transfer, places)),
      ...(action?.tool === undefined || isOpen ? [] : fault('tool', action.tool, tools)),
    ];
  });
}

interface Fault {
  readonly path: readonly PropertyKey[];
  readonly told: string;
}

function faultsOf(issue: z.core.$ZodIssue, schema: z.ZodType): readonly Fault[] {
  if (issue.code !== 'unrecognized_keys') return [{ path: issue.path, told: `: ${issue.message}` }];
  const known = keysAt(schema, issue.path);
  return issue.keys.map((key) => {
    const [meant] = likelyMeant(key, known);
    const hint = meant === undefined ? `known here: ${known.join(', ')}` : `did you mean ${meant}?`;
    return { path: [...issue.path, key], told: `: is no key of a profile; ${hint}` };
  });
}

/** The keys that the schema knows at `path`. */
function keysAt(schema: z.ZodType, path: readonly PropertyKey[]): readonly string[] {
  let at: unknown = schema;
  for (const key of path) at = objectIn(at)?.shape[String(key)] ?? itemIn(at);
  return Object.keys(objectIn(at)?.shape ?? {});
}

/** What a list or a record holds of each. */
function itemIn(schema: unknown): unknown {
  if (schema instanceof z.ZodPipe) return itemIn(schema.out);
  if (schema instanceof z.ZodOptional) return itemIn(schema.unwrap());
  if (schema instanceof z.ZodArray) return schema.element;
  return schema instanceof z.ZodRecord ? schema.valueType : undefined;
}

function objectIn(schema: unknown): z.ZodObject | undefined {
  if (schema instanceof z.ZodPipe) return objectIn(schema.out);
  if (schema instanceof z.ZodOptional) return objectIn(schema.unwrap());
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
