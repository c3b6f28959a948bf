/** One line of the table of settings. */
import type { Kind } from './setting-kinds.ts';

export interface Setting<T = unknown> {
  readonly kind: Kind<T>;
  readonly meaning: string;
  /** What stands when the variable is not given: a value, or nothing. */
  readonly otherwise: { readonly value: string } | 'nothing';
}

export function or<T>(value: string, kind: Kind<T>, meaning: string) {
  return { kind, meaning, otherwise: { value } };
}

export function optional<T>(kind: Kind<T>, meaning: string) {
  return { kind, meaning, otherwise: 'nothing' as const };
}
