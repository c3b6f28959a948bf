/** Writes chosen settings into a bot's profile, as YAML: all else stays as it is. */
import { parse, parseDocument, stringify } from 'yaml';
import { ParleyError } from '../../base/errors.ts';
import { profileSchemaFor } from '../../config/bot-profile.ts';
import type { BotProfile } from '../../config/bot-profile.ts';
import type { Candidate } from './search-space.ts';

/** What of it is not so already: `name=value` each. */
export function changesIn(candidate: Candidate, profile: BotProfile): Candidate {
  return candidate.filter((change) => {
    const { path, value } = keyOf(change);
    const now = path.reduce<unknown>(
      (at, key) => (at as Record<string, unknown> | undefined)?.[key],
      profile,
    );
    return now !== value;
  });
}

/** Throws BOT_PROFILE_INVALID if there is no profile in it. */
export function mustBeProfile(yaml: string): void {
  checked(rawWith(parseDocument(yaml), []));
}

/**
 * `before` is the profile's file, whose comments and order stay; without one it is made of what was recorded, less what goes without saying.
 * Throws BOT_PROFILE_INVALID if there is no profile in it.
 */
export function tunedProfile(candidate: Candidate, recorded: BotProfile, before: string | undefined): string {
  const document = parseDocument(before ?? stringify(withoutDefaults(recorded)));
  checked(rawWith(document, candidate));
  return document.toString({ lineWidth: 0 });
}

function checked(raw: unknown): void {
  const parsed = profileSchemaFor(raw).safeParse(raw);
  if (!parsed.success)
    throw new ParleyError(
      'BOT_PROFILE_INVALID',
      `The file is no bot profile: ${parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ')}.`,
    );
}

/** With the changes set in it; undefined if nothing can be set in it: what is no YAML, or has a word where a group belongs. */
function rawWith(document: ReturnType<typeof parseDocument>, candidate: Candidate): unknown {
  if (document.errors.length > 0) return undefined;
  try {
    for (const change of candidate) {
      const { path, value } = keyOf(change);
      document.setIn(path, value);
    }
    return document.toJS();
  } catch {
    return undefined;
  }
}

function keyOf(change: string): { readonly path: readonly string[]; readonly value: unknown } {
  const [name = '', value = ''] = change.split('=');
  return { path: name.split('.'), value: parse(value) as unknown };
}

/** Every key has a default but the prompt. */
function withoutDefaults({ name: _name, ...profile }: BotProfile): unknown {
  const { language, prompt } = profile;
  const defaults = profileSchemaFor({ language }).parse({ language, prompt });
  return { language, prompt, ...differing(profile, defaults) };
}

function differing(given: object, otherwise: object): Record<string, unknown> {
  const known = new Map<string, unknown>(Object.entries(otherwise));
  return Object.fromEntries(
    Object.entries(given).flatMap(([key, value]: [string, unknown]) => {
      const before = known.get(key);
      if (value === undefined || JSON.stringify(value) === JSON.stringify(before)) return [];
      return [[key, isGroup(value) && isGroup(before) ? differing(value, before) : value]];
    }),
  );
}

function isGroup(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
