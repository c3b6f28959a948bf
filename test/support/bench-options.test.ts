import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chosen, readCheckout, readCount, readScale, requireWritable } from '../bench/options.ts';

const BENCHES = ['turns', 'load'].map((name) => ({
  name,
  minutes: 1,
  explanation: '',
  run: async () => undefined,
}));
const ASKED_FOR = { name: 'answerer', minutes: 1, onlyByName: true, print: () => undefined } as const;

it.each(['1', '0.2', '1e-1', ' 0.5 '])('--scale %j is a scale', (text) => {
  expect(readScale(text)).toBe(Number(text));
});

it.each(['0', '-1', 'abc', '5', '', ' ', '0.2x', 'NaN', 'Infinity', '-0', '1.0001'])(
  '--scale %j is refused',
  (text) => {
    expect(() => readScale(text)).toThrow('a share above 0 and up to 1');
  },
);

it.each(['0', '-1', '1.5', 'abc', '', 'Infinity'])('--rounds %j is refused', (text) => {
  expect(() => readCount('--rounds', text)).toThrow('--rounds');
});

describe('the benches that are chosen', () => {
  const namesOf = (names: readonly string[]) =>
    chosen([...BENCHES, ASKED_FOR], names).map(({ name }) => name);

  it('are all but those that want to be named', () => expect(namesOf([])).toEqual(['turns', 'load']));

  it('are each taken once, in their own order', () =>
    expect(namesOf(['answerer', 'turns', 'answerer'])).toEqual(['turns', 'answerer']));

  it('are refused with all names that there are', () =>
    expect(() => namesOf(['turns', 'lod', 'x'])).toThrow(
      'no such bench: lod, x; there are turns, load, answerer',
    ));
});

describe('a place to write to', () => {
  let dir: string;
  beforeAll(async () => void (dir = await mkdtemp(join(tmpdir(), 'parley-out-'))));
  afterAll(() => rm(dir, { recursive: true }));

  it('may be a file that is not there yet', async () => {
    await expect(requireWritable(join(dir, 'out.json'))).resolves.toBeUndefined();
  });

  it('is no directory, and in one that is there', async () => {
    await expect(requireWritable(dir)).rejects.toThrow('a directory is there');
    await expect(requireWritable(join(dir, 'none/out.json'))).rejects.toThrow('there is no directory');
  });

  it('another checkout has its packages installed', async () => {
    await expect(readCheckout('--against', dir)).rejects.toThrow('no checkout is there');
    await expect(readCheckout('--against', join(dir, 'none'))).rejects.toThrow('no checkout is there');
  });
});
