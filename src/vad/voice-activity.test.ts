import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { isParleyError } from '../base/errors.ts';
import { concatBytes, fromSamples, msToBytes, silence, slice, toSamples, type Pcm } from '../audio/pcm.ts';
import { resampled } from '../audio/resample.ts';
import { decodeWav } from '../audio/wav.ts';
import { seededRandom } from '../base/seeded.ts';
import {
  add,
  atDbfs,
  breath,
  dtmf,
  inRow,
  RATE_HZ,
  samplesIn,
  whiteNoise,
} from '../../test/support/vad/waveforms.ts';
import type { SpeechEdge } from './speech-detector.ts';
import { VOICE_ACTIVITY_DEFAULTS, VoiceActivity } from './voice-activity.ts';

const question = decodeWav(readFileSync(new URL('../lab/simulator/callers/question1.wav', import.meta.url)));

interface Heard {
  readonly toldAtMs: number;
  readonly event: 'started' | 'stopped';
  readonly times: readonly number[];
}

const opened: VoiceActivity[] = [];
afterEach(() => opened.splice(0).forEach((activity) => activity.close()));

function listen(pcm: Pcm, startMs = 0): readonly Heard[] {
  const heard: Heard[] = [];
  let toldAtMs = startMs;
  const activity = new VoiceActivity({ sampleRateHz: pcm.sampleRateHz, startMs });
  opened.push(activity);
  const frameBytes = msToBytes(20, pcm.sampleRateHz);
  for (let at = 0; at + frameBytes <= pcm.data.byteLength; at += frameBytes) {
    toldAtMs += 20;
    const edge = activity.push(pcm.data.subarray(at, at + frameBytes));
    if (edge && edge.kind !== 'sound') heard.push({ toldAtMs, event: edge.kind, times: timesOf(edge) });
  }
  return heard;
}

function timesOf(edge: SpeechEdge): readonly number[] {
  return edge.kind === 'stopped' ? [edge.startedAtMs, edge.endedAtMs] : [edge.atMs];
}

/** A second of silence, the question, another second. */
function asked(sampleRateHz: number): Pcm {
  const around = silence(1000, 8000).data;
  return resampled({ sampleRateHz: 8000, data: concatBytes([around, question.data, around]) }, sampleRateHz);
}

const questionEndsMs = 1000 + question.data.byteLength / 16;

describe.each([8000, 16_000])('voice activity at %d Hz', (sampleRateHz) => {
  const pcm = asked(sampleRateHz);

  it('tells within 100 ms that somebody speaks, and since when', () => {
    const [first] = listen(pcm);
    expect(first?.event).toBe('started');
    expect(first?.toldAtMs).toBeGreaterThan(1000);
    expect(first?.toldAtMs).toBeLessThanOrEqual(1120);
    expect(Math.abs((first?.times[0] ?? 0) - 1000)).toBeLessThanOrEqual(60);
  });

  it('tells that speech has ended as soon as the detection silence has passed', () => {
    const last = listen(pcm).at(-1);
    expect(last?.event).toBe('stopped');
    const endedAtMs = last?.times[1] ?? 0;
    expect(Math.abs(endedAtMs - questionEndsMs)).toBeLessThan(100);
    expect((last?.toldAtMs ?? 0) - endedAtMs).toBe(VOICE_ACTIVITY_DEFAULTS.detectionSilenceMs);
  });
});

/** As a telephone brings it, over the noise of an idle line. */
function onTheLine(parts: readonly Float64Array[], idleDbfs = -66): Pcm {
  const whole = inRow(parts);
  add(whole, atDbfs(whiteNoise((whole.length / RATE_HZ) * 1000, seededRandom(3)), idleDbfs), 0);
  return fromSamples(
    Int16Array.from(whole, (sample) => Math.round(sample * 32_768)),
    RATE_HZ,
  );
}

/** The hiss of an "s": what lies high is loud, what lies low is not. */
function hiss(forMs: number, dbfs: number): Float64Array {
  const noise = whiteNoise(forMs, seededRandom(5));
  return atDbfs(
    noise.map((sample, at) => sample - 0.6 * (noise[at - 1] ?? 0)),
    dbfs,
  );
}

const spoken = atDbfs(
  Float64Array.from(toSamples(question), (sample) => sample / 32_768),
  -20,
);
const word = spoken.subarray(0, samplesIn(400));
const quiet = (forMs: number) => new Float64Array(samplesIn(forMs));

const GAPLESS_MS = 3600;
/** So long that the floor of the noise is that of the faintest sound within it, which goes on behind the last word for so long. */
function fadesIntoPause(forMs: number): readonly Float64Array[] {
  const gapless = atDbfs(whiteNoise(GAPLESS_MS, seededRandom(7)), -42);
  for (let at = 0; at + word.length <= gapless.length; at += word.length) add(gapless, word, at);
  const fading = atDbfs(whiteNoise(forMs, seededRandom(8)), -42);
  return [gapless, fading];
}

