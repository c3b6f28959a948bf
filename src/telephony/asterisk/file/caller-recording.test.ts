import { expect, it } from 'vitest';
import { ParleyError } from '../../../base/errors.ts';
import { ManualClock } from '../../../base/manual-clock.ts';
import { silentLog } from '../../../base/log.ts';
import { concatBytes, fromSamples, silence, toSamples } from '../../../audio/pcm.ts';
import { encodeWav } from '../../../audio/wav.ts';
import type { Capture } from '../../line.ts';
import type { AriPort } from '../ari/ari-port.ts';
import { CallerRecording } from './caller-recording.ts';

/** An Asterisk whose recordings all hold a second of silence; counts how many were fetched, and which it still has. */
function recordingOfSilence({ most = Number.POSITIVE_INFINITY, isReadable = true } = {}) {
  const fetched: string[] = [];
  const kept = new Set<string>();
  const ari: Partial<AriPort> = {
    record: async (_, name) => {
      // The caller has hung up.
      if (kept.size + fetched.length >= most) throw new ParleyError('ARI_GONE', 'No such channel.');
      kept.add(name);
    },
    stopRecording: async (name) =>
      recording.onEvent({ type: 'RecordingFinished', name, durationMs: 1000, atMs: 0, channelId: 'ear' }),
    recordedFile: async (name) => {
      if (!isReadable) throw new ParleyError('ARI_FAILED', 'It cannot be read.');
      fetched.push(name);
      return encodeWav(silence(1000, 8000));
    },
    deleteRecording: async (name) => void kept.delete(name),
  };
  const told = { onFetched: () => undefined, isNoisy: () => false };
  const clock = new ManualClock();
  const options = { clock, log: silentLog, channelId: 'ear', prefix: 'call', ...told };
  const recording = new CallerRecording({ ...options, ari: ari as AriPort });
  return { recording, fetched, kept, clock };
}

async function wholeOf({ audio }: Capture): Promise<number> {
  let pieces = 0;
  for await (const _ of audio) pieces++;
  return pieces;
}

it('fetches nothing more at the end of a turn when the pause before it was fetched already', async () => {
  const { recording, fetched } = recordingOfSilence();
  await recording.start();
  const capture = recording.capture(0, 0);
  recording.pauseHeard();
  capture.finish();
  expect(await wholeOf(capture)).toBe(1);
  expect(fetched).toHaveLength(1);
});

it('fetches what was said after a pause', async () => {
  const { recording, fetched } = recordingOfSilence();
  await recording.start();
  const capture = recording.capture(0, 0);
  recording.pauseHeard();
  recording.speechHeard();
  capture.finish();
  await wholeOf(capture);
  expect(fetched).toHaveLength(2);
});

it('hands on what was said, and leaves nothing behind, when the caller hangs up while the next recording begins', async () => {
  const { recording, fetched, kept } = recordingOfSilence({ most: 1 });
  await recording.start();
  const capture = recording.capture(0, 0);
  recording.pauseHeard();
  capture.finish();
  expect(await wholeOf(capture)).toBe(1);
  await recording.close();
  expect(fetched).toHaveLength(1);
  expect([...kept]).toEqual([]);
});

it('leaves nothing behind of a recording that cannot be read', async () => {
  const { recording, kept } = recordingOfSilence({ isReadable: false });
  await recording.start();
  const capture = recording.capture(0, 0);
  capture.finish();
  await wholeOf(capture);
  await recording.close();
  expect([...kept]).toEqual([]);
});

it('waits for nothing any more once it is closed, in the middle of an utterance or not', async () => {
  const { recording, clock } = recordingOfSilence();
  await recording.start();
  recording.capture(0, 0);
  await recording.close();
  expect(clock.pending).toBe(0);
});

/** An Asterisk that takes long to do what it is asked, and whose recordings tell in each sample at which millisecond it was said. */
function recordingOfTime(takesMs: readonly number[]) {
  const clock = new ManualClock();
  const waits = [...takesMs];
  const spans = new Map<string, { readonly fromMs: number; toMs: number }>();
  const queued: string[] = [];
  let live: string | undefined;
  const begin = (name: string | undefined) => {
    live = name;
    if (name !== undefined) spans.set(name, { fromMs: clock.nowMs(), toMs: Infinity });
  };
  const ari: Partial<AriPort> = {
    record: async (_, name) => void (live === undefined ? begin(name) : queued.push(name)),
    stopRecording: async (name) => {
      await clock.advance(waits.shift() ?? 0);
      const span = spans.get(name);
      if (span) span.toMs = clock.nowMs();
      begin(queued.shift());
      recording.onEvent({ type: 'RecordingFinished', name, durationMs: 0, atMs: 0, channelId: 'ear' });
    },
    recordedFile: async (name) => {
      const { fromMs, toMs } = spans.get(name) ?? { fromMs: 0, toMs: 0 };
      const samples = new Int16Array((toMs - fromMs) * 8).map((_, at) => fromMs + Math.floor(at / 8));
      return encodeWav(fromSamples(samples, 8000));
    },
    deleteRecording: async () => undefined,
  };
  const told = { onFetched: () => undefined, isNoisy: () => false };
  const options = { clock, log: silentLog, channelId: 'ear', prefix: 'call', ...told };
  const recording = new CallerRecording({ ...options, ari: ari as AriPort });
  return { recording, clock };
}

it('loses no word of what is said on over a pause, however long Asterisk takes', async () => {
  const { recording, clock } = recordingOfTime([20, 700]);
  await recording.start();
  await clock.advance(5000);
  const capture = recording.capture(3000, 300);
  recording.pauseHeard();
  recording.speechHeard();
  await recording.look();
  await clock.advance(2000);
  capture.finish();
  const pieces: Uint8Array[] = [];
  for await (const piece of capture.audio) pieces.push(piece);
  const times = [...new Set(toSamples({ data: concatBytes(pieces), sampleRateHz: 8000 }))];
  expect(times[0]).toBeLessThanOrEqual(2700);
  expect(times.at(-1)).toBeGreaterThanOrEqual(7000);
  const missing = times.filter((time, index) => index > 0 && time !== (times[index - 1] ?? 0) + 1);
  expect(missing).toEqual([]);
});
