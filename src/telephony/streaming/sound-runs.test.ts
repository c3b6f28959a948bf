import { expect, it } from 'vitest';
import { durationMs, msToBytes, slice } from '../../audio/pcm.ts';
import { tone } from '../../audio/tone.ts';
import { RecentAudio } from './recent-audio.ts';
import { SoundRuns } from './sound-runs.ts';

const RATE_HZ = 8000;
const FRAME_MS = 20;

/** Frames of one voice, each heard at its time; what they were handed on as. */
function runsOf(heardAtMs: readonly number[]) {
  const voice = tone(440, heardAtMs.length * FRAME_MS, RATE_HZ);
  const told: { readonly atMs: number; readonly lastsMs: number; readonly data: Uint8Array }[] = [];
  const recent = new RecentAudio(msToBytes(1500, RATE_HZ));
  const runs = new SoundRuns(
    (data, atMs) => told.push({ atMs, lastsMs: durationMs({ data, sampleRateHz: RATE_HZ }), data }),
    recent,
    RATE_HZ,
  );
  for (const [index, atMs] of heardAtMs.entries()) {
    const { data } = slice(voice, index * FRAME_MS, (index + 1) * FRAME_MS);
    runs.heard(data, atMs);
    recent.push(data);
  }
  runs.flush();
  const all = Buffer.concat(told.map(({ data }) => data));
  expect(Buffer.compare(all, voice.data)).toBe(0);
  return told.map(({ atMs, lastsMs }) => ({ atMs, lastsMs }));
}

const frames = (count: number, fromMs: number) =>
  Array.from({ length: count }, (_, index) => fromMs + index * FRAME_MS);

it('what comes without a gap is handed on by half seconds', () => {
  expect(runsOf(frames(60, 100))).toEqual([
    { atMs: 100, lastsMs: 500 },
    { atMs: 600, lastsMs: 500 },
    { atMs: 1100, lastsMs: 200 },
  ]);
});

it('behind a gap another one begins, at its own time', () => {
  expect(runsOf([...frames(10, 0), ...frames(5, 3200)])).toEqual([
    { atMs: 0, lastsMs: 200 },
    { atMs: 3200, lastsMs: 100 },
  ]);
});

it('jitter is no gap', () => {
  expect(runsOf([...frames(10, 0), 230, 220, 240])).toEqual([{ atMs: 0, lastsMs: 260 }]);
});
