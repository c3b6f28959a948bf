/** What a colleague's telephone, queue or screen is told of a caller: channel variables, which the dialplan reads. */
import type { Variables } from '../../telephony/line.ts';

export interface CallerContext {
  readonly callId: string;
  readonly bot: string;
  /** What the colleague is spoken to in, BCP-47. */
  readonly language: string;
  /** The caller's number, empty if withheld. */
  readonly caller: string;
  readonly reason: string;
  readonly summary: string;
  /** What the caller has told, by name; nothing that is to be masked. */
  readonly slots: Readonly<Record<string, string>>;
}

/** Characters of the longest value. */
const LONGEST_VALUE = 200;

/** So many slots are told of: each is a request to the telephone system. */
const MOST_SLOTS = 20;

export function contextVariables({ slots, ...context }: CallerContext): Variables {
  const { bot, caller, callId, language, reason, summary } = context;
  const named = Object.entries({
    PARLEY_CALL_ID: callId,
    PARLEY_BOT: bot,
    PARLEY_LANGUAGE: language,
    PARLEY_CALLER: caller,
    PARLEY_REASON: reason,
    PARLEY_SUMMARY: summary,
  });
  const told = Object.entries(slots)
    .slice(0, MOST_SLOTS)
    .map(([name, value]) => [`PARLEY_SLOT_${variableName(name)}`, value] as const);
  return Object.fromEntries([...named, ...told].map(([name, value]) => [name, sanitised(value)]));
}

function variableName(slot: string): string {
  return slot.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_');
}

/**
 * Callers and models choose these words, and a dialplan puts them into the arguments of its applications: what would end an argument, or
 * be evaluated there, is taken out; a comma is escaped, which counts as two characters.
 */
function sanitised(value: string): string {
  const plain = value
    .replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .replaceAll(/[\\"'`$&|;{}[\]()<>]/g, '')
    .trim();
  let kept = '';
  for (const character of plain) {
    const next = character === ',' ? '\\,' : character;
    if (kept.length + next.length > LONGEST_VALUE) break;
    kept += next;
  }
  return kept.trimEnd();
}
