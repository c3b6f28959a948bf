/** A result as it may be shown where words and numbers of callers may not. What the company itself has written into the schema is no secret. */
import { maskNumber, maskText } from '../ops/mask.ts';
import type { CallResult } from './call-result.ts';

const NUMBER = '*';

/** `schema`: by which the data was made. */
export function maskedResult(result: CallResult, schema: unknown): CallResult {
  const own = new Set(choicesIn(schema));
  const mask = (value: unknown) => masked(value, own);
  const { callerNumber, outcome, slots, done, summary, data } = result;
  return {
    ...result,
    callerNumber: maskNumber(callerNumber),
    outcome: outcome !== null && outcome === data?.['outcome'] ? (mask(outcome) as string) : outcome,
    slots: mask(slots) as CallResult['slots'],
    done: done.map((tool) => ({
      ...tool,
      ...(tool.input !== undefined && { input: maskText(tool.input) }),
      ...(tool.result !== undefined && { result: maskText(tool.result) }),
    })),
    summary: summary && maskText(summary),
    data: mask(data) as CallResult['data'],
  };
}

function masked(value: unknown, own: ReadonlySet<unknown>): unknown {
  if (typeof value === 'string') return value === '' || own.has(value) ? value : maskText(value);
  if (typeof value === 'number') return own.has(value) ? value : NUMBER;
  if (Array.isArray(value)) return value.map((each) => masked(each, own));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, masked(inner, own)]));
}

/** All that stands behind `enum` and `const`, wherever it is. */
function choicesIn(schema: unknown): readonly unknown[] {
  if (typeof schema !== 'object' || schema === null) return [];
  return Object.entries(schema).flatMap(([key, value]: [string, unknown]) => {
    if (key === 'enum' && Array.isArray(value)) return value as unknown[];
    return key === 'const' ? [value] : choicesIn(value);
  });
}
