/** Stream mode's voice and ear: what a caller hears of a line, and what the line hears of the caller. */
import { expect, it } from 'vitest';
import { AsyncQueue } from '../../src/base/async.ts';
import { durationMs } from '../../src/audio/pcm.ts';
import type { Pcm } from '../../src/audio/pcm.ts';
import { tone } from '../../src/audio/tone.ts';
import { findSounds } from '../../src/lab/phone/hear.ts';
import { toneHz, tonesHeard } from '../../src/lab/phone/tones.ts';
import { clipOf } from '../../src/telephony/line.ts';
import {
  collected,
  describeStreamLines,
  hundredsHeard,
  LATE_MS,
  pause,
  seamsHeard,
  soundedMs,
  soundsHeard,
  STREAM_RATE_HZ,
} from '../support/stream-lines.ts';

/** A tick of Asterisk, within which every edge must lie. */
const TICK_MS = 20;

describeStreamLines('the voice and the ear of a stream line', (lines) => {
  it('plays clips in their order without a gap, and says how much was heard', async () => {
    const { line, phone } = await lines().call();
    const lengths = [230, 417, 333];
    const clips = [400, 700, 1100].map((hz, index) => tone(hz, lengths[index] ?? 0, STREAM_RATE_HZ));
    const playbacks = clips.map((pcm) => line.player.play(clipOf(pcm)));
    const played = await Promise.all(playbacks.map(({ finished }) => finished));
    expect(played.map(({ outcome }) => outcome)).toEqual(['heard', 'heard', 'heard']);
    played.forEach(({ heardMs }, index) => expect(heardMs).toBeCloseTo(lengths[index] ?? 0, 0));
    await pause(100);
    const heard = tonesHeard(phone.heard());
    expect(hundredsHeard(phone)).toEqual([4, 7, 11]);
    expect(soundsHeard(phone)).toHaveLength(1);
    expect(seamsHeard(phone)).toEqual([]);
    const starts = await Promise.all(playbacks.map(({ started }) => started));
    heard.forEach(({ startedAtMs }, index) => {
      expect(Math.abs(startedAtMs - (starts[index] ?? 0))).toBeLessThan(2 * TICK_MS + LATE_MS);
    });
  });

  it('speaks a clip while it is synthesized, in pieces of any length', async () => {
    const { line, phone } = await lines().call();
    const whole = tone(500, 600, STREAM_RATE_HZ);
    const audio = new AsyncQueue<Uint8Array>();
    const playback = line.player.play({ sampleRateHz: STREAM_RATE_HZ, audio });
    const next = line.player.play(clipOf(tone(900, 200, STREAM_RATE_HZ)));
    const cuts = [0, 4001, 4002, 9999, whole.data.byteLength];
    for (const [index, cut] of cuts.slice(1).entries()) {
      audio.push(whole.data.subarray(cuts[index], cut));
      await pause(40);
    }
    audio.end();
    await next.finished;
    await pause(100);
    expect((await playback.finished).heardMs).toBeCloseTo(600, 0);
    expect(hundredsHeard(phone)).toEqual([5, 9]);
    expect(soundsHeard(phone)).toHaveLength(1);
    expect(seamsHeard(phone)).toEqual([]);
  });

  it('goes on in order after a synthesis that stalled', async () => {
    const { line, phone } = await lines().call();
    const audio = new AsyncQueue<Uint8Array>();
    line.player.play({ sampleRateHz: STREAM_RATE_HZ, audio });
    const next = line.player.play(clipOf(tone(900, 200, STREAM_RATE_HZ)));
    audio.push(tone(500, 200, STREAM_RATE_HZ).data);
    await pause(500);
    audio.push(tone(500, 200, STREAM_RATE_HZ).data);
    audio.end();
    await next.finished;
    await pause(100);
    expect(hundredsHeard(phone)).toEqual([5, 5, 9]);
  });

  it('pauses at once, goes on where it was, and loses nothing', async () => {
    const { line, phone } = await lines().call();
    const playback = line.player.play(clipOf(tone(600, 1000, STREAM_RATE_HZ)));
    await playback.started;
    await pause(300);
    const pausedAtMs = performance.now();
    await line.player.pause();
    await pause(500);
    const resumedAtMs = performance.now();
    await line.player.resume();
    const { outcome, heardMs } = await playback.finished;
    await pause(100);
    const sounds = soundsHeard(phone);
    expect(sounds).toHaveLength(2);
    const [before, after] = sounds;
    expect((before?.endedAtMs ?? 0) - pausedAtMs).toBeLessThan(60 + LATE_MS);
    expect((after?.startedAtMs ?? 0) - resumedAtMs).toBeLessThan(60 + LATE_MS);
    expect(Math.abs(soundedMs(phone) - 1000)).toBeLessThan(lines().lostMs);
    expect({ outcome, heardMs: Math.round(heardMs) }).toEqual({ outcome: 'heard', heardMs: 1000 });
  });

  it('stops at once, knows what was heard, and speaks again at once', async () => {
    const { line, phone } = await lines().call();
    const playback = line.player.play(clipOf(tone(600, 5000, STREAM_RATE_HZ)));
    const queued = line.player.play(clipOf(tone(800, 5000, STREAM_RATE_HZ)));
    await playback.started;
    await pause(700);
    const stoppedAtMs = performance.now();
    await line.player.stop();
    const { outcome, heardMs } = await playback.finished;
    expect(await queued.finished).toEqual({ outcome: 'stopped', heardMs: 0 });
    await pause(200);
    const [sound, ...more] = soundsHeard(phone);
    expect(more).toEqual([]);
    expect((sound?.endedAtMs ?? 0) - stoppedAtMs).toBeLessThan(60 + LATE_MS);
    expect(outcome).toBe('stopped');
    expect(Math.abs(heardMs - ((sound?.endMs ?? 0) - (sound?.startMs ?? 0)))).toBeLessThan(
      2 * TICK_MS + LATE_MS,
    );
    const again = line.player.play(clipOf(tone(900, 200, STREAM_RATE_HZ)));
    expect((await again.finished).outcome).toBe('heard');
    await pause(100);
    expect(hundredsHeard(phone)).toEqual([6, 9]);
  });

  it('speaks again at once after it was stopped in a pause', async () => {
    const { line, phone } = await lines().call();
    const playback = line.player.play(clipOf(tone(600, 2000, STREAM_RATE_HZ)));
    await playback.started;
    await pause(200);
    await line.player.pause();
    await line.player.stop();
    await line.player.play(clipOf(tone(900, 200, STREAM_RATE_HZ))).finished;
    await pause(100);
    expect(hundredsHeard(phone)).toEqual([6, 9]);
  });

  it('hears the caller from the first syllable, while the bot speaks', async () => {
    const { line, phone } = await lines().call();
    const speech = tone(440, 800, 8000);
    const captured = new Promise<Pcm>((resolve, reject) => {
      const startedAt: number[] = [];
      line.hearing.listen({
        speechStarted: (atMs) => {
          startedAt.push(atMs);
          capture = line.hearing.capture(300);
          pieces = collected(capture.audio);
        },
        speechStopped: (startedAtMs, endedAtMs) => {
          expect(endedAtMs - startedAtMs).toBeGreaterThan(760);
          expect(endedAtMs - startedAtMs).toBeLessThan(860 + LATE_MS);
          capture?.finish();
          void pieces.then((data) => resolve({ sampleRateHz: STREAM_RATE_HZ, data }), reject);
        },
        digit: () => undefined,
      });
      let capture: ReturnType<typeof line.hearing.capture> | undefined;
      let pieces: Promise<Uint8Array> = Promise.reject(new Error('nothing captured'));
      pieces.catch(() => undefined);
    });
    line.player.play(clipOf(tone(900, 3000, STREAM_RATE_HZ)));
    await pause(400);
    const said = await phone.say(speech);
    const heardAtMs = performance.now();
    const utterance = await captured;
    expect(performance.now() - heardAtMs).toBeLessThan(300 + LATE_MS);
    const [sound] = findSounds({ startedAtMs: 0, pcm: utterance });
    expect(Math.abs((sound?.endMs ?? 0) - (sound?.startMs ?? 0) - durationMs(speech))).toBeLessThan(
      lines().lostMs,
    );
    expect(sound?.startMs ?? 0).toBeGreaterThan(250);
    expect(toneHz(utterance)?.hz).toBeCloseTo(440, -1);
    expect(said.endedAtMs - said.startedAtMs).toBeGreaterThan(700);
  });

  it('tells the time of speech on the clock of the line', async () => {
    const { line, phone } = await lines().call();
    const times = new Promise<readonly [number, number]>((resolve) => {
      line.hearing.listen({
        speechStarted: () => undefined,
        speechStopped: (...span) => resolve(span),
        digit: () => undefined,
      });
    });
    await pause(300);
    const said = await phone.say(tone(440, 500, 8000));
    const [startedAtMs, endedAtMs] = await times;
    expect(Math.abs(startedAtMs - said.startedAtMs)).toBeLessThan(50 + LATE_MS);
    expect(Math.abs(endedAtMs - said.endedAtMs)).toBeLessThan(50 + LATE_MS);
  });

  it('hears digits once', async () => {
    const { line, phone } = await lines().call();
    const digits: string[] = [];
    line.hearing.listen({
      speechStarted: () => undefined,
      speechStopped: () => undefined,
      digit: (digit) => digits.push(digit),
    });
    await phone.sendDigit('5');
    await pause(400);
    expect(digits).toEqual(['5']);
  });
});
