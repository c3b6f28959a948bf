/** What a bot can have done: the key `tools` of its profile. Each entry has one of the keys of KINDS, which says what it is. */
import { z } from 'zod';
import { schemaCheck } from '../base/json-schema.ts';
import type { JsonObject } from '../base/json.ts';
import { likelyMeant } from './nearest-name.ts';
import { httpRequestSchema, urlTemplate } from './profile-http.ts';

/** More rounds of one turn are a model that does not come to an end. */
const MAX_ROUNDS = 4;

/** Models choose badly among more, and each costs its description in every request. */
const MOST_TOOLS = 64;

const toolName = z
  .string()
  .regex(/^[a-zA-Z_][a-zA-Z0-9_-]{0,63}$/, 'expected a name of letters, digits, - and _, at most 64');

const phrase = z
  .string()
  .trim()
  .min(1, 'expected something to say')
  .max(250, 'expected at most 250 characters');

/** What every tool may have beside what it does. */
const manners = {
  /** One of these is heard while it runs. */
  saying: z.array(phrase).default([]),
  /** The caller takes the turn meanwhile: finish, or cancel. */
  onInterrupt: z.enum(['finish', 'cancel']).default('finish'),
};

const httpTool = z
  .strictObject({
    name: toolName,
    description: z.string().trim().min(1, 'expected what it is for, in words for the model'),
    /** It changes nothing: it may run for an answer that began early, and again. */
    readOnly: z.boolean().default(false),
    ...manners,
    /** JSON Schema of each argument. */
    arguments: z
      .record(z.string().regex(/^[a-zA-Z_]\w{0,63}$/, 'is no name for an argument'), jsonObject())
      .default({}),
    required: z.array(z.string()).default([]),
    http: httpRequestSchema,
  })
  .superRefine(({ arguments: properties, required }, context) => {
    for (const [index, name] of required.entries()) {
      if (!Object.hasOwn(properties, name))
        context.addIssue({ code: 'custom', path: ['required', index], message: `${name} is no argument` });
    }
    for (const [name, schema] of Object.entries(properties)) {
      const read = schemaCheck(schema);
      for (const { path, message } of 'faults' in read ? read.faults : [])
        context.addIssue({ code: 'custom', path: ['arguments', name, ...path], message });
    }
  });

/** All tools of an MCP server, or `only` some. */
const mcpTools = z.strictObject({
  ...manners,
  mcp: z
    .strictObject({
      /** Streamable HTTP. */
      url: urlTemplate.optional(),
      headers: z.record(z.string(), z.string()).default({}),
      /** Or a program that speaks over its standard input and output. */
      command: z.string().min(1).optional(),
      args: z.array(z.string()).default([]),
      /** Added to PATH, HOME and the like, which are all that it gets. */
      env: z.record(z.string(), z.string()).default({}),
      only: z.array(z.string()).optional(),
      /** Those that change nothing. What the server says of that is not asked. */
      readOnly: z.array(z.string()).default([]),
      deadlineMs: z.int().min(100).max(30_000).default(5000),
    })
    .refine(
      ({ url, command }) => (url === undefined) !== (command === undefined),
      'expected url, or command with args',
    ),
});

