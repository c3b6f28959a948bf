import { expect, it } from 'vitest';
import { schemaCheck } from './json-schema.ts';

const ORDER = {
  type: 'object',
  required: ['lines'],
  additionalProperties: false,
  properties: {
    lines: {
      type: 'array',
      items: { type: 'object', required: ['sku'], properties: { size: { const: 'M' } } },
    },
  },
};

it('tells whoever has written a value what is wrong with it, and where', () => {
  const read = schemaCheck(ORDER);
  if ('faults' in read) throw new Error('the schema itself is refused');
  expect(read.check({ lines: [{ sku: 'p1' }] })).toEqual([]);
  expect(read.check({ lines: [{ size: 'L' }], color: 'red' })).toEqual([
    'color is not known; known are: lines',
    'lines.0.sku is missing',
    'lines.0.size must be "M"',
  ]);
  expect(read.check([])).toEqual(['it must be object']);
});

it('tells whoever has written a schema of a keyword that is none', () => {
  const read = schemaCheck({ type: 'object', properties: { size: { typ: 'string' } } });
  expect('faults' in read && read.faults[0]?.message).toContain('typ');
});
