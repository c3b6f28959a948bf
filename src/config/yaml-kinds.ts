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
  const [, source, flags] = /^\/(.*)\/([a-z]*)$/s.exec(given) ?? [];
  try {
    if (source !== undefined) return new RegExp(source, flags);
    return new RegExp(given.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'), 'u');
  } catch {
    context.addIssue({ code: 'custom', message: 'no regular expression' });
    return z.NEVER;
  }
});
