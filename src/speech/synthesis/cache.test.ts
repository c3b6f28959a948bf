import { describe, expect, it } from 'vitest';
import { ParleyError } from '../../base/errors.ts';
import { ManualClock } from '../../base/manual-clock.ts';
import { CachingSynthesizer, type CacheLookup } from './cache.ts';
import { FailoverSynthesizer } from './failover.ts';
import { Listening, ramp, speechRequest } from './testing/listening.ts';
import { ScriptedSynthesizer } from './testing/scripted-synthesizer.ts';

const WHOLE = ramp(2400);

function setUp(maxBytes = 1_000_000) {
  const clock = new ManualClock();
  const provider = new ScriptedSynthesizer('provider', clock);
  const lookups: CacheLookup[] = [];
  const cache = new CachingSynthesizer(provider, {
    settings: { maxBytes },
    onLookup: (lookup) => lookups.push(lookup),
  });
  const speak = async (request = speechRequest()) => {
    const heard = new Listening(cache, request);
    await heard.ended;
    return heard;
  };
  return { clock, provider, lookups, cache, speak };
}

describe('the speech cache', () => {
  it('speaks a text twice from one synthesis, words included, and says which was the cache', async () => {
    const { provider, lookups, speak } = setUp();
    const first = await speak();
    const second = await speak();
    expect(second.samples).toEqual(first.samples);
    expect(second.pieces.flatMap((piece) => piece.words)).toEqual(
      first.pieces.flatMap((piece) => piece.words),
    );
    expect(first.providers).toEqual(['provider']);
    expect(second.providers).toEqual(['cache']);
    expect(provider.attempts).toHaveLength(1);
    expect(lookups).toEqual(['miss', 'hit']);
  });

  it('tells apart everything that changes the sound', async () => {
    const { provider, speak } = setUp();
    const requests = [
      speechRequest('Да'),
      speechRequest('Нет'),
      speechRequest('Да', { language: 'kk-KZ' }),
      speechRequest('Да', { sampleRateHz: 16_000 }),
      speechRequest('Да', { voice: { name: 'jane', speed: 1 } }),
      speechRequest('Да', { voice: { name: 'alena', role: 'good', speed: 1 } }),
      speechRequest('Да', { voice: { name: 'alena', speed: 1.2 } }),
    ];
    for (const request of requests) await speak(request);
    expect(provider.attempts).toHaveLength(requests.length);
  });

  it('hands audio on as it arrives, not only when it is whole', async () => {
    const { clock, provider, cache } = setUp();
    provider.script = () => ({ betweenPiecesMs: 100 });
    const heard = new Listening(cache);
    await clock.advance(0);
    expect(heard.pieces).toHaveLength(1);
    await clock.advance(200);
    await heard.ended;
    expect(heard.samples).toEqual(WHOLE);
  });

  it('lets two callers share one synthesis, both from its beginning', async () => {
    const { clock, provider, lookups, cache } = setUp();
    provider.script = () => ({ firstAudioMs: 100, betweenPiecesMs: 100 });
    const early = new Listening(cache);
    await clock.advance(150);
    const late = new Listening(cache);
    await clock.advance(300);
    await Promise.all([early.ended, late.ended]);
    expect(early.samples).toEqual(WHOLE);
    expect(late.samples).toEqual(WHOLE);
    expect(provider.attempts).toHaveLength(1);
    expect(lookups).toEqual(['miss', 'shared']);
  });

  it('goes on for the second caller when the first hangs up, and keeps the result', async () => {
    const { clock, provider, cache, speak } = setUp();
    provider.script = () => ({ firstAudioMs: 100, betweenPiecesMs: 100 });
    const first = new Listening(cache);
    const second = new Listening(cache);
    await clock.advance(150);
    first.hangUp();
    await first.ended;
    await clock.advance(300);
    await second.ended;
    expect(first.error).toBeInstanceOf(Error);
    expect(second.samples).toEqual(WHOLE);
    expect((await speak()).samples).toEqual(WHOLE);
    expect(provider.attempts).toHaveLength(1);
  });

  it('ends the synthesis when the last caller hangs up, and begins anew for the next', async () => {
    const { clock, provider, cache } = setUp();
    provider.script = () => ({ firstAudioMs: 100 });
    const first = new Listening(cache);
    const second = new Listening(cache);
    await clock.advance(50);
    first.hangUp();
    second.hangUp();
    await clock.advance(0);
    const third = new Listening(cache);
    await clock.advance(100);
    await Promise.all([first.ended, second.ended, third.ended]);
    expect(provider.attempts.map(({ outcome }) => outcome)).toEqual(['cancelled', 'whole']);
    expect(third.samples).toEqual(WHOLE);
    expect(clock.pending).toBe(0);
  });

  it('tells every caller of a failure and remembers none of it', async () => {
    const { clock, provider, cache, speak } = setUp();
    const error = new ParleyError('TTS_UNAVAILABLE', 'Down.');
    provider.script = () => ({ firstAudioMs: 10, fault: { afterPieces: 2, error } });
    const both = [new Listening(cache), new Listening(cache)];
    await clock.advance(10);
    await Promise.all(both.map(({ ended }) => ended));
    expect(both.map((heard) => heard.error)).toEqual([error, error]);
    provider.script = () => ({});
    expect((await speak()).samples).toEqual(WHOLE);
    expect(provider.attempts).toHaveLength(2);
  });

  it('does not keep speech that changed providers in the middle', async () => {
    const { clock, provider } = setUp();
    const error = new ParleyError('TTS_UNAVAILABLE', 'Down.');
    provider.script = () => ({ fault: { afterPieces: 1, error } });
    const second = new ScriptedSynthesizer('second', clock);
    const cache = new CachingSynthesizer(new FailoverSynthesizer({ providers: [provider, second], clock }));
    await new Listening(cache).ended;
    await new Listening(cache).ended;
    expect(second.attempts).toHaveLength(2);
  });

  it('holds no more bytes than it may, and drops what was not used for longest', async () => {
    const { provider, speak } = setUp(3 * 5000);
    for (const text of ['a', 'b', 'c', 'a', 'd']) await speak(speechRequest(text));
    const before = provider.attempts.length;
    await speak(speechRequest('a'));
    expect(provider.attempts).toHaveLength(before);
    await speak(speechRequest('b'));
    expect(provider.attempts).toHaveLength(before + 1);
  });

  it('leaves nobody waiting when it is closed', async () => {
    const { clock, provider, cache } = setUp();
    provider.script = () => ({ fault: { afterPieces: 1, error: 'hang' } });
    const heard = new Listening(cache);
    await clock.advance(0);
    await cache.close();
    await heard.ended;
    expect(heard.error).toBeInstanceOf(Error);
    expect(provider.attempts[0]?.outcome).toBe('cancelled');
    expect(provider.closed).toBe(true);
  });
});
