/** Stream mode against the stand-in Asterisk and a real one: what a caller hears, and what is heard of the caller. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { AsyncQueue } from '../../src/base/async.ts';
import { systemClock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import { concatBytes, durationMs } from '../../src/audio/pcm.ts';
import type { Pcm } from '../../src/audio/pcm.ts';
import { tone } from '../../src/audio/tone.ts';
import { findSounds, longestSilenceMs } from '../../src/phone/hear.ts';
import type { PhoneCall } from '../../src/phone/phone.ts';
import { toneHz, tonesHeard } from '../../src/phone/tones.ts';
import { connectAri } from '../../src/telephony/asterisk/ari.ts';
import type { AriPort } from '../../src/telephony/asterisk/ari-port.ts';
import { MEDIA_FORMATS } from '../../src/telephony/asterisk/stream/media-format.ts';
import { StreamLine } from '../../src/telephony/asterisk/stream/stream-line.ts';
import { LevelDetector } from '../../src/telephony/asterisk/stream/testing/level-detector.ts';
import { clipOf } from '../../src/telephony/line.ts';
import type { Clip } from '../../src/telephony/line.ts';
import { startTelephony } from '../support/telephony.ts';
import type { Telephony, TelephonyKind } from '../support/telephony.ts';

const RATE_HZ = 16_000;
/** A tick of Asterisk, and what the way to the phone takes on loopback. */
const TICK_MS = 20;

const KINDS = (process.env['STREAM_KIND']?.split(',') ?? ['simulator', 'asterisk']) as TelephonyKind[];

