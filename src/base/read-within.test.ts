import { describe, expect, it } from 'vitest';
import { readWithin } from './read-within.ts';

describe('an answer', () => {
  it('of just the length that is allowed is read whole', async () => {
    expect(await readWithin(pieces(3), 6)).toEqual(Uint8Array.from([0, 0, 1, 1, 2, 2]));
  });

  it('that is longer is given up as soon as that is seen, and its source is told', async () => {
    const seen = { pieces: 0, left: false };
    expect(await readWithin(pieces(Infinity, seen), 6)).toBeUndefined();
    expect(seen).toEqual({ pieces: 4, left: true });
  });
});

async function* pieces(count: number, seen = { pieces: 0, left: false }): AsyncIterable<Uint8Array> {
  try {
    for (let index = 0; index < count; index++) {
      seen.pieces++;
      yield new Uint8Array([index, index]);
    }
  } finally {
    seen.left = true;
  }
}
