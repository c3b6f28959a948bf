/** What stands in YAML files for a time and for words that somebody says. */
import { z } from 'zod';

/** `900 ms`, `1.5 s` or plain milliseconds. */
export const duration = z
  .union([z.number(), z.string().regex(/^\d+(\.\d+)? ?(ms|s)$/)])
  .transform((given) => {
    if (typeof given === 'number') return given;
    return Number.parseFloat(given) * (given.endsWith('ms') ? 1 : 1000);
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
