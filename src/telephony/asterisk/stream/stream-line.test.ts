/** What a stream line does when Asterisk's media goes wrong; how it sounds when all is well is proved end to end. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../base/clock.ts';
import { silentLog } from '../../../base/log.ts';
import { tone } from '../../../audio/tone.ts';
import { findSounds, longestSilenceMs } from '../../../lab/phone/hear.ts';
import type { PhoneCall } from '../../../lab/phone/phone.ts';
import { startAsteriskSimulator } from '../../../lab/simulator/asterisk/asterisk-simulator.ts';
import type { AsteriskSimulator } from '../../../lab/simulator/asterisk/asterisk-simulator.ts';
import { clipOf } from '../../line.ts';
import { connectAri } from '../ari/ari.ts';
import type { AriPort } from '../ari/ari-port.ts';
import { MEDIA_FORMATS } from './media-format.ts';
import { StreamLine } from './stream-line.ts';
import type { StreamLineOptions } from './stream-line.ts';
import { LevelDetector } from '../../streaming/testing/level-detector.ts';

let simulator: AsteriskSimulator;
let ari: AriPort;
let lines: StreamLine[];
let options: Partial<StreamLineOptions>;
let onLine: (line: StreamLine) => void;

beforeEach(async () => {
  simulator = await startAsteriskSimulator();
  const { url, username, password } = simulator;
  const server = { url, username, password };
  ari = await connectAri({
    ...server,
    app: 'voicebot',
    clock: systemClock,
    log: silentLog,
    random: Math.random,
  });
  lines = [];
  options = {};
  ari.onUnrouted((event) => {
    if (event.type !== 'StasisStart') return;
    const format = options.format ?? MEDIA_FORMATS.slin16;
    const line = new StreamLine({
      ari,
      server,
      clock: systemClock,
      log: silentLog,
      channelId: event.channelId,
      party: { direction: 'inbound', number: '', name: '', dialled: '', bot: undefined },
      format,
      detector: new LevelDetector(format.sampleRateHz),
      ...options,
    });
    lines.push(line);
    onLine(line);
  });
});

afterEach(async () => {
  await Promise.all(lines.map((line) => line.close()));
  await eventually(() => expect(simulator.leftovers()).toMatchObject({ channels: [], bridges: [] }));
  await ari.close();
  await simulator.stop();
});

async function call(): Promise<{ line: StreamLine; phone: PhoneCall }> {
  const arrived = new Promise<StreamLine>((resolve) => (onLine = resolve));
  const dialling = simulator.phone().dial('100');
  const line = await arrived;
  await line.answer();
  return { line, phone: await dialling };
}

async function eventually(check: () => void): Promise<void> {
  for (const untilMs = performance.now() + 3000; ; await pause(5)) {
    try {
      return check();
    } catch (error) {
      if (performance.now() > untilMs) throw error;
    }
  }
}

function pause(forMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, forMs));
}

describe('a stream line', () => {
  it.each(['slin16', 'slin', 'ulaw'] as const)('carries both voices as %s', async (name) => {
    options = { format: MEDIA_FORMATS[name] };
    const { line, phone } = await call();
    const started = new Promise<void>((resolve) => {
      line.hearing.listen({
        speechStarted: () => resolve(),
        speechStopped: () => undefined,
        digit: () => undefined,
      });
    });
    await line.player.play(clipOf(tone(700, 300, line.player.sampleRateHz))).finished;
    await Promise.all([phone.say(tone(440, 100, 8000)), started]);
    const [sound] = findSounds(phone.heard());
    expect(Math.abs((sound?.endMs ?? 0) - (sound?.startMs ?? 0) - 300)).toBeLessThanOrEqual(10);
  });

  it('loses less than a quarter of a second when its socket is cut', async () => {
    const { line, phone } = await call();
    const playback = line.player.play(clipOf(tone(700, 1500, 16_000)));
    await playback.started;
    await pause(300);
    simulator.faults.dropMediaSockets();
    expect(await playback.finished).toEqual({ outcome: 'heard', heardMs: 1500 });
    await pause(50);
    const sounds = findSounds(phone.heard());
    const fromMs = sounds[0]?.startedAtMs ?? 0;
    const toMs = sounds.at(-1)?.endedAtMs ?? 0;
    expect(longestSilenceMs(phone.heard(), { fromMs, toMs })).toBeLessThan(250);
  });

  it('takes another socket when Asterisk plays nothing of what it gets', async () => {
    const { line, phone } = await call();
    const playback = line.player.play(clipOf(tone(700, 1000, 16_000)));
    await playback.started;
    simulator.faults.stallMediaSockets();
    expect(await playback.finished).toEqual({ outcome: 'heard', heardMs: 1000 });
    expect(findSounds(phone.heard()).length).toBeGreaterThan(0);
  });

  it('survives the loss of one socket after another', async () => {
    const { line } = await call();
    for (let losses = 0; losses < 3; losses++) {
      simulator.faults.dropMediaSockets();
      expect(await line.player.play(clipOf(tone(700, 100, 16_000))).finished).toMatchObject({
        outcome: 'heard',
      });
    }
    expect(line.ended.aborted).toBe(false);
  });

  it('hears and speaks where Asterisk sends audio before MEDIA_START', async () => {
    simulator.faults.audioBeforeMediaStart = true;
    const { line } = await call();
    expect(await line.player.play(clipOf(tone(700, 100, 16_000))).finished).toMatchObject({
      outcome: 'heard',
    });
  });

  it('is lost when no other socket can be had, and leaves the caller to whoever is told', async () => {
    const told = new Promise<void>((resolve) => (options = { onMediaLost: resolve }));
    const { line, phone } = await call();
    simulator.faults.refuseMediaSockets = true;
    simulator.faults.dropMediaSockets();
    await new Promise((resolve) => line.ended.addEventListener('abort', resolve));
    expect(line.ended.reason).toMatchObject({ by: 'lost' });
    await line.close();
    await told;
    const { channels, bridges } = simulator.leftovers();
    expect([channels.length, bridges]).toEqual([1, []]);
    await phone.hangup();
  });

  it('hangs up when no other socket can be had and nobody cares', async () => {
    const { line, phone } = await call();
    const playback = line.player.play(clipOf(tone(700, 5000, 16_000)));
    simulator.faults.refuseMediaSockets = true;
    simulator.faults.dropMediaSockets();
    expect(await phone.ended).toMatchObject({ by: 'them' });
    await line.close();
    expect(await playback.finished).toMatchObject({ outcome: 'stopped' });
  });

  it('fails to answer when there is no media socket, and leaves nothing behind', async () => {
    simulator.faults.refuseMediaSockets = true;
    const arrived = new Promise<StreamLine>((resolve) => (onLine = resolve));
    const dialling = simulator.phone().dial('100');
    dialling.catch(() => undefined);
    const line = await arrived;
    await expect(line.answer()).rejects.toMatchObject({ code: 'ARI_UNREACHABLE' });
    await line.close();
    await expect(dialling).rejects.toThrow('hung up');
  });
});
