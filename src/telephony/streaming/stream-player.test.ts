import { beforeEach, describe, expect, it } from 'vitest';
import { AsyncQueue } from '../../base/async.ts';
import { ManualClock } from '../../base/manual-clock.ts';
import { silentLog } from '../../base/log.ts';
import { concatBytes, silence } from '../../audio/pcm.ts';
import { tone } from '../../audio/tone.ts';
import { clipOf } from '../line.ts';
import type { Played } from '../line.ts';
import type { PlayoutSocket } from './playout.ts';
import { StreamPlayer } from './stream-player.ts';

const RATE_HZ = 16_000;
const FRAME_BYTES = 640;

describe('the stream player', () => {
  let clock: ManualClock;
  let player: StreamPlayer;
  let heard: Uint8Array[];
  let queue: ({ readonly audio: Uint8Array } | { readonly mark: string })[];

  beforeEach(() => {
    clock = new ManualClock();
    heard = [];
    queue = [];
    player = new StreamPlayer({ clock, log: silentLog, sampleRateHz: RATE_HZ, onStalled: () => undefined });
    const socket: PlayoutSocket = {
      sendAudio: (audio) => queue.push({ audio }),
      mark: (mark) => queue.push({ mark }),
      pause: () => undefined,
      resume: () => undefined,
      flush: () => (queue = []),
    };
    player.attach(socket);
  });

  /** What Asterisk does in this time, a frame a tick. */
  async function ticks(count: number): Promise<void> {
    for (let tick = 0; tick < count; tick++) {
      await clock.advance(20);
      for (let item = queue.shift(); item; item = queue.shift()) {
        if ('mark' in item) {
          player.markPlayed(item.mark, clock.nowMs());
          continue;
        }
        heard.push(item.audio.subarray(0, FRAME_BYTES));
        if (item.audio.byteLength > FRAME_BYTES) queue.unshift({ audio: item.audio.subarray(FRAME_BYTES) });
        break;
      }
    }
  }

  it('joins clips to the sample, whatever their length', async () => {
    const clips = [tone(400, 33, RATE_HZ), tone(700, 47, RATE_HZ), tone(900, 21, RATE_HZ)];
    const playbacks = clips.map((clip) => player.play(clipOf(clip)));
    await ticks(8);
    const whole = concatBytes(clips.map(({ data }) => data));
    expect(concatBytes(heard).subarray(0, whole.byteLength)).toEqual(whole);
    const played = await Promise.all(playbacks.map(({ finished }) => finished));
    expect(played.map(({ heardMs }) => heardMs)).toEqual([33, 47, 21]);
    const [first = 0, second = 0, third = 0] = await Promise.all(playbacks.map(({ started }) => started));
    expect([second - first, third - second]).toEqual([33, 47]);
    expect(clock.pending).toBe(0);
  });

  it('takes pieces that are cut between the two bytes of a sample', async () => {
    const { data } = tone(400, 40, RATE_HZ);
    const audio = new AsyncQueue<Uint8Array>();
    for (const [from, to] of [
      [0, 3],
      [3, 4],
      [4, 641],
      [641, 1280],
    ] as const)
      audio.push(data.subarray(from, to));
    audio.end();
    player.play({ sampleRateHz: RATE_HZ, audio });
    await ticks(4);
    expect(concatBytes(heard)).toEqual(data);
  });

  it('converts a clip of another rate', async () => {
    const playback = player.play(clipOf(tone(400, 100, 8000)));
    await ticks(8);
    expect(await playback.finished).toEqual({ outcome: 'heard', heardMs: 100 });
    expect(concatBytes(heard).byteLength).toBe(5 * FRAME_BYTES);
  });

  it('keeps the order when a synthesis stalls', async () => {
    const audio = new AsyncQueue<Uint8Array>();
    const first = player.play({ sampleRateHz: RATE_HZ, audio });
    const second = player.play(clipOf(tone(700, 40, RATE_HZ)));
    audio.push(tone(400, 40, RATE_HZ).data);
    await ticks(10);
    expect(heard).toHaveLength(2);
    audio.push(tone(400, 40, RATE_HZ).data);
    audio.end();
    await ticks(8);
    expect(heard).toHaveLength(6);
    expect(await first.finished).toEqual({ outcome: 'heard', heardMs: 80 });
    expect((await second.started) - (await first.started)).toBeGreaterThan(200);
  });

  it('says that a clip failed which broke off, and how much of it was heard', async () => {
    const audio = new AsyncQueue<Uint8Array>();
    const broken = player.play({ sampleRateHz: RATE_HZ, audio });
    const next = player.play(clipOf(tone(700, 40, RATE_HZ)));
    audio.push(tone(400, 40, RATE_HZ).data);
    audio.fail(new Error('the synthesizer died'));
    await ticks(8);
    expect(await broken.finished).toEqual({ outcome: 'failed', heardMs: 40 });
    expect(await next.finished).toEqual({ outcome: 'heard', heardMs: 40 });
  });

  it('is done at once with a clip in which there is nothing', async () => {
    const playback = player.play(clipOf(silence(0, RATE_HZ)));
    expect(await playback.finished).toEqual({ outcome: 'heard', heardMs: 0 });
  });

  it('finishes every clip at a stop, also one that never becomes whole', async () => {
    const whole = player.play(clipOf(tone(400, 200, RATE_HZ)));
    const endless = player.play({ sampleRateHz: RATE_HZ, audio: new AsyncQueue<Uint8Array>() });
    const waiting = player.play(clipOf(tone(700, 200, RATE_HZ)));
    await ticks(4);
    await player.stop();
    const played: Played[] = await Promise.all([whole, endless, waiting].map(({ finished }) => finished));
    expect(played).toEqual([
      { outcome: 'stopped', heardMs: 60 },
      { outcome: 'stopped', heardMs: 0 },
      { outcome: 'stopped', heardMs: 0 },
    ]);
    const next = player.play(clipOf(tone(900, 40, RATE_HZ)));
    await ticks(4);
    expect((await next.finished).outcome).toBe('heard');
  });
});
