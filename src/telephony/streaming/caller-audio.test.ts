import { beforeEach, describe, expect, it } from 'vitest';
import { StandingClock } from '../../base/testing/standing-clock.ts';
import { concatBytes, durationMs, silence, slice } from '../../audio/pcm.ts';
import { tone } from '../../audio/tone.ts';
import type { Capture } from '../line.ts';
import { CallerAudio } from './caller-audio.ts';
import type { SpeechEdge } from '../../vad/speech-detector.ts';
import { LevelDetector } from './testing/level-detector.ts';

const RATE_HZ = 16_000;
const FRAME_MS = 20;
const QUIET = silence(FRAME_MS, RATE_HZ).data;
const LOUD = tone(500, FRAME_MS, RATE_HZ).data;

interface Heard {
  readonly pcm: Uint8Array;
  readonly atMs: number;
}

const whole = (heard: readonly Heard[]) => Buffer.from(concatBytes(heard.map(({ pcm }) => pcm)));

describe("the caller's voice", () => {
  let clock: StandingClock;
  let audio: CallerAudio;
  let told: string[];

  beforeEach(() => {
    clock = new StandingClock();
    told = [];
    audio = new CallerAudio({ clock, sampleRateHz: RATE_HZ, detector: new LevelDetector(RATE_HZ) });
    audio.listen({
      speechStarted: (atMs) => told.push(`started ${Math.round(atMs)}`),
      speechStopped: (from, to) => told.push(`stopped ${Math.round(from)} ${Math.round(to)}`),
      digit: (digit) => told.push(`digit ${digit}`),
    });
  });

  /** Frames that come one each 20 ms. */
  async function arrive(frame: Uint8Array, count: number): Promise<void> {
    for (let n = 0; n < count; n++) {
      await clock.advance(FRAME_MS);
      audio.arrived(frame, clock.nowMs());
    }
  }

  it('is told with the times at which it was spoken', async () => {
    await arrive(QUIET, 10);
    await arrive(LOUD, 20);
    await arrive(QUIET, 20);
    expect(told).toEqual(['started 200', 'stopped 200 600']);
  });

  it('is handed on in longer pieces as it was, each at its time, to whoever is in no hurry', async () => {
    const frames: Heard[] = [];
    const runs: Heard[] = [];
    audio.tap((pcm, atMs) => frames.push({ pcm, atMs }));
    const last = audio.tapInRuns((pcm, atMs) => runs.push({ pcm, atMs }));
    const voice = tone(500, 2300, RATE_HZ);
    for (let ms = 0; ms < 2300; ms += FRAME_MS) await arrive(slice(voice, ms, ms + FRAME_MS).data, 1);
    await clock.advance(1000);
    await arrive(LOUD, 7);
    last();
    last();
    expect(Buffer.compare(whole(runs), whole(frames))).toBe(0);
    expect(runs.length).toBeLessThan(12);
    for (const run of runs) expect(frames.map(({ atMs }) => atMs)).toContain(run.atMs);
  });

  it('is handed on whole where it comes in one piece that is longer than what is kept', async () => {
    const runs: Heard[] = [];
    const last = audio.tapInRuns((pcm, atMs) => runs.push({ pcm, atMs }));
    await arrive(LOUD, 3);
    await clock.advance(4000);
    const late = tone(700, 4000, RATE_HZ).data;
    audio.arrived(late, clock.nowMs());
    await arrive(LOUD, 60);
    last();
    expect(whole(runs).includes(Buffer.from(late))).toBe(true);
  });

  it('is told of as a sound first, where the detector is not sure', async () => {
    const edges: SpeechEdge[] = [
      { kind: 'sound', atMs: 0 },
      { kind: 'started', atMs: 10 },
    ];
    const detector = { silenceMs: 160, hear: () => edges.shift(), close: () => undefined };
    audio = new CallerAudio({ clock, sampleRateHz: RATE_HZ, detector });
    audio.listen({
      soundStarted: (atMs) => told.push(`sound ${atMs}`),
      speechStarted: (atMs) => told.push(`started ${atMs}`),
      speechStopped: () => undefined,
      digit: () => undefined,
    });
    await arrive(LOUD, 3);
    audio.close();
    expect(told).toEqual(['sound 0', 'started 10']);
  });

  it('is told to a call that was not there yet when somebody spoke, and once', async () => {
    audio = new CallerAudio({ clock, sampleRateHz: RATE_HZ, detector: new LevelDetector(RATE_HZ) });
    await arrive(LOUD, 5);
    await arrive(QUIET, 10);
    await arrive(LOUD, 5);
    const listener = {
      speechStarted: (atMs: number) => told.push(`started ${atMs}`),
      speechStopped: (from: number, to: number) => told.push(`stopped ${from} ${to}`),
      digit: () => undefined,
    };
    audio.listen(listener);
    // The utterance before is no longer kept whole: only the last one can be taken.
    expect(told).toEqual(['started 300']);
    await arrive(QUIET, 10);
    audio.listen(listener);
    audio.close();
    expect(told).toEqual(['started 300', 'stopped 300 400']);
  });

  it('keeps its times when packets come late and in bursts', async () => {
    await arrive(QUIET, 10);
    await clock.advance(100);
    for (let n = 0; n < 5; n++) audio.arrived(LOUD, clock.nowMs());
    await arrive(QUIET, 20);
    expect(told).toEqual(['started 200', 'stopped 200 300']);
  });

  it('has no silence put into it for packets that are merely late', async () => {
    await arrive(LOUD, 5);
    const capture = audio.capture(0);
    const pieces = collect(capture);
    await clock.advance(180);
    for (let n = 0; n < 9; n++) audio.arrived(LOUD, clock.nowMs());
    capture.finish();
    expect(concatBytes(await pieces)).toEqual(concatBytes(Array.from({ length: 14 }, () => LOUD)));
  });

  it('is not torn in the middle of a word when the network stalls and then delivers all at once', async () => {
    await arrive(LOUD, 5);
    const capture = audio.capture(0);
    const pieces = collect(capture);
    await clock.advance(480);
    for (let n = 0; n < 24; n++) audio.arrived(LOUD, clock.nowMs());
    await arrive(LOUD, 10);
    await arrive(QUIET, 20);
    capture.finish();
    const said = [...Array.from({ length: 39 }, () => LOUD), ...Array.from({ length: 20 }, () => QUIET)];
    expect(Buffer.from(concatBytes(await pieces)).equals(concatBytes(said))).toBe(true);
    expect(told).toEqual(['started 0', 'stopped 0 780']);
  });

  it('is not torn where the far end stalls for so long that it seems silent', async () => {
    await arrive(LOUD, 5);
    const capture = audio.capture(0);
    const pieces = collect(capture);
    await clock.advance(900);
    expect(told).toEqual(['started 0', 'stopped 0 100']);
    for (let n = 0; n < 45; n++) audio.arrived(LOUD, clock.nowMs());
    await arrive(LOUD, 5);
    capture.finish();
    const said = concatBytes(Array.from({ length: 55 }, () => LOUD));
    expect(Buffer.from(concatBytes(await pieces)).equals(said)).toBe(true);
  });

  it('has a silence in it once that was over before it was taken', async () => {
    await arrive(LOUD, 5);
    await clock.advance(900);
    const capture = audio.capture(0);
    const pieces = collect(capture);
    await arrive(LOUD, 30);
    capture.finish();
    expect(durationMs({ sampleRateHz: RATE_HZ, data: concatBytes(await pieces) })).toBe(100 + 900 + 600);
  });

  it('is not torn where a phone that sends silence stalls, and what is late comes no faster than it is spoken', async () => {
    await arrive(QUIET, 60);
    await arrive(LOUD, 5);
    const capture = audio.capture(0);
    const pieces = collect(capture);
    await clock.advance(400);
    await arrive(LOUD, 25);
    capture.finish();
    const said = concatBytes(Array.from({ length: 30 }, () => LOUD));
    expect(Buffer.from(concatBytes(await pieces)).equals(said)).toBe(true);
  });

  it('is not torn when the whole machine stands still, and the far end with it', async () => {
    await arrive(LOUD, 5);
    const capture = audio.capture(0);
    const pieces = collect(capture);
    await clock.advance(100);
    clock.stoodStillMs += 800;
    // The process goes on first: what the far end sends late is on its way.
    await clock.advance(560);
    for (let n = 0; n < 73; n++) audio.arrived(LOUD, clock.nowMs());
    await arrive(LOUD, 5);
    capture.finish();
    const said = concatBytes(Array.from({ length: 83 }, () => LOUD));
    expect(Buffer.from(concatBytes(await pieces)).equals(said)).toBe(true);
    expect(told).toEqual(['started 0']);
  });

  it('keeps the silence before words of which only some were late', async () => {
    await arrive(LOUD, 5);
    const capture = audio.capture(0);
    const pieces = collect(capture);
    await clock.advance(500);
    for (let n = 0; n < 10; n++) audio.arrived(LOUD, clock.nowMs());
    await arrive(LOUD, 10);
    capture.finish();
    expect(concatBytes(await pieces).byteLength / 32).toBe(100 + 500 + 200);
  });

  it('has not been heard while it may still be on its way', async () => {
    await arrive(LOUD, 5);
    await clock.advance(500);
    expect(audio.heardUntilMs).toBe(100);
    audio.close();
  });

  it('has not been heard while it may be the beginning of speech', async () => {
    const detector = {
      silenceMs: 160,
      hear: () => undefined,
      undecidedSinceMs: undefined as number | undefined,
      close: () => undefined,
    };
    audio = new CallerAudio({ clock, sampleRateHz: RATE_HZ, detector });
    await arrive(LOUD, 5);
    expect(audio.heardUntilMs).toBe(100);
    detector.undecidedSinceMs = 60;
    await arrive(LOUD, 2);
    expect(audio.heardUntilMs).toBe(60);
    detector.undecidedSinceMs = undefined;
    expect(audio.heardUntilMs).toBe(140);
    audio.close();
  });

  it('is known to end sooner, once the phone has been seen to send nothing in silence', async () => {
    await arrive(LOUD, 10);
    await clock.advance(800);
    await arrive(LOUD, 10);
    await clock.advance(400);
    expect(told).toEqual(['started 0', 'stopped 0 200', 'started 1000', 'stopped 1000 1200']);
  });

  it('ends although the phone sends nothing while nobody speaks', async () => {
    await arrive(LOUD, 10);
    await clock.advance(700);
    expect(told).toEqual(['started 0', 'stopped 0 200']);
    await clock.advance(10_000);
    await arrive(LOUD, 10);
    expect(told[2]).toBe('started 10900');
    audio.close();
    expect(clock.pending).toBe(0);
  });

  it('is captured live from before the speech began until it is finished', async () => {
    await arrive(QUIET, 100);
    await arrive(LOUD, 5);
    const capture = audio.capture(300);
    const pieces = collect(capture);
    await arrive(LOUD, 5);
    capture.finish();
    await arrive(LOUD, 5);
    const heard = await pieces;
    expect(heard[0]?.byteLength).toBe((300 + 100) * 32);
    expect(concatBytes(heard)).toEqual(
      concatBytes([...Array.from({ length: 15 }, () => QUIET), ...Array.from({ length: 10 }, () => LOUD)]),
    );
  });

  it('goes to be recognised in pieces of 60 ms while somebody speaks, and as it comes as soon as they may have ceased', async () => {
    await arrive(LOUD, 1);
    const capture = audio.capture(0);
    const pieces = collect(capture);
    await arrive(LOUD, 7);
    await arrive(QUIET, 7);
    // The turn may be over by then: nobody waits for a word any more.
    await arrive(QUIET, 7);
    capture.finish();
    const lengthsMs = (await pieces).map((piece) => piece.byteLength / 32);
    expect(lengthsMs).toEqual([20, 60, 60, 40, 20, 20, 20, 20, 20, 20, 60, 60, 20]);
  });

  it('is not kept back where the line falls silent in the middle of a word', async () => {
    await arrive(LOUD, 1);
    const capture = audio.capture(0);
    const pieces: Uint8Array[] = [];
    const read = (async () => {
      for await (const piece of capture.audio) pieces.push(piece);
    })();
    await arrive(LOUD, 1);
    await clock.advance(1000);
    expect(concatBytes(pieces)).toEqual(concatBytes([LOUD, LOUD]));
    capture.finish();
    await read;
    audio.close();
  });

  it('is captured as silence where nothing came, so that words do not run together', async () => {
    await arrive(LOUD, 5);
    const capture = audio.capture(0);
    const pieces = collect(capture);
    await clock.advance(1000);
    await arrive(LOUD, 5);
    capture.finish();
    const bytes = concatBytes(await pieces).byteLength;
    expect(bytes / 32).toBeGreaterThan(1050);
    expect(bytes / 32).toBeLessThanOrEqual(1200);
  });

  it('does not drift from a phone whose clock is slow or fast', async () => {
    for (let n = 0; n < 5000; n++) {
      await clock.advance(FRAME_MS * 1.0005);
      audio.arrived(QUIET, clock.nowMs());
    }
    audio.arrived(LOUD, clock.nowMs());
    const startedAtMs = Number(told[0]?.split(' ')[1]);
    expect(Math.abs(clock.nowMs() - FRAME_MS - startedAtMs)).toBeLessThan(5);
  });

  it('keeps its times, and its words whole, where the network loses one packet in fifty', async () => {
    for (let frame = 0; frame < 3000; frame++) {
      await clock.advance(FRAME_MS);
      if (frame % 50 !== 49) audio.arrived(frame >= 1000 && frame < 2950 ? LOUD : QUIET, clock.nowMs());
    }
    expect(told).toHaveLength(2);
    const [, startedMs, endedMs] = (told[1] ?? '').split(' ').map(Number);
    expect(Math.abs((startedMs ?? NaN) - 20_000)).toBeLessThanOrEqual(20);
    expect(Math.abs((endedMs ?? NaN) - 59_000)).toBeLessThanOrEqual(20);
  });

  it('is not the music that is heard while the call is on hold', async () => {
    await arrive(QUIET, 10);
    audio.held();
    await arrive(LOUD, 100);
    audio.unheld();
    expect(told).toEqual([]);
    await arrive(LOUD, 20);
    expect(told).toHaveLength(1);
    audio.close();
  });

  it('ends a capture with the line', async () => {
    await arrive(LOUD, 5);
    const pieces = collect(audio.capture(0));
    audio.close();
    expect(concatBytes(await pieces).byteLength).toBe(100 * 32);
    audio.arrived(LOUD, clock.nowMs());
    expect(clock.pending).toBe(0);
  });
});

async function collect(capture: Capture): Promise<Uint8Array[]> {
  const pieces: Uint8Array[] = [];
  for await (const piece of capture.audio) pieces.push(piece);
  return pieces;
}
