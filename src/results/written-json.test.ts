import { expect, it } from 'vitest';
import { writtenObject } from './written-json.ts';

it.each([
  ['{"a":1}', { a: 1 }],
  ['```json\n{"a": {"b": "}"}}\n```\nThat is all.', { a: { b: '}' } }],
  ['Let me think: {maybe} or {"draft": 1}. So:\n{"a":1}', { a: 1 }],
  ['The caller said "{". {"a":"\\"{"}', { a: '"{' }],
  ['{"a": 1}\n\nI hope {this} helps {', { a: 1 }],
  ['{"summary": "cut off", "data": {"a": 1}', undefined],
  ['{"data": {"a": {"b": 1}, "c": "cut', undefined],
  ['[1, 2]', undefined],
  ['', undefined],
  ['{'.repeat(100_000), undefined],
])('%j', (text, object) => {
  expect(writtenObject(text)).toEqual(object);
});
