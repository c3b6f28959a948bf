import { beforeEach, describe, expect, it } from 'vitest';
import { RecentAudio } from './recent-audio.ts';

const ROOM_BYTES = 10;

describe('the recent audio', () => {
  let recent: RecentAudio;
  beforeEach(() => {
    recent = new RecentAudio(ROOM_BYTES);
  });

  it('has nothing at first', () => {
    expect(recent.last(4)).toEqual(Uint8Array.of());
  });

  it('gives what was pushed last, and no more than there is', () => {
    recent.push(Uint8Array.of(1, 2, 3));
    expect(recent.last(2)).toEqual(Uint8Array.of(2, 3));
    expect(recent.last(8)).toEqual(Uint8Array.of(1, 2, 3));
  });

  it.each([1, 2, 3, 4, 7, 10, 11, 25])('is the end of the stream, in pieces of %i bytes', (pieceBytes) => {
    const stream = Uint8Array.from({ length: 120 }, (_, at) => at + 1);
    for (let at = 0; at < stream.length; at += pieceBytes) {
      recent.push(stream.subarray(at, at + pieceBytes));
      const pushed = stream.subarray(0, at + pieceBytes);
      for (let bytes = 0; bytes <= ROOM_BYTES; bytes++)
        expect(recent.last(bytes)).toEqual(pushed.slice(Math.max(0, pushed.length - bytes)));
    }
  });

  it('is not changed by what comes after', () => {
    recent.push(Uint8Array.of(1, 2, 3));
    const before = recent.last(3);
    recent.push(new Uint8Array(ROOM_BYTES));
    expect(before).toEqual(Uint8Array.of(1, 2, 3));
  });
});
