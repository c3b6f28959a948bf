/** The gaps of a profile's tools, `{{name}}` and `${NAME}`, checked when it is read: what nobody will ever fill is a fault of the profile. */
import { gapsOf } from '../base/template.ts';
import type { Gap } from '../base/template.ts';
import { variableIn } from './placeholders.ts';
import { likelyMeant } from './nearest-name.ts';
import type { ToolProfile, ToolsProfile } from './profile-tools.ts';

export interface GapFault {
  /** From the list of tools on. */
  readonly path: readonly PropertyKey[];
  /** Goes on after the path. */
  readonly told: string;
}

export interface KnownNames {
  /** Names in BOT_SECRETS. */
  readonly secrets: readonly string[];
  /** What the caller may have told is kept by names of its own: any plain name may be one. */
  readonly hasSlots: boolean;
}

/** What a gap may name of a call, beside arguments and slots. */
export const OF_THE_CALL = ['direction', 'caller.number', 'call.id', 'call.dialled', 'call.bot'];
const OF_CONTEXT = /^context(\.[^.\s]+)+$/;
const PLAIN = /^[a-zA-Z_]\w*$/;

export function gapFaults({ list }: ToolsProfile, known: KnownNames): readonly GapFault[] {
  return list.flatMap((tool, index) =>
    textsOf(tool).flatMap(({ path, text }) =>
      gapsOf(text).flatMap((gap) => {
        const told = faultOf(gap, tool, known);
        return told === undefined ? [] : [{ path: [index, ...path], told: `: ${told}` }];
      }),
    ),
  );
}

/** Words that say why nothing will ever fill it; undefined if something may. */
function faultOf({ kind, name }: Gap, tool: ToolProfile, known: KnownNames): string | undefined {
  if (kind === 'secret') {
    if (known.secrets.includes(name)) return undefined;
    return `\${${name}} is no secret that bots may use; BOT_SECRETS names ${known.secrets.join(', ') || 'none'}`;
  }
  if (!('http' in tool)) return `{{${name}}} is not known yet when the server is connected`;
  if (OF_THE_CALL.includes(name) || OF_CONTEXT.test(name) || variableIn(name) !== undefined) return undefined;
  const names = Object.keys(tool.arguments);
  if (names.includes(name) || (known.hasSlots && PLAIN.test(name))) return undefined;
  const all = [...names, ...OF_THE_CALL, 'context.…'];
  const [meant] = likelyMeant(name, all);
  const hint = meant === undefined ? `known are: ${all.join(', ')}` : `did you mean {{${meant}}}?`;
  return `{{${name}}} is neither an argument nor known of a call; ${hint}`;
}

interface PlacedText {
  readonly path: readonly PropertyKey[];
  readonly text: string;
}

function textsOf(tool: ToolProfile): readonly PlacedText[] {
  if ('http' in tool) {
    const { url, headers, json, body } = tool.http;
    return textsIn({ url, headers, json, body }, ['http']);
  }
  if (!('mcp' in tool)) return [];
  const { url, headers, command, args, env } = tool.mcp;
  return textsIn({ url, headers, command, args, env }, ['mcp']);
}

/** All texts within a value, with the paths to them. */
export function textsIn(value: unknown, path: readonly PropertyKey[]): readonly PlacedText[] {
  if (typeof value === 'string') return [{ path, text: value }];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    textsIn(inner, [...path, Array.isArray(value) ? Number(key) : key]),
  );
}
