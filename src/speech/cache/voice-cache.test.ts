import { describe, expect, it } from 'vitest';
import { deferred } from '../../base/async.ts';
import { ManualClock } from '../../base/manual-clock.ts';
import { SingleFlight } from './single-flight.ts';
import { VoiceCache } from './voice-cache.ts';

describe('the cache of voices', () => {
  it('gives nothing that is older than its time', async () => {
    const clock = new ManualClock();
    const cache = new VoiceCache<string>({ maxBytes: 1000, ttlMs: 60_000, clock });
    cache.set('a', 'spoken', 10);
    await clock.advance(59_999);
    expect(cache.get('a')).toBe('spoken');
    await clock.advance(1);
    expect(cache.get('a')).toBeUndefined();
    expect(cache.state).toEqual({ hits: 1, misses: 1, bytes: 0 });
  });

  it('keeps within its bytes, keys included, and lets go of what was not asked for longest', () => {
    const cache = new VoiceCache<string>({ maxBytes: 30, ttlMs: 60_000, clock: new ManualClock() });
    cache.set('a', '1', 10);
    cache.set('b', '2', 10);
    cache.get('a');
    cache.set('c', '3', 10);
    expect(['a', 'b', 'c'].map((key) => cache.get(key))).toEqual(['1', undefined, '3']);
    cache.set('d', '4', 100);
    expect(cache.get('d')).toBeUndefined();
    expect(cache.state.bytes).toBeLessThanOrEqual(30);
  });
});

describe('a single flight', () => {
  it('does for all who ask at once what one asked for, and ends when the last has gone', async () => {
    const flights = new SingleFlight<string>();
    const [done, begun] = [deferred<string>(), [] as AbortSignal[]];
    const work = (signal: AbortSignal) => (begun.push(signal), done.promise);
    const [one, other] = [new AbortController(), new AbortController()];
    const waiting = [one, other].map(({ signal }) => flights.share('a', work, signal).catch(() => 'gone'));
    one.abort(new Error('gone'));
    expect(await waiting[0]).toBe('gone');
    expect([begun.length, begun[0]?.aborted]).toEqual([1, false]);
    other.abort(new Error('gone'));
    expect(await waiting[1]).toBe('gone');
    expect(begun[0]?.aborted).toBe(true);
    done.resolve('late');
    expect(await flights.share('a', async () => 'anew', new AbortController().signal)).toBe('anew');
  });
});
