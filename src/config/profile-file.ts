/**
 * From the text of one YAML file to a bot profile, or to its faults with the lines they stand on.
 */
import { profileSchemaFor } from './bot-profile.ts';
import { namesIn, parseCondition } from './flow-condition.ts';
import type { BotProfile } from './bot-profile.ts';
import { contextGapFaults } from './context-gaps.ts';
import { likelyMeant } from './nearest-name.ts';
import { messageOf } from './profile-outbound.ts';
import { PLACEHOLDERS, placeholdersOf, variableIn } from './placeholders.ts';
import { gapFaults, textsIn } from './tool-gaps.ts';
import { faultsOf, readYaml } from './yaml-faults.ts';
import type { Fault } from './yaml-faults.ts';

/** A fault begins with its line: `:12: voice.speed: expected …`. `faultAt` writes one of those that only show later. */
export type ReadProfile =
  | { readonly profile: BotProfile; readonly faultAt: (path: readonly string[], told: string) => string }
  | { readonly faults: readonly string[] };

/** `secrets` are the names of those that its tools may use. */
export function readProfile(name: string, yaml: string, secrets: readonly string[] = []): ReadProfile {
  const read = readYaml(yaml);
  if ('faults' in read) return read;
  const { raw, written } = read;
  const schema = profileSchemaFor(raw);
  const parsed = schema.safeParse(raw ?? {});
  const faults = parsed.success
    ? [
        ...placeholderFaults(parsed.data),
        ...fixedPhraseFaults(parsed.data, raw),
        ...toolFaults(parsed.data, raw, secrets),
        ...contextFaults(parsed.data, secrets),
        ...flowToolFaults(parsed.data),
      ]
    : parsed.error.issues.flatMap((issue) => faultsOf(issue, schema, 'a profile'));
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
  outbound,
  prompt,
}: Omit<BotProfile, 'name'>): readonly Fault[] {
  const texts: readonly (readonly [path: readonly string[], text: string | undefined])[] = [
    [['greeting'], greeting],
    [['prompt'], prompt],
    [['outbound', 'greeting'], outbound?.greeting],
    [['outbound', 'prompt'], outbound?.prompt],
    [['outbound', 'whenMachine', 'say'], messageOf(outbound)],
    [['hours', 'outside', 'greeting'], hours?.outside.greeting],
    [['hours', 'outside', 'prompt'], hours?.outside.prompt],
    ...Object.entries(languages).flatMap(([language, spoken]) =>
      (['greeting', 'prompt'] as const).map((key) => [['languages', language, key], spoken[key]] as const),
    ),
  ];
  const known: readonly string[] = PLACEHOLDERS;
  return texts.flatMap(([path, text = '']) =>
    placeholdersOf(text)
      .filter((name) => !known.includes(name) && variableIn(name) === undefined)
      .map((name) => {
        const [meant] = likelyMeant(name, known);
        const hint = meant === undefined ? `known are: ${known.join(', ')}` : `did you mean {{${meant}}}?`;
        return { path, told: `: {{${name}}} is nothing that is known of a call; ${hint}` };
      }),
  );
}

/** Phrases are made sound of once, for all calls: braces in them would be said. */
function fixedPhraseFaults(profile: Omit<BotProfile, 'name'>, raw: unknown): readonly Fault[] {
  const phrasesOf = ({ fillers, silence, hold, repeat, apology, reconnected }: Phrased) => ({
    ...{ fillers: { phrases: fillers.phrases }, hold, repeat, apology, reconnected },
    silence: { phrases: silence.phrases, goodbye: silence.goodbye },
  });
  const further = Object.entries(profile.languages ?? {}).map(([tag, spoken]) => [tag, phrasesOf(spoken)]);
  const sayings = profile.tools.list.map((tool) => ('saying' in tool ? { saying: tool.saying } : {}));
  const all = { ...phrasesOf(profile), languages: Object.fromEntries(further) as object, tools: sayings };
  return textsIn(all, []).flatMap(({ path, text }) => {
    const [name] = placeholdersOf(text);
    const place = path[0] === 'tools' ? [...pathOfTools(raw), ...path.slice(1)] : path;
    const told = `: {{${name ?? ''}}} is not filled in here: the phrase is said as it is, in every call`;
    return name === undefined ? [] : [{ path: place, told }];
  });
}

type Phrased =
  | Pick<BotProfile, 'hold' | 'repeat' | 'silence' | 'apology' | 'reconnected' | 'fillers'>
  | NonNullable<BotProfile['languages']>[string];

/** Not in the schema: a recorded call is replayed where nobody knows its secrets. */
function toolFaults(
  profile: Omit<BotProfile, 'name'>,
  raw: unknown,
  secrets: readonly string[],
): readonly Fault[] {
  const hasSlots = 'flow' in profile || profile.tools.list.some((tool) => 'rememberFact' in tool);
  return gapFaults(profile.tools, { secrets, hasSlots }).map(({ path, told }) => ({
    path: [...pathOfTools(raw), ...path],
    told,
  }));
}

/** As it is written: a list, or a list and what belongs to all of it. */
function pathOfTools(raw: unknown): readonly string[] {
  const given = (raw as { readonly tools?: unknown } | null)?.tools;
  return Array.isArray(given) ? ['tools'] : ['tools', 'list'];
}

function contextFaults({ context }: Omit<BotProfile, 'name'>, secrets: readonly string[]): readonly Fault[] {
  const faults = context ? contextGapFaults(context, secrets) : [];
  return faults.map(({ path, told }) => ({ path: ['context', ...path], told }));
}

/** What the flow has done, or asks the outcome of, must be there: a tool by its name, a place by the transfer's. What an MCP server offers is not known yet. */
function flowToolFaults({ flow, tools: { list } }: Omit<BotProfile, 'name'>): readonly Fault[] {
  const tools = list.flatMap((tool) => ('name' in tool ? [tool.name] : []));
  const places = list.flatMap((tool) => ('transfer' in tool ? Object.keys(tool.transfer.to) : []));
  const isOpen = list.some((tool) => 'mcp' in tool);
  const results = [...tools, ...list.flatMap((tool) => Object.keys(tool).filter((key) => BUILT_IN.has(key)))];
  return Object.entries(flow?.steps ?? {}).flatMap(([id, { do: action, next = [] }]) => {
    const path = ['flow', 'steps', id];
    const fault = (key: readonly (string | number)[], given: string, known: readonly string[]) =>
      known.includes(given)
        ? []
        : [
            {
              path: [...path, ...key],
              told: `: there is no ${given} in tools; known are: ${known.join(', ')}`,
            },
          ];
    return [
      ...(action?.transfer === undefined ? [] : fault(['do', 'transfer'], action.transfer, places)),
      ...(action?.tool === undefined || isOpen ? [] : fault(['do', 'tool'], action.tool, tools)),
      ...next.flatMap(({ when }, at) =>
        isOpen || when === undefined
          ? []
          : resultsIn(when).flatMap((tool) => fault(['next', at, 'when'], tool, results)),
      ),
    ];
  });
}

const BUILT_IN: ReadonlySet<string> = new Set(['transfer', 'hangUp', 'collectDigits', 'rememberFact']);

/** The tools whose results a condition asks for. */
function resultsIn(when: string): readonly string[] {
  const names = namesIn(parseCondition(when)).map((name) => name.split('.'));
  return [...new Set(names.flatMap(([of, tool]) => (of === 'result' && tool !== undefined ? [tool] : [])))];
}
