import { beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '../../base/manual-clock.ts';
import { silentLog } from '../../base/log.ts';
import { tone } from '../../audio/tone.ts';
import { clipOf } from '../line.ts';
import { BUFFERING_PACE } from '../streaming/playout-pace.ts';
import { StreamPlayer } from '../streaming/stream-player.ts';

const RATE_HZ = 8000;
const TICK_BYTES = 320;

describe('the player of a telephone that cannot pause', () => {
  let clock: ManualClock;
  let player: StreamPlayer;
  /** What the far end holds, and has played. */
  let queue: ({ readonly mark: string } | { readonly tick: true })[];
  let playedMs: number;
  let mostAheadMs: number;

  const aheadMs = () => queue.filter((item) => 'tick' in item).length * 20;

  beforeEach(() => {
    clock = new ManualClock();
    queue = [];
    playedMs = 0;
    mostAheadMs = 0;
    const onStalled = () => undefined;
    player = new StreamPlayer({
      clock,
      log: silentLog,
      sampleRateHz: RATE_HZ,
      pace: BUFFERING_PACE,
      onStalled,
    });
    player.attach({
      sendAudio: (pcm) => {
        for (let at = 0; at < pcm.byteLength; at += TICK_BYTES) queue.push({ tick: true });
        mostAheadMs = Math.max(mostAheadMs, aheadMs());
      },
      mark: (mark) => queue.push({ mark }),
      pause: () => undefined,
      resume: () => undefined,
      flush: () => {
        const marks = queue.filter((item) => 'mark' in item);
        queue = [];
        // As Twilio does: what was cleared looks as if it had been played.
        for (const { mark } of marks) player.markPlayed(mark, clock.nowMs());
      },
    });
  });

  async function ticks(count: number): Promise<void> {
    for (let tick = 0; tick < count; tick++) {
      await clock.advance(20);
      for (let item = queue.shift(); item; item = queue.shift()) {
        if ('tick' in item) {
          playedMs += 20;
          break;
        }
        player.markPlayed(item.mark, clock.nowMs());
      }
    }
  }

  it('is never more than 400 ms ahead of the ear, and has no gap', async () => {
    const { finished } = player.play(clipOf(tone(400, 3000, RATE_HZ)));
    await ticks(152);
    expect(await finished).toEqual({ outcome: 'heard', heardMs: 3000 });
    expect(playedMs).toBe(3000);
    expect(mostAheadMs).toBe(400);
  });

  it('loses nothing by a cough: what is on its way is heard out, and the rest follows', async () => {
    const { finished } = player.play(clipOf(tone(400, 2000, RATE_HZ)));
    await ticks(25);
    await player.pause();
    await ticks(50);
    expect(playedMs).toBeLessThanOrEqual(500 + 400);
    const heldAtMs = playedMs;
    await ticks(10);
    expect(playedMs).toBe(heldAtMs);
    await player.resume();
    await ticks(80);
    expect(await finished).toEqual({ outcome: 'heard', heardMs: 2000 });
    expect(playedMs).toBe(2000);
  });

  it('counts what was cleared as not heard, although its marks come back', async () => {
    const { finished } = player.play(clipOf(tone(400, 2000, RATE_HZ)));
    await ticks(25);
    await player.pause();
    await ticks(5);
    await player.stop();
    const { outcome, heardMs } = await finished;
    expect(outcome).toBe('stopped');
    expect(Math.abs(heardMs - 600)).toBeLessThanOrEqual(200);
    const next = player.play(clipOf(tone(400, 100, RATE_HZ)));
    await ticks(10);
    expect(await next.finished).toEqual({ outcome: 'heard', heardMs: 100 });
  });
});
