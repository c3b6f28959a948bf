import { beforeEach, describe, expect, it } from 'vitest';
import { StandingClock } from '../../base/testing/standing-clock.ts';
import { concatBytes } from '../../audio/pcm.ts';
import { PAUSING_PACE } from './playout-pace.ts';
import { Playout } from './playout.ts';
import type { PlayoutSocket } from './playout.ts';

const RATE_HZ = 16_000;
const BYTES_PER_MS = 32;
const FRAME_BYTES = 640;

/** Asterisk's side: keeps what it gets, plays nothing by itself. */
class Asterisk implements PlayoutSocket {
  readonly said: string[] = [];
  readonly queue: ({ readonly audio: Uint8Array } | { readonly mark: string })[] = [];
  sendAudio(audio: Uint8Array): void {
    this.queue.push({ audio });
  }
  mark(mark: string): void {
    this.queue.push({ mark });
  }
  pause(): void {
    this.said.push('pause');
  }
  resume(): void {
    this.said.push('resume');
  }
  flush(): void {
    this.said.push('flush');
    this.queue.length = 0;
  }
  get audio(): Uint8Array {
    return concatBytes(this.queue.flatMap((item) => ('audio' in item ? [item.audio] : [])));
  }
  get marks(): string[] {
    return this.queue.flatMap((item) => ('mark' in item ? [item.mark] : []));
  }
}

/** Samples that can be told apart: each byte is its position's. */
function bytes(from: number, count: number): Uint8Array {
  return Uint8Array.from({ length: count }, (_, at) => (from + at) % 251);
}

