import { expect, it } from 'vitest';
import { readTraceparent, traceparent } from './traceparent.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const SPAN = '00f067aa0ba902b7';

it.each([true, false])('writes what it reads, sampled or not: %s', (isSampled) => {
  const context = { traceId: TRACE, spanId: SPAN, isSampled };
  expect(readTraceparent(traceparent(context))).toEqual(context);
});

it.each([
  ['nothing', undefined],
  ['an empty one', ''],
  ['no trace', `00-${'0'.repeat(32)}-${SPAN}-01`],
  ['no span', `00-${TRACE}-${'0'.repeat(16)}-01`],
  ['capital letters', `00-${TRACE.toUpperCase()}-${SPAN}-01`],
  ['more than its version has', `00-${TRACE}-${SPAN}-01-more`],
  ['a version that cannot be', `ff-${TRACE}-${SPAN}-01`],
  ['a header of somebody who tries things out', `00-${TRACE}\r\nx: y`],
])('begins a trace of its own for %s', (_, header) => {
  expect(readTraceparent(header)).toBeUndefined();
});

it('follows a later version, which may have more', () => {
  expect(readTraceparent(`01-${TRACE}-${SPAN}-03-more`)).toMatchObject({ traceId: TRACE, isSampled: true });
});
