import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { decodeG711, encodeG711 } from '../../audio/g711.ts';
import { concatBytes, durationMs, silence, type Pcm } from '../../audio/pcm.ts';
import { resampled } from '../../audio/resample.ts';
import { tone } from '../../audio/tone.ts';
import { decodeWav } from '../../audio/wav.ts';
import { projectRoot } from '../../base/project-root.ts';
import { AnswererDetector } from './answerer-detector.ts';
import type { AnswererEvent } from './answerer-judge.ts';

const RATE_HZ = 8000;
const SOUNDS = join(projectRoot(), 'sounds/ru-RU');
const CLIPS = readdirSync(SOUNDS)
  .filter((name) => name.endsWith('.wav'))
  .sort()
  .map((name) => resampled(decodeWav(readFileSync(join(SOUNDS, name))), RATE_HZ));
const SHORT = CLIPS.filter((clip) => durationMs(clip) < 1500);
const LONG = inRow(CLIPS.filter((clip) => durationMs(clip) > 1800));

const quiet = (forMs: number) => silence(forMs, RATE_HZ);
const beep = (hz: number, forMs: number) => tone(hz, forMs, RATE_HZ, 3000);

describe('who answers', () => {
  it.each(SHORT.map((clip, at) => [at, clip] as const))(
    'is a person who says a word or two and waits (%i)',
    (_, clip) => {
      const [decided] = answered(quiet(300), clip, quiet(2000));
      expect(decided).toMatchObject({ kind: 'decided', by: 'person' });
      expect(decided?.atMs).toBeLessThan(300 + durationMs(clip) + 800);
    },
  );

  it.each([440, 1000, 1400, 1950])('is a machine that records after its beep of %i Hz', (hz) => {
    const untilMs = 300 + durationMs(LONG) + 700 + 400;
    const [decided, recording, ...more] = answered(quiet(300), LONG, quiet(700), beep(hz, 400), quiet(3000));
    expect(decided).toMatchObject({ kind: 'decided', by: 'machine', reason: 'longGreeting' });
    expect(recording).toMatchObject({ kind: 'recording', after: 'beep' });
    expect(recording?.atMs).toBeGreaterThan(untilMs);
    expect(recording?.atMs).toBeLessThan(untilMs + 500);
    expect(more).toEqual([]);
  });

  it('is a machine that beeps several times, and records after the last', () => {
    const beeps = [beep(1000, 200), quiet(150), beep(1000, 200), quiet(150), beep(1000, 200)];
    const [, recording] = answered(LONG, quiet(500), ...beeps, quiet(3000));
    expect(recording).toMatchObject({ kind: 'recording', after: 'beep' });
    expect(recording?.atMs).toBeGreaterThan(durationMs(LONG) + 500 + 900);
  });

  it('is a machine without a beep, which records when it has been silent for long', () => {
    const [, recording] = answered(LONG, quiet(4000));
    expect(recording).toMatchObject({ kind: 'recording', after: 'silence' });
  });

  it('is a machine that beeps late: it is told again when its recording begins', () => {
    const [, early, late] = answered(LONG, quiet(3000), beep(1000, 400), quiet(2000));
    expect([early, late]).toMatchObject([{ after: 'silence' }, { after: 'beep' }]);
  });

  it.each([
    ['into the silence', [quiet(900), SHORT[0], quiet(2500)], 0],
    ['to the message', [quiet(500), beep(1000, 400), quiet(1000), SHORT[0], quiet(1500)], 1],
  ] as const)('is a person after all who says a short thing %s, and waits', (_, then, recordings) => {
    const [first, ...more] = answered(LONG, ...(then as readonly Pcm[]));
    expect(first).toMatchObject({ by: 'machine', reason: 'longGreeting' });
    expect(more.slice(recordings)).toMatchObject([{ kind: 'decided', by: 'person', reason: 'spokeAgain' }]);
  });

  it('is no person whose beep follows a last short word', () => {
    const [, ...more] = answered(LONG, quiet(900), SHORT[0] as Pcm, quiet(900), beep(1000, 400), quiet(1500));
    expect(more).toMatchObject([{ kind: 'recording', after: 'beep' }]);
  });

  it.each([2100, 1100])('is a fax machine that sends %i Hz', (hz) => {
    expect(answered(quiet(500), beep(hz, 500), quiet(1000))[0]).toMatchObject({ by: 'fax' });
  });

  it('is nobody where nobody says anything, ringback or not', () => {
    expect(answered(quiet(6000))[0]).toMatchObject({ by: 'silence' });
    expect(answered(beep(425, 1000), quiet(4000), beep(425, 1000))[0]).toMatchObject({ by: 'silence' });
  });

  it.each([
    'Оставьте сообщение после сигнала',
    'Аппарат абонента выключен',
    'Please leave a message after the tone.',
    'אנא השאירו הודעה',
  ])('is a machine that says "%s", however short', (text) => {
    const detector = new AnswererDetector({ sampleRateHz: RATE_HZ, answeredAtMs: 0 });
    expect(detector.words(text)).toMatchObject([{ by: 'machine', reason: 'phrase' }]);
    detector.close();
  });

  it.each(['Алло', 'Да, слушаю', 'Hello, who is calling?', 'הלו, מי זה'])('is not known by "%s"', (text) => {
    const detector = new AnswererDetector({ sampleRateHz: RATE_HZ, answeredAtMs: 0 });
    expect(detector.words(text)).toEqual([]);
    detector.close();
  });
});

function answered(...parts: readonly Pcm[]): readonly AnswererEvent[] {
  const detector = new AnswererDetector({ sampleRateHz: RATE_HZ, answeredAtMs: 0 });
  const events = detector.hear(decodeG711(encodeG711(inRow(parts), 'PCMA'), 'PCMA').data);
  detector.close();
  return events;
}

function inRow(parts: readonly Pcm[]): Pcm {
  return { sampleRateHz: RATE_HZ, data: concatBytes(parts.map(({ data }) => data)) };
}