describe('the playout', () => {
  let clock: StandingClock;
  let asterisk: Asterisk;
  let playout: Playout;
  let reached: number[];
  let stalled: number;
  let heard: { readonly pcm: Uint8Array; readonly atMs: number }[];

  beforeEach(() => {
    clock = new StandingClock();
    asterisk = new Asterisk();
    reached = [];
    stalled = 0;
    heard = [];
    playout = new Playout({
      pace: PAUSING_PACE,
      clock,
      sampleRateHz: RATE_HZ,
      onReached: (position) => reached.push(position),
      onHeard: (pcm, atMs) => heard.push({ pcm: new Uint8Array(pcm), atMs }),
      onStalled: () => stalled++,
    });
  });

  /** Plays all that is queued, each mark and block in its time. */
  async function play(): Promise<void> {
    for (let item = asterisk.queue.shift(); item; item = asterisk.queue.shift()) {
      if ('mark' in item) playout.markPlayed(item.mark, clock.nowMs());
      else await clock.advance(item.audio.byteLength / BYTES_PER_MS);
    }
  }

  it('sends no more than 2 s ahead of what was heard, and all of it in the end', async () => {
    playout.attach(asterisk);
    const clip = bytes(0, 10_000 * BYTES_PER_MS);
    playout.write(clip);
    expect(asterisk.audio.byteLength).toBe(2000 * BYTES_PER_MS);
    await play();
    expect(playout.heardPosition()).toBe(clip.byteLength);
    expect(clock.pending).toBe(0);
  });

  it('hands on what was heard, all of it once, and when', async () => {
    playout.attach(asterisk);
    const clip = bytes(0, 3000 * BYTES_PER_MS);
    playout.write(clip);
    await clock.advance(7);
    await play();
    expect(concatBytes(heard.map(({ pcm }) => pcm))).toEqual(clip);
    let atMs = 7;
    for (const piece of heard) {
      expect(piece.atMs).toBeCloseTo(atMs);
      atMs += piece.pcm.byteLength / BYTES_PER_MS;
    }
  });

  it('says of what was played in one go when it was, where marks come late and in a bunch', async () => {
    playout.attach(asterisk);
    playout.write(bytes(0, 1500 * BYTES_PER_MS));
    const [begun = '', ...others] = asterisk.marks;
    playout.markPlayed(begun, clock.nowMs());
    await clock.advance(1400);
    for (const mark of others.slice(0, 2)) playout.markPlayed(mark, clock.nowMs());
    await clock.advance(100);
    playout.markPlayed(others[2] ?? '', clock.nowMs());
    expect(heard.map(({ atMs }) => atMs)).toEqual([0, 500, 1000]);
    expect(reached).toEqual([0, 500, 1000, 1500].map((ms) => ms * BYTES_PER_MS));
  });

  it('says when what came late begins, though marks of what was before it are still on their way', async () => {
    playout.attach(asterisk);
    playout.write(bytes(0, 500 * BYTES_PER_MS));
    playout.markPlayed(asterisk.marks[0] ?? '', clock.nowMs());
    await clock.advance(600);
    playout.write(bytes(0, 400 * BYTES_PER_MS));
    const [, ended = '', begun = '', over = ''] = asterisk.marks;
    await clock.advance(50);
    for (const mark of [ended, begun]) playout.markPlayed(mark, clock.nowMs());
    await clock.advance(400);
    playout.markPlayed(over, clock.nowMs());
    expect(heard.map(({ atMs }) => atMs)).toEqual([0, 650]);
  });

  it('hands on what was heard before it was stopped, and nothing of the rest', async () => {
    playout.attach(asterisk);
    const clip = bytes(0, 1000 * BYTES_PER_MS);
    playout.write(clip);
    const start = asterisk.queue.shift();
    if (start && 'mark' in start) playout.markPlayed(start.mark, clock.nowMs());
    await clock.advance(290);
    playout.stop();
    // The frame that is being played is heard to its end.
    expect(concatBytes(heard.map(({ pcm }) => pcm))).toEqual(clip.subarray(0, 300 * BYTES_PER_MS));
  });

  it('sends only whole frames, and fills the last one with silence', () => {
    playout.attach(asterisk);
    playout.write(bytes(0, 1000));
    expect(asterisk.audio.byteLength).toBe(FRAME_BYTES);
    playout.complete();
    expect(asterisk.audio.byteLength).toBe(2 * FRAME_BYTES);
    expect(asterisk.audio.subarray(0, 1000)).toEqual(bytes(0, 1000));
    expect(asterisk.audio.subarray(1000)).toEqual(new Uint8Array(280));
  });

  it('joins what follows in time to the sample', async () => {
    playout.attach(asterisk);
    playout.write(bytes(0, 10 * FRAME_BYTES + 100));
    playout.completeInTime();
    playout.write(bytes(10 * FRAME_BYTES + 100, FRAME_BYTES - 100));
    await clock.advance(500);
    expect(asterisk.audio).toEqual(bytes(0, 11 * FRAME_BYTES));
  });

  it('does not wait with the last syllable for what comes too late', async () => {
    playout.attach(asterisk);
    playout.write(bytes(0, 10 * FRAME_BYTES + 100));
    playout.completeInTime();
    await clock.advance(190);
    expect(asterisk.audio.byteLength).toBe(11 * FRAME_BYTES);
  });

  it('knows between two marks how far the caller is, and never runs ahead of the next', async () => {
    playout.attach(asterisk);
    playout.write(bytes(0, 1000 * BYTES_PER_MS));
    expect(playout.heardPosition()).toBe(0);
    await clock.advance(100);
    expect(playout.heardPosition()).toBe(0);
    playout.markPlayed(asterisk.marks[0] ?? '', clock.nowMs());
    await clock.advance(123);
    expect(playout.heardPosition()).toBe(123 * BYTES_PER_MS);
    await clock.advance(900);
    expect(playout.heardPosition()).toBe(500 * BYTES_PER_MS);
  });

  it('tells when a place that is watched was reached, although more follows', async () => {
    playout.attach(asterisk);
    playout.write(bytes(0, 3 * FRAME_BYTES));
    playout.watchWritten();
    playout.write(bytes(0, 5 * FRAME_BYTES));
    await play();
    expect(reached).toContain(3 * FRAME_BYTES);
    expect(reached.at(-1)).toBe(8 * FRAME_BYTES);
  });

  it('halts where the frame that is played ends, and goes on from there', async () => {
    playout.attach(asterisk);
    playout.write(bytes(0, 1000 * BYTES_PER_MS));
    playout.markPlayed(asterisk.marks[0] ?? '', clock.nowMs());
    await clock.advance(110);
    playout.pause();
    await clock.advance(5000);
    expect(playout.heardPosition()).toBe(120 * BYTES_PER_MS);
    playout.resume();
    await clock.advance(100);
    expect(playout.heardPosition()).toBe(220 * BYTES_PER_MS);
    expect(asterisk.said).toEqual(['pause', 'resume']);
    expect(stalled).toBe(0);
  });

  it('forgets everything at a stop, unpaused and ready for the next word', async () => {
    playout.attach(asterisk);
    playout.write(bytes(0, 5000 * BYTES_PER_MS));
    playout.markPlayed(asterisk.marks[0] ?? '', clock.nowMs());
    const late = asterisk.marks[1] ?? '';
    await clock.advance(60);
    playout.pause();
    expect(playout.stop()).toBe(60 * BYTES_PER_MS);
    expect(asterisk.said).toEqual(['pause', 'flush', 'resume']);
    playout.markPlayed(late, clock.nowMs());
    expect(reached).toEqual([0]);
    playout.write(bytes(7, FRAME_BYTES));
    expect(asterisk.audio).toEqual(bytes(7, FRAME_BYTES));
    await play();
    expect(clock.pending).toBe(0);
  });

  it('sends over a new socket what was not heard over the old one', async () => {
    playout.attach(asterisk);
    const clip = bytes(0, 3000 * BYTES_PER_MS);
    playout.write(clip);
    playout.markPlayed(asterisk.marks[0] ?? '', clock.nowMs());
    await clock.advance(330);
    playout.detach();
    asterisk = new Asterisk();
    await clock.advance(2000);
    playout.attach(asterisk);
    expect(asterisk.audio.subarray(0, 64_000)).toEqual(
      clip.subarray(320 * BYTES_PER_MS, 320 * BYTES_PER_MS + 64_000),
    );
    await play();
    expect(playout.heardPosition()).toBe(clip.byteLength);
  });

  it('stays paused over a change of sockets', () => {
    playout.attach(asterisk);
    playout.pause();
    playout.detach();
    asterisk = new Asterisk();
    playout.attach(asterisk);
    expect(asterisk.said).toEqual(['pause']);
  });

  it('notices that Asterisk plays nothing', async () => {
    playout.attach(asterisk);
    playout.write(bytes(0, 1000 * BYTES_PER_MS));
    playout.markPlayed(asterisk.marks[0] ?? '', clock.nowMs());
    await clock.advance(1900);
    expect(stalled).toBe(0);
    await clock.advance(200);
    expect(stalled).toBe(1);
  });

  it('does not take Asterisk for silent because this process stood still', async () => {
    playout.attach(asterisk);
    playout.write(bytes(0, 1000 * BYTES_PER_MS));
    playout.markPlayed(asterisk.marks[0] ?? '', clock.nowMs());
    await clock.advance(1900);
    clock.stoodStillMs += 300;
    await clock.advance(1000);
    expect(stalled).toBe(0);
    for (const mark of asterisk.marks) playout.markPlayed(mark, clock.nowMs());
    await clock.advance(5000);
    expect(stalled).toBe(0);
    expect(asterisk.audio.byteLength).toBe(1000 * BYTES_PER_MS);
  });
});
