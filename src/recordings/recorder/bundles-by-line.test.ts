import { expect, it } from 'vitest';
import { BundlesByLine, bundleName } from './bundles-by-line.ts';

const LATE = new Date('2026-01-02T03:04:05.678Z');
const EARLY = new Date('2026-01-01T00:00:00.000Z');

function bundles(...names: string[]) {
  const looked = { times: 0 };
  const list = () => Promise.resolve((looked.times++, names));
  return { names, looked, byLine: new BundlesByLine('', list) };
}

it('looks at the directory once, however many results come, and knows what was added since', async () => {
  const { byLine, looked } = bundles(bundleName(EARLY, '1.1'));
  expect(await byLine.of('1.1')).toBe('2026-01-01T00-00-00-000Z-1.1');
  for (let at = 0; at < 1000; at++) {
    const name = bundleName(LATE, `2.${at}`);
    byLine.add(name);
    expect(await byLine.of(`2.${at}`)).toBe(name);
  }
  expect(looked.times).toBe(1);
});

it('takes the latest call of a line, and none of a line whose id only ends alike', async () => {
  const { byLine } = bundles(bundleName(LATE, '1.1'), bundleName(EARLY, '1.1'), bundleName(LATE, 'a-7.7'));
  expect(await byLine.of('1.1')).toBe(bundleName(LATE, '1.1'));
  expect(await byLine.of('7.7')).toBeUndefined();
});

it('finds the bundle of a line whose id is longer than a name may be', async () => {
  const long = 'x'.repeat(300);
  const { byLine } = bundles(bundleName(LATE, long));
  expect(await byLine.of(long)).toHaveLength(200);
});

it('looks again when some may be gone', async () => {
  const { byLine, looked, names } = bundles(bundleName(EARLY, '1.1'));
  await byLine.of('1.1');
  names.length = 0;
  byLine.forget();
  expect(await byLine.of('1.1')).toBeUndefined();
  expect(looked.times).toBe(2);
});
