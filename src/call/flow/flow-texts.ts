/** The flow's own words, as they are said and as they may be written down. */
import type { Json } from '../../base/json.ts';
import type { Flow, FlowStep, FlowText } from '../../config/flow-shape.ts';
import { namesIn, parseCondition } from '../../config/flow-condition.ts';
import { placeholdersOf } from '../../config/placeholders.ts';

/** What is said, and the same with sensitive values masked: for log, history, bundle, dashboard and the model. */
export interface Words {
  readonly said: string;
  readonly written: string;
}

const PLACEHOLDER = /\{\{\s*([^{}]*?)\s*\}\}/g;

/** In the language that is spoken, else in the one that comes first. */
export function inLanguage(text: FlowText, language: string): string {
  if (typeof text === 'string') return text;
  const [part] = language.split('-');
  const isSame = ([tag]: [string, string]) => tag.split('-')[0] === part;
  const texts = Object.entries(text);
  return text[language] ?? (texts.find(isSame) ?? texts[0])?.[1] ?? '';
}

/** What is filled in is not read again. What is not known is left out. */
export function withValues(text: string, valueOf: (name: string) => Json | undefined): string {
  return text
    .replaceAll(PLACEHOLDER, (_, name: string) => spokenForm(valueOf(name)))
    .replaceAll(/ {2,}/g, ' ')
    .trim();
}

function spokenForm(value: Json | undefined): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** In every string of it; a string that is nothing but a placeholder becomes the value itself. */
export function withValuesInside(value: unknown, valueOf: (name: string) => Json | undefined): Json {
  if (typeof value === 'string') {
    const [, only] = /^\{\{\s*([^{}]*?)\s*\}\}$/.exec(value) ?? [];
    return only === undefined ? withValues(value, valueOf) : (valueOf(only) ?? '');
  }
  if (Array.isArray(value)) return value.map((item) => withValuesInside(item, valueOf));
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, withValuesInside(item, valueOf)]),
    );
  return value as Json;
}

/** All `result.…` that the flow depends on: nothing else of a tool's answer is kept. */
export function resultNames(flow: Flow): readonly string[] {
  const names = Object.values(flow.steps).flatMap((step) => [...conditionNames(step), ...textNames(step)]);
  return [...new Set(names.filter((name) => name.startsWith('result.')))];
}

function conditionNames({ next = [] }: FlowStep): readonly string[] {
  return next.flatMap(({ when }) => (when === undefined ? [] : namesIn(parseCondition(when))));
}

function textNames({ say, ask, do: action }: FlowStep): readonly string[] {
  return [say, ask, action?.arguments].flatMap((text) => placeholdersOf(JSON.stringify(text ?? '')));
}

/** `result.stock.items` of an answer of the tool stock. */
export function partOf(answer: Json, name: string): Json | undefined {
  let at: Json | undefined = answer;
  for (const key of name.split('.').slice(2)) {
    if (typeof at !== 'object' || at === null) return undefined;
    const holder: Readonly<Record<string, Json>> = at as Readonly<Record<string, Json>>;
    at = Object.hasOwn(holder, key) ? holder[key] : undefined;
  }
  return at;
}

/** One after the other. */
export function joined(words: readonly Words[]): Words {
  const join = (texts: readonly string[]) => texts.filter(Boolean).join(' ');
  return { said: join(words.map(({ said }) => said)), written: join(words.map(({ written }) => written)) };
}

/** A tool's answer: JSON, or the text as it is. */
export function jsonOf(content: string): Json {
  try {
    return JSON.parse(content) as Json;
  } catch {
    return content;
  }
}
