/** Settings by name for a replay: `bargeIn.minSpeechMs=200` is a key of the bot's profile, `TTS_WINDOW=2` the service's setting. */
import { parse } from 'yaml';
import { z } from 'zod';
import { ParleyError } from '../../base/errors.ts';
import { profileSchemaFor } from '../../config/bot-profile.ts';
import type { BotProfile } from '../../config/bot-profile.ts';

export interface Changes {
  readonly profile: BotProfile;
  readonly synthesisWindow?: number;
}

const WINDOW = 'TTS_WINDOW';

type Group = Record<string, unknown>;

/** Throws SETTINGS_INVALID for a change that is none, or that the profile does not allow. */
export function withChanges(profile: BotProfile, changes: readonly string[]): Changes {
  const { name, ...rest } = profile;
  const changed: Group = structuredClone(rest);
  const schema = profileSchemaFor(changed);
  const known = keysOf(z.toJSONSchema(schema, { unrepresentable: 'any' }));
  let synthesisWindow: number | undefined;
  for (const change of changes) {
    const [, key, value] = /^([\w.]+)=(.*)$/s.exec(change) ?? [];
    if (key === undefined || value === undefined) throw invalid(`${change}: expected NAME=VALUE`);
    if (key === WINDOW) synthesisWindow = windowOf(value);
    else if (known.includes(key)) setAt(changed, key.split('.'), value);
    else throw invalid(`${key}: no replay can change that; expected one of ${[...known, WINDOW].join(', ')}`);
  }
  const parsed = schema.safeParse(changed);
  if (!parsed.success)
    throw invalid(parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '));
  return { profile: { name, ...parsed.data }, ...(synthesisWindow !== undefined && { synthesisWindow }) };
}

function windowOf(value: string): number {
  if (/^\d{1,2}$/.test(value)) return Number(value);
  throw invalid(`${WINDOW}: expected a whole number of chunks`);
}

/** `bargeIn.mode` and so on; the schema of a group that may be left out still knows its keys. */
function keysOf({ properties = {} }: z.core.JSONSchema.JSONSchema): readonly string[] {
  return Object.entries(properties).flatMap(([name, inner]) => {
    if (typeof inner === 'boolean' || inner.properties === undefined) return [name];
    return keysOf(inner).map((key) => `${name}.${key}`);
  });
}

/** A group that the profile has left out is begun. */
function setAt(group: Group, [key = '', ...rest]: readonly string[], value: string): void {
  if (rest.length > 0) return setAt((group[key] ??= {}) as Group, rest, value);
  // What is a text stays one, whatever else its words could be in YAML.
  group[key] = typeof group[key] === 'string' ? value : parsedValue(key, value);
}

function parsedValue(key: string, value: string): unknown {
  try {
    return parse(value);
  } catch {
    throw invalid(`${key}: «${value}» is no value in YAML`);
  }
}

function invalid(detail: string): ParleyError {
  return new ParleyError('SETTINGS_INVALID', `${detail}.`);
}