const place = z.union(
  [
    z.strictObject({ endpoint: z.string().regex(/^[A-Za-z0-9]+\/[^\s,&]+$/) }),
    z.strictObject({ refer: z.string().regex(/^sips?:[^\s,;&<>"]+$/) }),
    z.strictObject({ number: z.string().regex(/^\+[1-9]\d{6,14}$/) }),
    z.strictObject({ dialplan: z.string().regex(/^[^,\s]+,[^,\s]+,[1-9]\d{0,4}$/) }),
  ],
  {
    error:
      'expected endpoint: PJSIP/201, dialplan: "context,extension,priority", refer: sip:201@pbx.example.com, or number: "+74951234567"',
  },
);

const transfer = z.strictObject({
  transfer: z.strictObject({
    to: z
      .record(toolName, place)
      .refine((places) => Object.keys(places).length > 0, 'expected at least one place, by its name'),
    /** The colleague is told who calls and why, and asked, before the caller is put through. */
    warm: z.boolean().default(false),
  }),
});

const collectDigits = z.strictObject({
  collectDigits: z.strictObject({
    /** The most that may be asked for. */
    most: z.int().min(1).max(64).default(32),
    /** Ends a number before it is full. */
    terminator: z.enum(['#', '*', 'none']).default('#'),
    /** Between two keys. */
    betweenMs: z.int().min(500).max(30_000).default(4000),
  }),
});

const nothing = z.strictObject({});

const KINDS = {
  http: httpTool,
  mcp: mcpTools,
  transfer,
  hangUp: z.strictObject({ hangUp: nothing }),
  collectDigits,
  rememberFact: z.strictObject({ rememberFact: nothing }),
  goToStep: z.strictObject({ goToStep: nothing }),
} as const;

type KindName = keyof typeof KINDS;
export type ToolProfile = { [Kind in KindName]: z.output<(typeof KINDS)[Kind]> }[KindName];
export type HttpToolProfile = z.output<typeof httpTool>;
export type McpProfile = z.output<typeof mcpTools>;

export interface ToolsProfile {
  /** How often the model may use tools for one answer. */
  readonly maxRounds: number;
  readonly list: readonly ToolProfile[];
}

const rounds = z.int().min(1).max(16);

/** A list, or `{ maxRounds, list }`; none if it is left out. What comes out can be read again. */
export const toolsSchema = z.preprocess(
  (given) => given ?? [],
  z.unknown().transform((given, context): ToolsProfile => {
    const isList = Array.isArray(given);
    const whole = z.strictObject({ maxRounds: rounds.default(MAX_ROUNDS), list: z.array(z.unknown()) });
    const parsed = whole.safeParse(isList ? { list: given } : given);
    if (!parsed.success) {
      context.issues.push(...faultsIn(parsed.error, given, [], ['maxRounds', 'list']));
      return z.NEVER;
    }
    const { maxRounds, list } = parsed.data;
    const read = list.map((entry, index) => readEntry(entry, [...(isList ? [] : ['list']), index]));
    const faults = read.flatMap((each) => ('faults' in each ? each.faults : []));
    const tools = read.flatMap((each) => ('tool' in each ? [each.tool] : []));
    faults.push(...repeatedNames(tools, given));
    if (tools.length > MOST_TOOLS)
      faults.push(fault([], `are ${tools.length}; expected at most ${MOST_TOOLS}`, given));
    context.issues.push(...faults);
    return { maxRounds, list: tools };
  }),
);

type Path = readonly PropertyKey[];
type Read = { readonly tool: ToolProfile } | { readonly faults: Fault[] };
type Fault = ReturnType<typeof fault>;

function fault(path: Path, message: string, input: unknown) {
  return { code: 'custom' as const, path: [...path], message, input };
}

function readEntry(entry: unknown, path: Path): Read {
  const keys = typeof entry === 'object' && entry !== null ? Object.keys(entry) : [];
  const names = Object.keys(KINDS) as KindName[];
  const [kind, ...more] = names.filter((name) => keys.includes(name));
  if (!kind || more.length > 0) {
    const found = kind ? `is ${[kind, ...more].join(' and ')}` : 'does not say what it does';
    return { faults: [fault(path, `${found}; expected one of ${names.join(', ')}`, entry)] };
  }
  const parsed = KINDS[kind].safeParse(withEmptySections(entry as Readonly<Record<string, unknown>>, kind));
  if (parsed.success) return { tool: parsed.data };
  const { shape } = KINDS[kind];
  return { faults: faultsIn(parsed.error, entry, path, Object.keys(shape)) };
}

/** `hangUp:` with nothing behind it is `hangUp: {}`. */
function withEmptySections(entry: Readonly<Record<string, unknown>>, kind: KindName) {
  return { ...entry, [kind]: entry[kind] ?? {} };
}

function faultsIn(error: z.ZodError, input: unknown, path: Path, known: readonly string[]): Fault[] {
  return error.issues.flatMap((issue) => {
    const at = [...path, ...issue.path];
    if (issue.code !== 'unrecognized_keys') return [fault(at, issue.message, input)];
    return issue.keys.map((key) => {
      const [meant] = issue.path.length === 0 ? likelyMeant(key, known) : [];
      return fault(
        [...at, key],
        `is no key of this${meant === undefined ? '' : `; did you mean ${meant}?`}`,
        input,
      );
    });
  });
}

/** What the model knows a tool by; an MCP server's tools have names of its own. */
function nameOf(tool: ToolProfile): string | undefined {
  if ('http' in tool) return tool.name;
  if ('mcp' in tool) return undefined;
  return Object.keys(KINDS).find((kind) => kind in tool);
}

function repeatedNames(tools: readonly ToolProfile[], input: unknown): Fault[] {
  const names = tools.flatMap((tool) => nameOf(tool) ?? []);
  const repeated = new Set(names.filter((name, index) => names.indexOf(name) < index));
  return [...repeated].map((name) =>
    fault([], `two tools have the name ${name}; expected one of each`, input),
  );
}

function jsonObject() {
  return z.custom<JsonObject>(
    (given) => typeof given === 'object' && given !== null && !Array.isArray(given),
    'expected a JSON Schema, such as { type: string }',
  );
}
