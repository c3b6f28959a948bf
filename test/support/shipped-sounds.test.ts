import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { durationMs } from '../../src/audio/pcm.ts';
import { decodeWav } from '../../src/audio/wav.ts';
import { projectRoot } from '../../src/base/project-root.ts';

/** A filler covers a gap: shorter sounds like a glitch, longer makes the answer wait. */
const FILLER_MS = { atLeast: 300, atMost: 900 };
/** They travel in every checkout and image. */
const ALL_SOUNDS_BYTES = 2_000_000;

const root = projectRoot();

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(join(root, path), 'utf8'));
}

function recording(path: string) {
  const wav = readFileSync(join(root, path));
  const pcm = decodeWav(wav);
  return { path, bytes: wav.byteLength, sampleRateHz: pcm.sampleRateHz, ms: durationMs(pcm) };
}

const languages = readJson('sounds/phrases.json') as Record<string, { phrases: Record<string, unknown[]> }>;
const shipped = Object.entries(languages).flatMap(([language, { phrases }]) =>
  Object.entries(phrases).flatMap(([kind, variants]) =>
    variants.map((_, index) => `sounds/${language}/${kind}-${index + 1}.wav`),
  ),
);
const spoken = ['src/lab/simulator/callers', 'src/lab/simulator/bot'].flatMap((directory) =>
  Object.keys(readJson(`${directory}/texts.json`) as Record<string, string>).map(
    (name) => `${directory}/${name}`,
  ),
);

describe('the shipped recordings', () => {
  it('exist for every listed text', () => {
    expect([...shipped, ...spoken].filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });

  it.each(Object.keys(languages))(
    'leave no caller in %s without a word when every provider is down',
    (language) => {
      for (const kind of ['hold', 'repeat', 'prompt', 'apology', 'goodbye']) {
        expect(shipped).toContain(`sounds/${language}/${kind}-1.wav`);
      }
      for (const context of ['question', 'statement', 'thanks', 'hesitation']) {
        expect(shipped).toContain(`sounds/${language}/filler-${context}-3.wav`);
      }
    },
  );

  it('are 8 kHz 16-bit mono PCM, the only plain .wav that Asterisk plays', () => {
    for (const { path, sampleRateHz } of [...shipped, ...spoken].map(recording)) {
      expect(sampleRateHz, path).toBe(8000);
    }
  });

  it('have fillers that neither click nor keep the answer waiting', () => {
    const fillers = shipped.filter((path) => path.includes('/filler-')).map(recording);
    expect(fillers.filter(({ ms }) => ms < FILLER_MS.atLeast || ms > FILLER_MS.atMost)).toEqual([]);
  });

  it('stay small', () => {
    expect([...shipped, ...spoken].map(recording).reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThan(
      ALL_SOUNDS_BYTES,
    );
  });
});
