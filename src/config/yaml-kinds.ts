/** What stands in YAML files for a time and for words that somebody says. */
import { z } from 'zod';

const UNITS_MS = { ms: 1, s: 1000, min: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** `900 ms`, `1.5 s`, `10 min`, `2 h`, `1 d` or plain milliseconds. */
export const duration = z
  .union([z.number(), z.string().regex(/^\d+(\.\d+)? ?(ms|s|min|h|d)$/)])
  .transform((given) => {
    if (typeof given === 'number') return given;
    const unit = given.replace(/^[\d.]+ ?/, '') as keyof typeof UNITS_MS;
    return Number.parseFloat(given) * UNITS_MS[unit];
  });

/** `/regular expression/flags`, or a text that must be part of what was said. */
export const saying = z.string().transform((given, context) => {
  try {
    return expressionIn(given) ?? new RegExp(given.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'), 'u');
  } catch {
    context.addIssue({ code: 'custom', message: 'no regular expression' });
    return z.NEVER;
  }
});

/** A value to the letter, or `/regular expression/flags`. */
export const valueOrExpression = z.coerce.string().refine((given) => {
  try {
    expressionIn(given);
    return true;
  } catch {
    return false;
  }
}, 'no regular expression');

/**
 * Undefined for a text that is none. With the flags `g` and `y` it would remember where it has found something, and not find it again.
 * Throws where it is a wrong one.
 */
export function expressionIn(given: string): RegExp | undefined {
  const [, source, flags = ''] = /^\/(.*)\/([a-z]*)$/s.exec(given) ?? [];
  return source === undefined ? undefined : new RegExp(source, flags.replaceAll(/[gy]/g, ''));
}