describe('what is hard to hear in a word', () => {
  it.each([-45, -50, -55])('keeps a word together whose middle is a faint hiss of %d dBFS', (dbfs) => {
    const parts = [quiet(1000), word, atDbfs(whiteNoise(240, seededRandom(2)), dbfs), word, quiet(1000)];
    const heard = listen(onTheLine(parts));
    expect(heard.map(({ event }) => event)).toEqual(['started', 'stopped']);
    expect(Math.abs((heard[1]?.times[1] ?? 0) - 2040)).toBeLessThanOrEqual(100);
  });

  it('keeps a sentence together whose word fades after seconds without a gap', () => {
    const heard = listen(onTheLine([quiet(1000), ...fadesIntoPause(80), quiet(120), word, quiet(1000)]));
    expect(heard.map(({ event }) => event)).toEqual(['started', 'stopped']);
  });

  it('lets the turn end as soon after seconds without a gap, and in noise that is there to stay', () => {
    const endsAtMs = 1000 + GAPLESS_MS;
    const [, stopped] = listen(onTheLine([quiet(1000), ...fadesIntoPause(80), quiet(1000)]));
    expect(stopped?.event).toBe('stopped');
    expect(Math.abs((stopped?.times[1] ?? 0) - endsAtMs)).toBeLessThanOrEqual(80);
    const [, inNoise] = listen(onTheLine([quiet(1000), ...fadesIntoPause(2000)]));
    expect(inNoise?.event).toBe('stopped');
    expect((inNoise?.toldAtMs ?? Infinity) - endsAtMs).toBeLessThanOrEqual(200);
  });

  it('still takes two words for two that have silence between them', () => {
    const heard = listen(onTheLine([quiet(1000), word, quiet(240), word, quiet(1000)]));
    expect(heard.map(({ event }) => event)).toEqual(['started', 'stopped', 'started', 'stopped']);
  });

  it('tells of a word that begins with an "s" before its vowel', () => {
    const heard = listen(onTheLine([quiet(1000), hiss(200, -40), word, quiet(1000)]));
    expect(heard[0]?.toldAtMs).toBeLessThanOrEqual(1100);
    expect(heard[0]?.times[0]).toBe(1000);
  });

  it('takes no hiss for speech that lies as low as a breath, or lasts too long for a consonant', () => {
    const white = atDbfs(whiteNoise(200, seededRandom(4)), -35);
    expect(listen(onTheLine([quiet(1000), white, quiet(1000)]))).toEqual([]);
    const valve = listen(onTheLine([quiet(1000), hiss(3000, -35), quiet(1000)]));
    expect(valve.map(({ times }) => times[1]).filter((ms) => (ms ?? 0) > 4000 + 100)).toEqual([]);
  });

  it('lets a turn end with the last word, and not with the breath after it', () => {
    const parts = [quiet(1000), spoken, atDbfs(breath(500, seededRandom(6)), -53), quiet(1500)];
    const [started, stopped] = listen(onTheLine(parts));
    const wordsEndMs = 1000 + (spoken.length / RATE_HZ) * 1000;
    expect(started?.event).toBe('started');
    expect((stopped?.times[1] ?? Infinity) - wordsEndMs).toBeLessThanOrEqual(60);
    expect((stopped?.toldAtMs ?? Infinity) - wordsEndMs).toBeLessThanOrEqual(600);
  });
});

/** Where in a frame a sound begins. */
const everyMs = Array.from({ length: 20 }, (_, at) => at);

/** When a sound was told of first, ms since it began. */
function noticedAfterMs(sound: Float64Array, sinceMs: number): number | undefined {
  const { data } = onTheLine([quiet(1000 + sinceMs), sound, quiet(500)]);
  const activity = new VoiceActivity({ sampleRateHz: RATE_HZ, startMs: 0 });
  opened.push(activity);
  for (let at = 0, nowMs = 20; at + 320 <= data.byteLength; at += 320, nowMs += 20)
    if (activity.push(data.subarray(at, at + 320))) return nowMs - 1000 - sinceMs;
  return undefined;
}

