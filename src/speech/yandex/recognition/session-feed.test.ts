import { describe, expect, it } from 'vitest';
import { silence } from '../../../audio/pcm.ts';
import { AsyncQueue } from '../../../base/async.ts';
import { ManualClock } from '../../../base/manual-clock.ts';
import type { StreamingRequest } from '../proto.ts';
import { AudioTape } from '../../recognition/audio-tape.ts';
import { SessionFeed } from './session-feed.ts';
import { SESSION_LIMITS } from './session-limits.ts';

const RATE = 8000;

function feeding({ fromMs = 0, longestMs = 300_000, isPause = (): boolean => true } = {}) {
  const clock = new ManualClock();
  const audio = new AsyncQueue<Uint8Array>();
  const sent: StreamingRequest[] = [];
  const feed = new SessionFeed({
    tape: new AudioTape(audio),
    fromByte: fromMs * 16,
    sampleRateHz: RATE,
    clock,
    limits: { ...SESSION_LIMITS, longestMs },
    send: (message) => void sent.push(message),
    isPause,
  });
  const ended = feed.run(new AbortController().signal);
  const say = (forMs: number) => {
    for (let atMs = 0; atMs < forMs; atMs += 20) audio.push(silence(20, RATE).data);
    return clock.advance(0);
  };
  return { clock, audio, sent, feed, ended, say };
}

const chunkMs = (sent: readonly StreamingRequest[]) =>
  sent.flatMap((message) => ('chunk' in message ? [message.chunk.data.byteLength / 16] : []));

describe('SessionFeed', () => {
  it('sends each frame as it comes, and the rest at the end', async () => {
    const { audio, sent, feed, ended, say, clock } = feeding();
    await say(240);
    expect(chunkMs(sent)).toEqual(Array(12).fill(20));
    audio.end();
    await ended;
    expect(chunkMs(sent)).toEqual(Array(12).fill(20));
    expect([feed.state, feed.cutMs, clock.pending]).toEqual(['all', Infinity, 0]);
  });

  it('gathers what comes in crumbs', async () => {
    const { audio, sent, ended } = feeding();
    for (let byte = 0; byte < 800; byte++) audio.push(new Uint8Array(1));
    audio.end();
    await ended;
    expect(chunkMs(sent).length).toBeLessThanOrEqual(3);
    expect(chunkMs(sent).reduce((sum, ms) => sum + ms, 0)).toBe(50);
  });

  it('cuts a long piece into messages, and never a sample in two', async () => {
    const { audio, sent, ended } = feeding();
    audio.push(new Uint8Array(8001));
    audio.push(new Uint8Array(1));
    audio.end();
    await ended;
    expect(chunkMs(sent)).toEqual([200, 200, 100, 0.125]);
  });

  it('tells of silence when no audio comes, long before the session would end', async () => {
    const { clock, sent, say } = feeding();
    await say(40);
    await clock.advance(4500);
    expect(sent.slice(2)).toEqual([
      { silence_chunk: { duration_ms: 2000 } },
      { silence_chunk: { duration_ms: 2000 } },
    ]);
    expect(chunkMs(sent)).toEqual([20, 20]);
  });

  it('knows where in the utterance the words of a session are, silence left out', async () => {
    const { clock, feed, say } = feeding({ fromMs: 10_000 });
    await say(10_500);
    await clock.advance(2000);
    expect([0, 500, 1500, 2500, 3000].map((ms) => feed.toUtteranceMs(ms))).toEqual([
      10_000, 10_500, 10_500, 10_500, 11_000,
    ]);
  });

  it('is full at the first pause after most of its time', async () => {
    let isPause = false;
    const { feed, ended, say } = feeding({ longestMs: 1000, isPause: () => isPause });
    await say(840);
    expect(feed.state).toBe('sending');
    isPause = true;
    await say(20);
    await ended;
    expect([feed.state, feed.cutMs]).toEqual(['full', 860]);
  });

  it('is full before its time is over, pause or not', async () => {
    const { feed, ended, say } = feeding({ longestMs: 1000, isPause: () => false });
    await say(2000);
    await ended;
    expect([feed.state, feed.cutMs]).toEqual(['full', 960]);
  });
});
