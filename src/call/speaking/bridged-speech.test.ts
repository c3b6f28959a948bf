import { describe, expect, it } from 'vitest';
import { AsyncQueue } from '../../base/async.ts';
import { ManualClock } from '../../base/manual-clock.ts';
import { BridgedSpeech } from './bridged-speech.ts';

const RATE_HZ = 8000;
const BYTES_A_MS = 16;
const AFTER_MS = 1300;
const BRIDGE_MS = 700;

/** Speech that comes when the test says so, and what of it and of bridges has gone to the player. */
function bridged(bridge = () => pcm('bridge', BRIDGE_MS) as Uint8Array | undefined) {
  const clock = new ManualClock();
  const audio = new AsyncQueue<Uint8Array>();
  const speech = new BridgedSpeech({ clock, audio, sampleRateHz: RATE_HZ, afterMs: AFTER_MS, bridge });
  const given: string[] = [];
  const played = (async () => {
    for await (const piece of speech.audio())
      if (piece.byteLength > 0) given.push(`${NAMES[piece[0] ?? 0]}@${clock.nowMs()}`);
  })();
  return { clock, audio, speech, given, played };
}

const NAMES = ['speech', 'bridge'] as const;

function pcm(what: (typeof NAMES)[number], forMs: number): Uint8Array {
  return new Uint8Array(forMs * BYTES_A_MS).fill(NAMES.indexOf(what));
}

describe('speech that stays away in its middle', () => {
  it('is bridged after a silence, again after the next, and then goes on', async () => {
    const { clock, audio, speech, given, played } = bridged();
    audio.push(pcm('speech', 200));
    speech.started(0);
    await clock.advance(4000);
    audio.push(pcm('speech', 500));
    audio.end();
    await played;
    expect(given).toEqual(['speech@0', 'bridge@1500', 'bridge@3500', 'speech@4000']);
    expect(clock.pending).toBe(0);
  });

  it('is bridged in time even if it began to be heard while it was awaited', async () => {
    const { clock, audio, speech, given } = bridged();
    audio.push(pcm('speech', 200));
    await clock.advance(1000);
    speech.started(1000);
    await clock.advance(1600);
    expect(given).toEqual(['speech@0', 'bridge@2500']);
    audio.end();
    await clock.advance(0);
  });

  it('is not bridged while what was given is still being heard, or waits to be', async () => {
    const { clock, audio, speech, given } = bridged();
    audio.push(pcm('speech', 3000));
    await clock.advance(5000);
    speech.started(5000);
    await clock.advance(3000 + AFTER_MS - 100);
    expect(given).toEqual(['speech@0']);
    audio.end();
    await clock.advance(0);
  });

  it('is left as it is where there is nothing to say', async () => {
    const { clock, audio, speech, given, played } = bridged(() => undefined);
    audio.push(pcm('speech', 200));
    speech.started(0);
    await clock.advance(5000);
    audio.end();
    await played;
    expect(given).toEqual(['speech@0']);
    expect(clock.pending).toBe(0);
  });

  it('fails as it failed, and leaves no timer', async () => {
    const { clock, audio, played } = bridged();
    audio.fail(new Error('cut off'));
    await expect(played).rejects.toThrow('cut off');
    expect(clock.pending).toBe(0);
  });

  it('counts as heard without its bridges', async () => {
    const { clock, audio, speech } = bridged();
    audio.push(pcm('speech', 200));
    speech.started(0);
    await clock.advance(1600);
    audio.push(pcm('speech', 500));
    audio.end();
    await clock.advance(0);
    expect([100, 200, 500, 900, 1000, 1400].map((ms) => speech.withoutBridges(ms))).toEqual([
      100, 200, 200, 200, 300, 700,
    ]);
  });
});

describe('speech that comes slower than it is spoken', () => {
  /** What was given when, and how much it was, ms. */
  async function trickled(pieceMs: number, everyMs: number, count: number, fail?: Error) {
    const { clock, audio, speech, given, played } = bridged();
    speech.started(0);
    for (let n = 0; n < count; n++) {
      audio.push(pcm('speech', pieceMs));
      await clock.advance(everyMs);
    }
    if (fail) audio.fail(fail);
    else audio.end();
    const failed = await played.then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(clock.pending).toBe(0);
    return { given: given.map((each) => each.replace('speech@', '')), failed };
  }

  it('goes on a stretch at a time, and is not torn at every piece', async () => {
    const { given } = await trickled(200, 300, 12);
    // Silent from 500 to 900, from 1700 to 2100 and from 2900 to 3300.
    const stretches = [['0'], ['300'], ['900', '900', '1200', '1500'], ['2100', '2100', '2400', '2700']];
    expect(given).toEqual([...stretches.flat(), '3300', '3300']);
  });

  it('goes on at once after a single hiccup', async () => {
    const { clock, audio, speech, given } = bridged();
    speech.started(0);
    audio.push(pcm('speech', 200));
    await clock.advance(300);
    for (let n = 0; n < 3; n++) {
      audio.push(pcm('speech', 200));
      await clock.advance(100);
    }
    expect(given).toEqual(['speech@0', 'speech@300', 'speech@400', 'speech@500']);
    audio.end();
    await clock.advance(0);
  });

  it('is said in place of a hold phrase, however little has come', async () => {
    const { given } = await trickled(100, 900, 5);
    expect(given).toEqual(['0', '900', '2300', '3700', '3700']);
  });

  it('is said as far as it came before it failed', async () => {
    const error = new Error('cut off');
    const { given, failed } = await trickled(200, 300, 3, error);
    expect(given).toEqual(['0', '300', '900']);
    expect(failed).toBe(error);
  });
});