describe('a sound', () => {
  /** From nothing to all of it within a frame. */
  const growing = hiss(300, -30).map((sample, at) => sample * Math.min(1, (at / samplesIn(20)) ** 2));

  it('that grows is told of within 40 ms, wherever in a frame it begins', () => {
    const after = everyMs.map((sinceMs) => noticedAfterMs(growing, sinceMs));
    expect(Math.max(...after.map((ms) => ms ?? Infinity))).toBeLessThanOrEqual(40);
  });

  it('that is over within a frame is a click, wherever in it it begins', () => {
    const clicks = [2, 5].map((ms) => atDbfs(whiteNoise(ms, seededRandom(9)), -15));
    const fading = whiteNoise(16, seededRandom(10)).map(
      (sample, at) => sample * Math.exp(-at / samplesIn(2)),
    );
    for (const click of [...clicks, atDbfs(fading, -20)])
      expect(everyMs.map((sinceMs) => noticedAfterMs(click, sinceMs)).filter(Boolean)).toEqual([]);
  });

  it('that is as loud at once as it ever is needs two frames', () => {
    const flat = atDbfs(whiteNoise(300, seededRandom(11)), -30);
    expect(noticedAfterMs(flat, 0)).toBe(40);
    expect(noticedAfterMs(flat, 2)).toBe(38);
  });

  it.each([50, 80, 100])('of a key that is held for %d ms is neither speech nor told of', (keyMs) => {
    const keys = atDbfs(dtmf(keyMs, 250), -20);
    for (const sinceMs of everyMs.filter((ms) => ms % 3 === 0)) {
      expect(listen(onTheLine([quiet(1000 + sinceMs), keys]))).toEqual([]);
      expect(noticedAfterMs(keys, sinceMs)).toBeUndefined();
    }
  });

  it('of a key does not hide the word that follows it', () => {
    const key = atDbfs(dtmf(100, 0), -20).subarray(0, samplesIn(100));
    for (const sinceMs of everyMs) {
      const [started] = listen(onTheLine([quiet(1000 + sinceMs), key, quiet(40), spoken, quiet(500)]));
      expect(started?.event).toBe('started');
      expect((started?.toldAtMs ?? Infinity) - (1000 + sinceMs + 140)).toBeLessThanOrEqual(120);
    }
  });
});

describe('voice activity', () => {
  it('says of soft words behind a knock that they have ended after they began', () => {
    const random = seededRandom(5);
    const knock = Int16Array.from({ length: samplesIn(40) }, () => Math.round(60_000 * (random() - 0.5)));
    const quiet = (forMs: number) => silence(forMs, RATE_HZ).data;
    const sound = (samples: Int16Array) => fromSamples(samples, RATE_HZ).data;
    const lengths = [0, 100, 300, 500, 700, 900].flatMap((fromMs) => {
      const soft = toSamples(slice(question, fromMs, fromMs + 240)).map((sample) => Math.round(sample / 16));
      const data = concatBytes([quiet(500), sound(knock), quiet(120), sound(soft), quiet(600)]);
      const stops = listen({ sampleRateHz: RATE_HZ, data }).filter(({ event }) => event === 'stopped');
      return stops.map(({ times: [startedAtMs = 0, endedAtMs = 0] }) => endedAtMs - startedAtMs);
    });
    expect(lengths).not.toEqual([]);
    expect(Math.min(...lengths)).toBeGreaterThan(0);
  });

  it("goes by the audio and the caller's clock, not by when it was pushed", () => {
    const early = listen(asked(8000), 0);
    const late = listen(asked(8000), 5000);
    const moved = early.map(({ toldAtMs, event, times }) => ({
      toldAtMs: toldAtMs + 5000,
      event,
      times: times.map((time) => time + 5000),
    }));
    expect(late).toEqual(moved);
  });

  it('starts and stops by turns', () => {
    const events = listen(asked(8000)).map(({ event }) => event);
    expect(events.length).toBeGreaterThan(0);
    expect(events.every((event, at) => event === (at % 2 === 0 ? 'started' : 'stopped'))).toBe(true);
    expect(events.length % 2).toBe(0);
  });

  it('hears each call apart from all others', () => {
    const pcm = asked(8000);
    const alone = listen(pcm);
    const speaker = new VoiceActivity({ sampleRateHz: 8000, startMs: 0 });
    const silentOne = new VoiceActivity({ sampleRateHz: 8000, startMs: 0 });
    opened.push(speaker, silentOne);
    const quiet = silence(20, 8000).data;
    const told: number[] = [];
    for (let at = 0; at + 320 <= pcm.data.byteLength; at += 320) {
      const edge = speaker.push(pcm.data.subarray(at, at + 320));
      if (edge && edge.kind !== 'sound') told.push(...timesOf(edge).slice(-1));
      expect(silentOne.push(quiet)).toBeUndefined();
    }
    expect(told).toEqual(alone.map(({ times }) => times.at(-1)));
  });

  it('refuses what it cannot hear', () => {
    const invalid = expect.toSatisfy((error) => isParleyError(error, 'AUDIO_INVALID')) as unknown as Error;
    expect(() => new VoiceActivity({ sampleRateHz: 22_050, startMs: 0 })).toThrowError(invalid);
    const activity = new VoiceActivity({ sampleRateHz: 8000, startMs: 0 });
    expect(() => activity.push(new Uint8Array(322))).toThrowError(invalid);
    activity.close();
    activity.close();
    expect(() => activity.push(new Uint8Array(320))).toThrowError(invalid);
  });
});
