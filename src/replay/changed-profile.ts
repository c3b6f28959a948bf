/** Settings by name for a replay: `bargeIn.minSpeechMs=200` is a key of the bot's profile, `TTS_WINDOW=2` the service's setting. */
import { parse } from 'yaml';
import { ParleyError } from '../base/errors.ts';
import { profileSchemaFor } from '../config/bot-profile.ts';
import type { BotProfile } from '../config/bot-profile.ts';

export interface Changes {
  readonly profile: BotProfile;
  readonly synthesisWindow?: number;
}

const WINDOW = 'TTS_WINDOW';

/** Throws SETTINGS_INVALID for a change that is none, or that the profile does not allow. */
export function withChanges(profile: BotProfile, changes: readonly string[]): Changes {
  const { name, ...rest } = profile;
  const changed = structuredClone(rest) as Record<string, unknown>;
  let synthesisWindow: number | undefined;
  for (const change of changes) {
    const [, key, value] = /^([\w.]+)=(.*)$/s.exec(change) ?? [];
    if (key === undefined || value === undefined) throw invalid(`${change}: expected NAME=VALUE`);
    if (key === WINDOW) synthesisWindow = windowOf(value);
    else setAt(changed, key.split('.'), parse(value));
  }
  const parsed = profileSchemaFor(changed).safeParse(changed);
  if (!parsed.success)
    throw invalid(parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '));
  return { profile: { name, ...parsed.data }, ...(synthesisWindow !== undefined && { synthesisWindow }) };
}

function windowOf(value: string): number {
  if (/^\d{1,2}$/.test(value)) return Number(value);
  throw invalid(`${WINDOW}: expected a whole number of chunks`);
}

function setAt(group: Record<string, unknown>, [key = '', ...rest]: readonly string[], value: unknown): void {
  if (rest.length === 0) {
    group[key] = value;
    return;
  }
  const inner = Object.hasOwn(group, key) ? group[key] : undefined;
  const next = typeof inner === 'object' && inner !== null && !Array.isArray(inner) ? inner : {};
  group[key] = next;
  setAt(next as Record<string, unknown>, rest, value);
}

function invalid(detail: string): ParleyError {
  return new ParleyError('SETTINGS_INVALID', `${detail}.`);
}
