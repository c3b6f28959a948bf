/** What the model wants done, read and checked: a tool and its arguments, or words by which it can mend them. */
import type { Json, JsonObject } from '../../base/json.ts';
import { argumentCheck } from '../argument-check.ts';
import type { Tool } from '../tool.ts';

/** As it came: `input` is what should be JSON. */
export interface AskedTool {
  /** The model's own name for this call of the tool. */
  readonly id: string;
  readonly name: string;
  readonly input: string;
}

/** No tool has more to be told. */
const LONGEST_INPUT = 32_768;

export type Read =
  | { readonly tool: Tool; readonly input: JsonObject }
  | { readonly refusal: string; readonly input: JsonObject };

export function readAsked({ name, input: text }: AskedTool, tools: readonly Tool[]): Read {
  const tool = tools.find((each) => each.name === name);
  if (!tool) {
    const names = tools.map((each) => each.name).join(', ') || 'none';
    return refused(`There is no tool ${shown(name)}. There are: ${names}.`);
  }
  if (text.length > LONGEST_INPUT)
    return refused(`The arguments are too long: at most ${LONGEST_INPUT} characters.`);
  const input = objectIn(text);
  if (!input)
    return refused(`The arguments are not a JSON object. Expected: ${JSON.stringify(tool.parameters)}`);
  const faults = faultsOf(input, tool);
  if (faults.length === 0) return { tool, input };
  const expected = JSON.stringify(tool.parameters);
  return {
    input,
    refusal: `Not done, the arguments are wrong: ${faults.join('; ')}. Call it again with all of them. Expected: ${expected}`,
  };
}

/** The same for the same arguments, in whatever order they came. */
export function signatureOf(tool: string, input: JsonObject): string {
  return JSON.stringify([tool, sorted(input)]);
}

function faultsOf(input: JsonObject, { parameters, name }: Tool): readonly string[] {
  try {
    return argumentCheck(parameters)(input);
  } catch {
    // It was compiled when the tool was made; whatever this is, nothing is done on it.
    return [`the schema of ${name} cannot be used`];
  }
}

/** Models send nothing at all where there is nothing to say. */
function objectIn(text: string): JsonObject | undefined {
  if (text.trim() === '') return {};
  try {
    const value = JSON.parse(text) as Json;
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? (value as JsonObject) : undefined;
  } catch {
    return undefined;
  }
}

function refused(refusal: string): Read {
  return { refusal, input: {} };
}

function shown(name: string): string {
  return JSON.stringify(name.slice(0, 64));
}

function sorted(value: Json): Json {
  if (Array.isArray(value)) return (value as readonly Json[]).map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries<Json>(value);
  return Object.fromEntries(
    entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, each]) => [key, sorted(each)]),
  );
}
