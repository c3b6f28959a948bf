import { describe, expect, it } from 'vitest';
import { ManualClock } from './manual-clock.ts';
import { readStart, readWithin, within } from './read-within.ts';

describe('an answer', () => {
  it('of just the length that is allowed is read whole', async () => {
    expect(await readWithin(pieces(3), 6)).toEqual(Uint8Array.from([0, 0, 1, 1, 2, 2]));
  });

  it('that is longer is given up as soon as that is seen, and its source is told', async () => {
    const seen = { pieces: 0, left: false };
    expect(await readWithin(pieces(Infinity, seen), 6)).toBeUndefined();
    expect(seen).toEqual({ pieces: 4, left: true });
  });

  it('that is only quoted is read no further than its quote', async () => {
    const seen = { pieces: 0, left: false };
    expect(await readStart(pieces(Infinity, seen), 5)).toEqual(Uint8Array.from([0, 0, 1, 1, 2]));
    expect(seen.left).toBe(true);
    expect(await readStart(pieces(1), 5)).toEqual(Uint8Array.from([0, 0]));
  });
});

describe('an answer that is handed on as it comes', () => {
  const most = { mostBytes: 6, mostPieces: 5, withinMs: 1000 };
  const read = async (source: AsyncIterable<Uint8Array>, clock = new ManualClock()) => {
    let bytes = 0;
    const beyond = (what: string) => new Error(`it ${what}`);
    const pieces = within(source, { bound: most, clock, bytesOf: ({ byteLength }) => byteLength, beyond });
    for await (const { byteLength } of pieces) bytes += byteLength;
    expect(clock.pending).toBe(0);
    return bytes;
  };

  it('passes whole within its bound', async () => {
    expect(await read(pieces(3))).toBe(6);
  });

  it('ends beyond so many bytes', async () => {
    const seen = { pieces: 0, left: false };
    await expect(read(pieces(Infinity, seen))).rejects.toThrow('it holds more than 6 bytes');
    expect(seen).toEqual({ pieces: 4, left: true });
  });

  it('ends beyond so many pieces, though they are empty', async () => {
    await expect(read(empty())).rejects.toThrow('it comes in more than 5 pieces');
  });

  it('ends beyond its time, though its source takes no notice', async () => {
    const clock = new ManualClock();
    const reading = read(hung(), clock).catch((error: unknown) => error);
    await clock.advance(1000);
    expect(await reading).toEqual(new Error('it goes on for more than 1000 ms'));
  });
});

async function* empty(): AsyncIterable<Uint8Array> {
  for (;;) yield new Uint8Array(0);
}

async function* hung(): AsyncIterable<Uint8Array> {
  yield new Uint8Array(1);
  await new Promise(() => undefined);
}

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
