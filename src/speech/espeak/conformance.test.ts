/** espeak-ng held to what all synthesizers are held to, and to what is its own: processes. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { bytesToMs } from '../../audio/pcm.ts';
import { conformsAsSynthesizer } from '../synthesis/testing/conformance.ts';
import { Listening, speechRequest } from '../synthesis/testing/listening.ts';
import { ESPEAK_DEFAULTS, EspeakSynthesizer, hasEspeak } from './espeak-synthesizer.ts';
import { espeakStandIn } from './testing/espeak-stand-in.ts';
import type { EspeakStandIn } from './testing/espeak-stand-in.ts';

conformsAsSynthesizer('espeak', async ({ deadlineMs }) => {
  const standIn = espeakStandIn();
  const { program } = standIn;
  const provider = new EspeakSynthesizer({
    program,
    settings: { mostAtOnce: 1, mostWaiting: 0, deadlineMs },
  });
  return {
    provider,
    befall(trouble) {
      standIn.befall(trouble === 'quota' ? 'silent' : trouble);
      // Somebody else is spoken to for ever; ends when the provider is closed.
      if (trouble === 'quota') void new Listening(provider).ended;
    },
    underWay: () => standIn.underWay(),
    kill: async () => standIn.uninstall(),
    restart: async () => standIn.install(),
    async stop() {
      await provider.close();
      await vi.waitFor(() => expect(standIn.underWay()).toBe(0));
      standIn.remove();
    },
  };
});

describe('espeak-ng', () => {
  let standIn: EspeakStandIn;
  let espeak: EspeakSynthesizer;
  const open = (settings = {}) =>
    (espeak = new EspeakSynthesizer({
      program: standIn.program,
      settings: { ...ESPEAK_DEFAULTS, ...settings },
    }));
  beforeEach(() => {
    standIn = espeakStandIn();
  });
  afterEach(async () => {
    await espeak.close();
    await vi.waitFor(() => expect(standIn.underWay()).toBe(0));
    standIn.remove();
  });

  it.each([
    ['ru-RU', 'alena', 1, '-v ru+f3 -s 165'],
    ['ru-RU', 'ru+m3', 1, '-v ru+m3 -s 165'],
    ['he-IL', 'ru+m3', 1, '-v he+f3 -s 165'],
    ['tr-TR', 'tr+m3', 0.1, '-v tr+m3 -s 80'],
    ['en-GB', 'john', 3, '-v en-us+f3 -s 450'],
  ])('speaks %s for %s at %d times the pace', async (language, name, speed, asked) => {
    const heard = new Listening(open(), speechRequest('Да', { language, voice: { name, speed } }));
    await heard.ended;
    expect(heard.error).toBeUndefined();
    expect(standIn.asked()[0]).toContain(asked);
  });

  it.each([8000, 16_000, 24_000, 48_000])('speaks at %d Hz, as long as it speaks by itself', async (rate) => {
    const heard = new Listening(open(), speechRequest('Да', { sampleRateHz: rate }));
    await heard.ended;
    expect(bytesToMs(heard.pcm.byteLength, rate)).toBeCloseTo(300, 0);
  });

  it('says what looks like an option as it stands', async () => {
    const heard = new Listening(open(), speechRequest('--version "$(id)" <b>'));
    await heard.ended;
    expect(standIn.text()).toBe('--version "$(id)" <b>');
  });

  it('does not speak what it does not know', async () => {
    const heard = new Listening(open(), speechRequest('Да', { language: 'xx-XX' }));
    await heard.ended;
    expect(heard.error).toMatchObject({ code: 'TTS_REJECTED' });
    expect(standIn.asked()).toEqual([]);
  });

  it('runs as many processes as it may, and serves those who wait in their turn', async () => {
    standIn.befall('silent');
    open({ mostAtOnce: 2, mostWaiting: 1 });
    const [first, second, third] = [1, 2, 3].map(() => new Listening(espeak));
    const fourth = new Listening(espeak);
    await fourth.ended;
    expect(fourth.error).toMatchObject({ code: 'TTS_QUOTA', retryable: true });
    await vi.waitFor(() => expect(standIn.underWay()).toBe(2));
    standIn.befall('well');
    first?.hangUp();
    await third?.ended;
    expect(third?.error).toBeUndefined();
    expect(third?.pcm.byteLength).toBeGreaterThan(0);
    expect(standIn.underWay()).toBe(1);
    second?.hangUp();
  });

  it('is there where the program is', async () => {
    open();
    expect(await hasEspeak(standIn.program)).toBe(true);
    expect(await hasEspeak('/nowhere/espeak-ng')).toBe(false);
  });

  it('is heard as itself where this machine has it, and says so where not', async () => {
    const own = new EspeakSynthesizer();
    const heard = new Listening(own);
    await heard.ended;
    const isThere = await hasEspeak();
    expect(heard.error === undefined).toBe(isThere);
    if (isThere) expect(bytesToMs(heard.pcm.byteLength, 8000)).toBeGreaterThan(300);
    else expect(heard.error).toMatchObject({ code: 'TTS_UNAVAILABLE' });
    await own.close();
    open();
  });
});
