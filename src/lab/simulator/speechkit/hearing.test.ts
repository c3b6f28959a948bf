import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  concatBytes,
  durationMs,
  fromSamples,
  silence,
  slice,
  toSamples,
  type Pcm,
} from '../../../audio/pcm.ts';
import { decodeG711, encodeG711 } from '../../../audio/g711.ts';
import { decodeWav } from '../../../audio/wav.ts';
import { projectRoot } from '../../../base/project-root.ts';
import { seededRandom } from '../../../base/seeded.ts';
import { Hearing } from './hearing.ts';
import { TonesSoFar } from './tone-hearing.ts';
import { ToneRegistry } from './tone-registry.ts';
import { DEFAULT_TONE_PACE, toneSpeech } from './voice.ts';

const QUIET = silence(230, 8000);

describe('tones of callers', () => {
  const registry = new ToneRegistry();
  const hearing = new Hearing(registry);
  const say = (text: string) => toneSpeech(registry.hzOf(text), text, 8000, DEFAULT_TONE_PACE);

  it('are understood through G.711, with silence around them', () => {
    expect(hearing.hear(throughG711(joined(QUIET, say('который час'), QUIET)))).toBe('который час');
  });

  it('are understood at the top of the band, quietly', () => {
    for (let at = 0; at < 75; at++) registry.hzOf(`текст ${at}`);
    expect(hearing.hear(throughG711(louder(say('текст 73'), 0.05)))).toBe('текст 73');
  });

  it('are understood in order when several are behind one another, the same one twice included', () => {
    const heard = joined(say('раз'), say('два'), QUIET, say('три'), QUIET, QUIET, say('три'));
    expect(hearing.hear(throughG711(heard))).toBe('раз два три три');
  });

  it('survive a cut start and a lost packet', () => {
    const whole = say('перезвоните мне завтра');
    const hole = joined(slice(whole, 130, 400), silence(20, 8000), slice(whole, 420));
    expect(hearing.hear(hole)).toBe('перезвоните мне завтра');
    const late = joined(slice(whole, 0, 400), silence(160, 8000), slice(whole, 400));
    expect(hearing.hear(late)).toBe('перезвоните мне завтра');
  });

  it('are the same to whoever has heard their beginning before, and others if that has changed', () => {
    const soFar = new TonesSoFar();
    const whole = throughG711(joined(say('раз'), say('два'), QUIET, say('три')));
    for (let heardMs = 100; heardMs < durationMs(whole); heardMs += 130) {
      const heard = slice(whole, 0, heardMs);
      expect(hearing.words(heard, 'auto', soFar)).toEqual(hearing.words(heard));
    }
    expect(hearing.hear(whole, 'auto', soFar)).toBe('раз два три');
    const other = joined(say('четыре'), slice(whole, durationMs(say('четыре'))));
    expect(hearing.words(other, 'auto', soFar)).toEqual(hearing.words(other));
    // What stood for no text before is looked for again once it does.
    const speaking = new ToneRegistry();
    const both = joined(
      ...['раз', 'два'].map((text) => toneSpeech(speaking.hzOf(text), text, 8000, DEFAULT_TONE_PACE)),
    );
    const late = new ToneRegistry();
    const stranger = new Hearing(late);
    const then = new TonesSoFar();
    late.hzOf('раз');
    expect(stranger.hear(both, 'auto', then)).toBe('раз');
    late.hzOf('два');
    expect(stranger.hear(both, 'auto', then)).toBe('раз два');
  });

  it('are not heard in noise or silence', () => {
    expect(hearing.hear(noise(3000, 800))).toBe('');
    expect(hearing.hear(QUIET)).toBe('');
    expect(hearing.hear({ sampleRateHz: 8000, data: new Uint8Array() })).toBe('');
  });
});

describe('recorded callers', () => {
  const callers = join(projectRoot(), 'src/lab/simulator/callers');
  const texts = JSON.parse(readFileSync(join(callers, 'texts.json'), 'utf8')) as Record<string, string>;
  const clips = Object.entries(texts).map(([file, text]) => ({
    text,
    pcm: decodeWav(readFileSync(join(callers, file))),
  }));
  const hearing = new Hearing(new ToneRegistry());
  for (const { pcm, text } of clips) hearing.registerClip(pcm, text);

  it.each(clips)('are understood through G.711, quieter and in noise: $text', ({ pcm, text }) => {
    const heard = joined(QUIET, silence(7, 8000), throughG711(louder(pcm, 0.3)), QUIET);
    expect(hearing.hear(mixed(heard, noise(durationMs(heard), 60)))).toBe(text);
  });

  it.each(clips)('are understood with cut edges: $text', ({ pcm, text }) => {
    const heard = slice(pcm, durationMs(pcm) * 0.12, durationMs(pcm) * 0.92);
    expect(hearing.hear(joined(heard, QUIET))).toBe(text);
  });

  it('are understood behind one another', () => {
    const [first, , third] = clips;
    if (!first || !third) throw new Error('too few clips');
    expect(hearing.hear(joined(third.pcm, silence(400, 8000), first.pcm))).toBe(
      `${third.text} ${first.text}`,
    );
  });

  it('are not mistaken for a caller nobody registered', () => {
    for (const { pcm, text } of clips) {
      const others = new Hearing(new ToneRegistry());
      for (const clip of clips) if (clip.text !== text) others.registerClip(clip.pcm, clip.text);
      expect(others.hear(joined(QUIET, pcm, QUIET))).toBe('');
    }
  });
});

describe('a registry of tones', () => {
  it('gives the same texts the same tones and hands the oldest on when all are taken', () => {
    const registry = new ToneRegistry();
    const first = registry.hzOf('первый');
    for (let at = 1; at < 75; at++) registry.hzOf(`${at}`);
    expect(registry.hzOf('первый')).toBe(first);
    expect(new Set(registry.tones()).size).toBe(75);
    expect(registry.hzOf('лишний')).toBe(first);
    expect(registry.textOf(first + 15)).toBe('лишний');
  });
});

function joined(...pieces: readonly Pcm[]): Pcm {
  return { sampleRateHz: 8000, data: concatBytes(pieces.map((piece) => piece.data)) };
}

function louder(pcm: Pcm, gain: number): Pcm {
  return fromSamples(
    toSamples(pcm).map((sample) => sample * gain),
    pcm.sampleRateHz,
  );
}

function mixed(one: Pcm, other: Pcm): Pcm {
  const added = toSamples(other);
  return fromSamples(
    toSamples(one).map((sample, at) => sample + (added[at] ?? 0)),
    one.sampleRateHz,
  );
}

function noise(forMs: number, peak: number): Pcm {
  const random = seededRandom(7);
  return fromSamples(
    toSamples(silence(forMs, 8000)).map(() => (random() * 2 - 1) * peak),
    8000,
  );
}

function throughG711(pcm: Pcm): Pcm {
  return decodeG711(encodeG711(pcm, 'PCMU'), 'PCMU');
}
