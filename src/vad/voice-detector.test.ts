import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { bytesToMs, concatBytes, fromSamples, msToBytes, silence, slice } from '../audio/pcm.ts';
import { decodeWav } from '../audio/wav.ts';
import { seededRandom } from '../base/seeded.ts';
import type { SpeechEdge } from './speech-detector.ts';
import { voiceDetector } from './voice-detector.ts';

const RATE_HZ = 8000;
const SILENT_MS = 1000;
/** «Спасибо, до свидания.» */
const thanks = decodeWav(readFileSync(new URL('../lab/simulator/callers/thanks.wav', import.meta.url)));

interface Told {
  readonly edge: SpeechEdge;
  /** Since the first sample that is not silent. */
  readonly afterMs: number;
}

/** A second of silence, the clip and another second, in stretches of that length. */
function listen(stretchMs: number): readonly Told[] {
  const around = silence(SILENT_MS, RATE_HZ).data;
  const whole = concatBytes([around, thanks.data, around]);
  const detector = voiceDetector(RATE_HZ);
  const told: Told[] = [];
  const step = msToBytes(stretchMs, RATE_HZ);
  for (let at = 0; at < whole.byteLength; at += step) {
    const atMs = bytesToMs(at, RATE_HZ);
    const edge = detector.hear(whole.subarray(at, at + step), atMs);
    if (edge) told.push({ edge, afterMs: atMs + stretchMs - SILENT_MS });
  }
  detector.close();
  return told;
}

describe('the detector of voices', () => {
  it('tells of the hiss of a word long before its vowel', () => {
    const [sound, speech] = listen(20);
    expect(sound?.edge).toEqual({ kind: 'sound', atMs: SILENT_MS });
    expect(sound?.afterMs).toBe(20);
    expect(speech?.edge.kind).toBe('started');
    expect(speech?.afterMs).toBeGreaterThan(200);
  });

  it('keeps to the clock of a line that has put its count right since a first packet that was late', () => {
    const around = silence(SILENT_MS, RATE_HZ).data;
    const whole = concatBytes([around, thanks.data, around]);
    const detector = voiceDetector(RATE_HZ);
    const lateMs = 35;
    const edges: SpeechEdge[] = [];
    for (let at = 0; at < whole.byteLength; at += msToBytes(20, RATE_HZ)) {
      const edge = detector.hear(
        whole.subarray(at, at + msToBytes(20, RATE_HZ)),
        bytesToMs(at, RATE_HZ) + (at === 0 ? lateMs : 0),
      );
      if (edge) edges.push(edge);
    }
    detector.close();
    const exact = listen(20).map(({ edge }) => edge);
    expect(edges).toEqual(exact);
  });

  it('tells of speech and not of the sound, if both are in the same stretch', () => {
    const kinds = listen(500).map(({ edge }) => edge.kind);
    expect(kinds[0]).toBe('started');
  });

  it('knows, before it is sure, since when a word may go on behind the hiss in its middle', () => {
    const vowel = slice(thanks, 560, 760);
    const hiss = faintHiss(240);
    const detector = voiceDetector(RATE_HZ);
    const whole = concatBytes([silence(SILENT_MS, RATE_HZ).data, vowel.data, hiss, vowel.data]);
    const goesOnAtMs = SILENT_MS + 200 + 240;
    const undecided: number[] = [];
    let startedAgainAtMs = 0;
    for (let at = 0; at < whole.byteLength; at += msToBytes(20, RATE_HZ)) {
      const atMs = bytesToMs(at, RATE_HZ);
      const edge = detector.hear(whole.subarray(at, at + msToBytes(20, RATE_HZ)), atMs);
      if (edge?.kind === 'started' && atMs >= goesOnAtMs) startedAgainAtMs = atMs + 20;
      const { undecidedSinceMs } = detector;
      if (atMs >= goesOnAtMs - 100 && undecidedSinceMs !== undefined) undecided.push(undecidedSinceMs);
    }
    detector.close();
    expect(startedAgainAtMs).toBeGreaterThan(goesOnAtMs);
    expect(undecided.length).toBeGreaterThan(0);
    for (const sinceMs of undecided) expect(Math.abs(sinceMs - goesOnAtMs)).toBeLessThanOrEqual(40);
    expect(detector.undecidedSinceMs).toBeUndefined();
  });
});

/** Below what is taken for a voice. */
function faintHiss(forMs: number): Uint8Array {
  const random = seededRandom(3);
  const samples = new Int16Array((forMs * RATE_HZ) / 1000).map(() => (random() * 2 - 1) * 40);
  return fromSamples(samples, RATE_HZ).data;
}