describe.each(KINDS)('stream mode on %s', (kind) => {
  let telephony: Telephony;
  let ari: AriPort;
  const lines: StreamLine[] = [];
  let onLine: (line: StreamLine) => void = () => undefined;

  beforeAll(async () => {
    telephony = await startTelephony(kind, ['default']);
    ari = await connectAri({ ...telephony.ari, clock: systemClock, log: silentLog, random: Math.random });
    ari.onUnrouted((event) => {
      if (event.type !== 'StasisStart') return;
      const line = new StreamLine({
        ari,
        server: telephony.ari,
        clock: systemClock,
        log: silentLog,
        channelId: event.channelId,
        party: { direction: 'inbound', number: '', name: '', dialled: '', bot: undefined },
        format: MEDIA_FORMATS.slin16,
        detector: new LevelDetector(RATE_HZ),
      });
      lines.push(line);
      onLine(line);
    });
  });

  afterEach(async () => {
    await Promise.all(lines.splice(0).map((line) => line.close()));
    expect(await telephony.leftovers()).toEqual({
      channels: [],
      bridges: [],
      recordings: [],
      mediaFiles: [],
    });
  });

  afterAll(async () => {
    await ari?.close();
    await telephony?.stop();
  });

  /** Dials; resolves when the line has answered. */
  async function call(): Promise<{ line: StreamLine; phone: PhoneCall; stasisAtMs: number }> {
    const arrived = new Promise<{ line: StreamLine; stasisAtMs: number }>((resolve) => {
      onLine = (line) => resolve({ line, stasisAtMs: performance.now() });
    });
    const dialling = telephony.phone.dial('100');
    const { line, stasisAtMs } = await arrived;
    await Promise.all([line.answer(), dialling]);
    return { line, phone: await dialling, stasisAtMs };
  }

  it('plays clips in their order without a gap, and says how much was heard', async () => {
    const { line, phone } = await call();
    const lengths = [230, 417, 333];
    const clips = [400, 700, 1100].map((hz, index) => tone(hz, lengths[index] ?? 0, RATE_HZ));
    const playbacks = clips.map((pcm) => line.player.play(clipOf(pcm)));
    const played = await Promise.all(playbacks.map(({ finished }) => finished));
    expect(played.map(({ outcome }) => outcome)).toEqual(['heard', 'heard', 'heard']);
    played.forEach(({ heardMs }, index) => expect(heardMs).toBeCloseTo(lengths[index] ?? 0, 0));
    await pause(100);
    const heard = tonesHeard(phone.heard());
    expect(heard.map(({ hz }) => Math.round(hz / 10) * 10)).toEqual([400, 700, 1100]);
    expect(findSounds(phone.heard(), { mergeGapsMs: 5 })).toHaveLength(1);
    const starts = await Promise.all(playbacks.map(({ started }) => started));
    heard.forEach(({ startedAtMs }, index) => {
      expect(Math.abs(startedAtMs - (starts[index] ?? 0))).toBeLessThan(2 * TICK_MS);
    });
  });

  it('speaks a clip while it is synthesized, in pieces of any length', async () => {
    const { line, phone } = await call();
    const whole = tone(500, 600, RATE_HZ);
    const audio = new AsyncQueue<Uint8Array>();
    const playback = line.player.play({ sampleRateHz: RATE_HZ, audio });
    const next = line.player.play(clipOf(tone(900, 200, RATE_HZ)));
    const cuts = [0, 4001, 4002, 9999, whole.data.byteLength];
    for (const [index, cut] of cuts.slice(1).entries()) {
      audio.push(whole.data.subarray(cuts[index], cut));
      await pause(40);
    }
    audio.end();
    await next.finished;
    await pause(100);
    expect((await playback.finished).heardMs).toBeCloseTo(600, 0);
    const heard = tonesHeard(phone.heard());
    expect(heard.map(({ hz }) => Math.round(hz / 10) * 10)).toEqual([500, 900]);
    expect(findSounds(phone.heard(), { mergeGapsMs: 5 })).toHaveLength(1);
  });

  it('goes on in order after a synthesis that stalled', async () => {
    const { line, phone } = await call();
    const audio = new AsyncQueue<Uint8Array>();
    line.player.play({ sampleRateHz: RATE_HZ, audio });
    const next = line.player.play(clipOf(tone(900, 200, RATE_HZ)));
    audio.push(tone(500, 200, RATE_HZ).data);
    await pause(500);
    audio.push(tone(500, 200, RATE_HZ).data);
    audio.end();
    await next.finished;
    await pause(100);
    expect(tonesHeard(phone.heard()).map(({ hz }) => Math.round(hz / 100) * 100)).toEqual([500, 500, 900]);
  });

  it('pauses at once, goes on where it was, and loses nothing', async () => {
    const { line, phone } = await call();
    const playback = line.player.play(clipOf(tone(600, 1000, RATE_HZ)));
    await playback.started;
    await pause(300);
    const pausedAtMs = performance.now();
    await line.player.pause();
    await pause(500);
    const resumedAtMs = performance.now();
    await line.player.resume();
    const { outcome, heardMs } = await playback.finished;
    await pause(100);
    const sounds = findSounds(phone.heard());
    expect(sounds).toHaveLength(2);
    const [before, after] = sounds;
    expect((before?.endedAtMs ?? 0) - pausedAtMs).toBeLessThan(60);
    expect((after?.startedAtMs ?? 0) - resumedAtMs).toBeLessThan(60);
    const soundedMs = sounds.reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0);
    expect(Math.abs(soundedMs - 1000)).toBeLessThan(15);
    expect({ outcome, heardMs: Math.round(heardMs) }).toEqual({ outcome: 'heard', heardMs: 1000 });
  });

  it('stops within 60 ms, knows what was heard, and speaks again at once', async () => {
    const { line, phone } = await call();
    const playback = line.player.play(clipOf(tone(600, 5000, RATE_HZ)));
    const queued = line.player.play(clipOf(tone(800, 5000, RATE_HZ)));
    await playback.started;
    await pause(700);
    const stoppedAtMs = performance.now();
    await line.player.stop();
    const { outcome, heardMs } = await playback.finished;
    expect(await queued.finished).toEqual({ outcome: 'stopped', heardMs: 0 });
    await pause(200);
    const [sound, ...more] = findSounds(phone.heard());
    expect(more).toEqual([]);
    expect((sound?.endedAtMs ?? 0) - stoppedAtMs).toBeLessThan(60);
    expect(outcome).toBe('stopped');
    expect(Math.abs(heardMs - ((sound?.endMs ?? 0) - (sound?.startMs ?? 0)))).toBeLessThan(2 * TICK_MS);
    const again = line.player.play(clipOf(tone(900, 200, RATE_HZ)));
    expect((await again.finished).outcome).toBe('heard');
    await pause(100);
    expect(tonesHeard(phone.heard()).map(({ hz }) => Math.round(hz / 100) * 100)).toEqual([600, 900]);
  });

  it('speaks again at once after it was stopped in a pause', async () => {
    const { line, phone } = await call();
    const playback = line.player.play(clipOf(tone(600, 2000, RATE_HZ)));
    await playback.started;
    await pause(200);
    await line.player.pause();
    await line.player.stop();
    await line.player.play(clipOf(tone(900, 200, RATE_HZ))).finished;
    await pause(100);
    expect(tonesHeard(phone.heard()).map(({ hz }) => Math.round(hz / 100) * 100)).toEqual([600, 900]);
  });

  it('hears the caller from the first syllable, while the bot speaks', async () => {
    const { line, phone } = await call();
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
          expect(endedAtMs - startedAtMs).toBeLessThan(860);
          capture?.finish();
          void pieces.then((data) => resolve({ sampleRateHz: RATE_HZ, data }), reject);
        },
        digit: () => undefined,
      });
      let capture: ReturnType<typeof line.hearing.capture> | undefined;
      let pieces: Promise<Uint8Array> = Promise.reject(new Error('nothing captured'));
      pieces.catch(() => undefined);
    });
    line.player.play(clipOf(tone(900, 3000, RATE_HZ)));
    await pause(400);
    const said = await phone.say(speech);
    const heardAtMs = performance.now();
    const utterance = await captured;
    expect(performance.now() - heardAtMs).toBeLessThan(300);
    const [sound] = findSounds({ startedAtMs: 0, pcm: utterance });
    expect(Math.abs((sound?.endMs ?? 0) - (sound?.startMs ?? 0) - durationMs(speech))).toBeLessThan(15);
    expect(sound?.startMs ?? 0).toBeGreaterThan(250);
    expect(toneHz(utterance)?.hz).toBeCloseTo(440, -1);
    expect(said.endedAtMs - said.startedAtMs).toBeGreaterThan(700);
  });

  it('tells the time of speech on the clock of the line', async () => {
    const { line, phone } = await call();
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
    expect(Math.abs(startedAtMs - said.startedAtMs)).toBeLessThan(50);
    expect(Math.abs(endedAtMs - said.endedAtMs)).toBeLessThan(50);
  });

  it('hears digits once', async () => {
    const { line, phone } = await call();
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

  it('says its first word within 150 ms after the call came', async () => {
    const { line, phone, stasisAtMs } = await call();
    line.player.play(clipOf(tone(700, 300, RATE_HZ)));
    await pause(500);
    const [sound] = findSounds(phone.heard());
    expect((sound?.startedAtMs ?? Infinity) - stasisAtMs).toBeLessThan(150);
  });

  it('ends when the caller hangs up, whatever it is doing', async () => {
    for (const doing of ['nothing', 'speaking', 'paused', 'capturing'] as const) {
      const { line, phone } = await call();
      const clip: Clip = clipOf(tone(700, 5000, RATE_HZ));
      const playback = doing === 'nothing' ? undefined : line.player.play(clip);
      const capture = doing === 'capturing' ? line.hearing.capture(0) : undefined;
      await pause(100);
      if (doing === 'paused') await line.player.pause();
      await phone.hangup();
      await until(() => line.ended.aborted);
      expect(line.ended.reason).toMatchObject({ by: 'caller' });
      await line.close();
      if (playback) expect((await playback.finished).outcome).toBe('stopped');
      if (capture) await collected(capture.audio);
    }
  });

  it('leaves nothing behind when it is closed while the call is being answered', async () => {
    for (const afterMs of [0, 5, 10, 15, 20]) {
      const arrived = new Promise<StreamLine>((resolve) => (onLine = resolve));
      const dialling = telephony.phone.dial('100').then(
        (phone) => phone.hangup(),
        () => undefined,
      );
      const line = await arrived;
      const answering = line.answer().catch((error: unknown) => error);
      await pause(afterMs);
      await line.close();
      await answering;
      await dialling;
    }
  });

  it('leaves nothing behind when the caller gives up while the call is being answered', async () => {
    for (const afterMs of [1, 4, 8, 12, 16]) {
      const arrived = new Promise<StreamLine>((resolve) => (onLine = resolve));
      const dialling = telephony.phone.dial('100', { answerWithinMs: afterMs }).then(
        (phone) => phone.hangup(),
        () => undefined,
      );
      const line = await arrived;
      const failure = await line.answer().catch((error: unknown) => error);
      if (failure !== undefined) expect(failure).toMatchObject({ code: 'LINE_ENDED' });
      await dialling;
      await until(() => line.ended.aborted);
      await line.close();
    }
  });

  it('hangs up, and hands the caller back to the dialplan', async () => {
    const first = await call();
    await first.line.hangup();
    expect(await first.phone.ended).toMatchObject({ by: 'them' });
    expect(first.line.ended.reason).toMatchObject({ by: 'us' });
    const second = await call();
    await second.line.transfer({ context: 'fallback', extension: 's', priority: 1 });
    expect(second.line.ended.reason).toMatchObject({ by: 'transferred' });
    await second.line.close();
    expect((await second.phone.ended).by).toBe('them');
  });

  it('goes on over another socket when the first dies in mid-call', async () => {
    const { line, phone } = await call();
    const playback = line.player.play(clipOf(tone(600, 3000, RATE_HZ)));
    await playback.started;
    await pause(500);
    const media = (await ari.channels()).find(({ name }) => name.startsWith('WebSocket/'));
    await ari.hangup(media?.id ?? '');
    expect(await playback.finished).toMatchObject({ outcome: 'heard' });
    await pause(100);
    const heard = tonesHeard(phone.heard());
    const soundedMs = heard.reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0);
    expect(Math.abs(soundedMs - 3000)).toBeLessThan(60);
    expect(
      longestSilenceMs(phone.heard(), {
        fromMs: heard[0]?.startedAtMs ?? 0,
        toMs: heard.at(-1)?.endedAtMs ?? 0,
      }),
    ).toBeLessThan(200);
    const started = new Promise<void>((resolve) =>
      line.hearing.listen({
        speechStarted: () => resolve(),
        speechStopped: () => undefined,
        digit: () => undefined,
      }),
    );
    await phone.say(tone(440, 200, 8000));
    await started;
  });
});

function pause(forMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, forMs));
}

async function until(isSo: () => boolean): Promise<void> {
  const untilMs = performance.now() + 3000;
  while (!isSo() && performance.now() < untilMs) await pause(5);
  expect(isSo()).toBe(true);
}

async function collected(audio: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of audio) pieces.push(piece);
  return concatBytes(pieces);
}
