import { describe, expect, it } from 'vitest';
import { concatBytes } from '../../audio/pcm.ts';
import { AsyncQueue } from '../../base/async.ts';
import { AudioTape, tapeOf } from './audio-tape.ts';

const live = new AbortController().signal;
const bytes = (...values: number[]) => Uint8Array.from(values);

async function all(pieces: AsyncIterable<Uint8Array>): Promise<number[]> {
  const read: Uint8Array[] = [];
  for await (const piece of pieces) read.push(piece);
  return [...concatBytes(read)];
}

async function one(pieces: AsyncIterator<Uint8Array, void>): Promise<number[]> {
  return [...((await pieces.next()).value ?? [])];
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

describe('AudioTape', () => {
  it('plays from any byte, what there is and what is still to come', async () => {
    const source = new AsyncQueue<Uint8Array>();
    const tape = new AudioTape(source);
    source.push(bytes(0, 1, 2));
    await turn();
    const readings = [0, 1, 3, 4, 5].map((from) => all(tape.read(from, live)));
    source.push(bytes());
    source.push(bytes(3, 4));
    source.end();
    expect(await Promise.all(readings)).toEqual([[0, 1, 2, 3, 4], [1, 2, 3, 4], [3, 4], [4], []]);
    await tape.ended;
  });

  it('records though nobody reads', async () => {
    const source = new AsyncQueue<Uint8Array>();
    const tape = new AudioTape(source);
    source.push(bytes(7));
    source.end();
    await tape.ended;
    expect(await all(tape.read(0, live))).toEqual([7]);
  });

  it('forgets what nobody will read again, and nothing else', async () => {
    const source = new AsyncQueue<Uint8Array>();
    const tape = new AudioTape(source);
    const second = Uint8Array.from({ length: 33_000 }, (_, at) => at % 251);
    for (let at = 0; at < second.length; at += 640) source.push(second.subarray(at, at + 640));
    await turn();
    // A recognizer that counts silence may be ahead of the audio, and a later word may be settled at an earlier place.
    for (const byte of [40_000, 20_000]) tape.forget(byte);
    source.push(bytes(1, 2, 3));
    source.end();
    await tape.ended;
    expect(await all(tape.read(32_999, live))).toEqual([32_999 % 251, 1, 2, 3]);
  });

  it('plays what came together in one piece', async () => {
    const source = new AsyncQueue<Uint8Array>();
    const tape = new AudioTape(source);
    for (const value of [0, 1, 2, 3]) source.push(bytes(value, value));
    await turn();
    expect(await one(tape.read(1, live))).toEqual([0, 1, 1, 2, 2, 3, 3]);
  });

  it('tells every reader that the source has failed, behind what came before', async () => {
    const source = new AsyncQueue<Uint8Array>();
    const tape = new AudioTape(source);
    source.push(bytes(1));
    source.fail(new Error('line lost'));
    const reading = tape.read(0, live);
    expect(await one(reading)).toEqual([1]);
    await expect(reading.next()).rejects.toThrow('line lost');
    await tape.ended;
  });

  it('lets a reader go that nobody needs, and the source when it is closed', async () => {
    let isLetGo = false;
    async function* endless(): AsyncGenerator<Uint8Array> {
      try {
        for (;;) {
          await turn();
          yield bytes(1);
        }
      } finally {
        isLetGo = true;
      }
    }
    const tape = new AudioTape(endless());
    const unwanted = new AbortController();
    const reading = all(tape.read(0, unwanted.signal));
    unwanted.abort(new Error('enough'));
    await expect(reading).rejects.toThrow('enough');
    tape.close();
    await tape.ended;
    expect(isLetGo).toBe(true);
  });

  it('is kept once, however many would have to hear it again', async () => {
    const source = new AsyncQueue<Uint8Array>();
    const tape = new AudioTape(source);
    const inner = tapeOf(tape.lend(live));
    source.push(bytes(0, 1, 2));
    await turn();
    expect(await one(inner.read(0, live))).toEqual([0, 1, 2]);
    inner.forget(3);
    inner.close();
    source.push(bytes(3));
    source.end();
    // The next one hears all of it, as audio like any other.
    const heard = [all(tape.lend(live)), all(tapeOf(tape.lend(live)).read(2, live))];
    expect(await Promise.all(heard)).toEqual([
      [0, 1, 2, 3],
      [2, 3],
    ]);
  });

  it('leaves what it has given out as it was, whose voice ever comes after it', async () => {
    const source = new AsyncQueue<Uint8Array>();
    const tape = new AudioTape(source);
    source.push(bytes(1, 2, 3));
    source.end();
    await tape.ended;
    const reading = tape.read(0, live);
    const given = (await reading.next()).value as Uint8Array;
    tape.close();
    const next = new AsyncQueue<Uint8Array>();
    const another = new AudioTape(next);
    next.push(bytes(9, 9, 9, 9));
    await turn();
    expect([...given]).toEqual([1, 2, 3]);
    expect(await all(reading)).toEqual([]);
    expect(await one(another.read(0, live))).toEqual([9, 9, 9, 9]);
    another.close();
  });
});
