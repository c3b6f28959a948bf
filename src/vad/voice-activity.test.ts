import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { isParleyError } from '../base/errors.ts';
import { concatBytes, msToBytes, silence, type Pcm } from '../audio/pcm.ts';
import { resampled } from '../audio/resample.ts';
import { decodeWav } from '../audio/wav.ts';
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

describe('voice activity', () => {
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
