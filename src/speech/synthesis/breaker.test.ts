import { describe, expect, it } from 'vitest';
import type { ErrorCode } from '../../base/error-catalogue.ts';
import { ParleyError } from '../../base/errors.ts';
import { ManualClock } from '../../base/manual-clock.ts';
import { BreakerSynthesizer, type BreakerChange } from './breaker.ts';
import { Listening } from './testing/listening.ts';
import { ScriptedSynthesizer } from './testing/scripted-synthesizer.ts';

function setUp() {
  const clock = new ManualClock();
  const provider = new ScriptedSynthesizer('yandex-grpc', clock);
  const changes: BreakerChange[] = [];
  const breaker = new BreakerSynthesizer(provider, { clock, onChange: (change) => changes.push(change) });
  const fail = (code: ErrorCode | undefined) => {
    provider.script = () =>
      code ? { fault: { afterPieces: 0, error: new ParleyError(code, 'Scripted.') } } : {};
  };
  const speak = async (times = 1) => {
    let last = new Listening(breaker);
    await last.ended;
    for (let n = 1; n < times; n++) await (last = new Listening(breaker)).ended;
    return last;
  };
  return { clock, provider, breaker, changes, fail, speak };
}

describe('a circuit breaker', () => {
  it('opens after five failures in a row and then refuses without asking', async () => {
    const { provider, breaker, changes, fail, speak } = setUp();
    fail('TTS_UNAVAILABLE');
    await speak(4);
    expect(breaker.state).toBe('closed');
    await speak();
    expect(breaker.state).toBe('open');
    const refused = await speak();
    expect(refused.error).toMatchObject({ code: 'TTS_BREAKER_OPEN', retryable: true });
    expect(provider.attempts).toHaveLength(5);
    expect(changes).toEqual([{ name: 'yandex-grpc', from: 'closed', to: 'open' }]);
  });

  it('rests for a while only, whether or not anybody asks', async () => {
    const { clock, breaker, fail, speak } = setUp();
    expect(breaker.isResting).toBe(false);
    fail('TTS_UNAVAILABLE');
    await speak(5);
    expect(breaker.isResting).toBe(true);
    await clock.advance(60_000);
    expect(breaker.isResting).toBe(false);
    await speak();
    expect(breaker.isResting).toBe(true);
  });

  it('stays closed when a success comes between failures', async () => {
    const { breaker, fail, speak } = setUp();
    fail('TTS_UNAVAILABLE');
    await speak(4);
    fail(undefined);
    await speak();
    fail('TTS_UNAVAILABLE');
    await speak(4);
    expect(breaker.state).toBe('closed');
  });

  it('does not open for texts, voices or keys that the provider refuses', async () => {
    const { breaker, fail, speak } = setUp();
    fail('TTS_REJECTED');
    const refused = await speak(20);
    expect(refused.error).toMatchObject({ code: 'TTS_REJECTED' });
    expect(breaker.state).toBe('closed');
  });

  it('does not open for callers who interrupt', async () => {
    const { clock, provider, breaker } = setUp();
    provider.script = () => ({ firstAudioMs: 300 });
    for (let n = 0; n < 20; n++) {
      const heard = new Listening(breaker);
      await clock.advance(100);
      heard.hangUp();
      await heard.ended;
    }
    expect(breaker.state).toBe('closed');
  });

  it('lets one probe at a time through after a minute and closes after three that succeed', async () => {
    const { clock, provider, breaker, changes, fail, speak } = setUp();
    fail('TTS_UNAVAILABLE');
    await speak(5);
    await clock.advance(59_999);
    expect((await speak()).error).toMatchObject({ code: 'TTS_BREAKER_OPEN' });
    await clock.advance(1);

    provider.script = () => ({ firstAudioMs: 200 });
    for (let n = 0; n < 3; n++) {
      const probe = new Listening(breaker);
      await clock.advance(100);
      expect(breaker.state).toBe('half-open');
      expect((await speak()).error).toMatchObject({ code: 'TTS_BREAKER_OPEN' });
      await clock.advance(100);
      await probe.ended;
      expect(probe.error).toBeUndefined();
    }
    expect(breaker.state).toBe('closed');
    expect(changes.map(({ to }) => to)).toEqual(['open', 'half-open', 'closed']);
  });

  it('rests another minute when a probe fails', async () => {
    const { clock, breaker, fail, speak } = setUp();
    fail('TTS_UNAVAILABLE');
    await speak(5);
    await clock.advance(60_000);
    fail(undefined);
    await speak(2);
    fail('TTS_BAD_ANSWER');
    await speak();
    expect(breaker.state).toBe('open');
    await clock.advance(59_999);
    expect((await speak()).error).toMatchObject({ code: 'TTS_BREAKER_OPEN' });
  });

  it('tries the next probe when a caller interrupts one', async () => {
    const { clock, provider, breaker, fail, speak } = setUp();
    fail('TTS_UNAVAILABLE');
    await speak(5);
    await clock.advance(60_000);
    provider.script = () => ({ fault: { afterPieces: 1, error: 'hang for ever' } });
    const probe = new Listening(breaker);
    await clock.advance(1);
    probe.hangUp();
    await probe.ended;
    expect(breaker.state).toBe('half-open');
    fail(undefined);
    expect((await speak(3)).error).toBeUndefined();
    expect(breaker.state).toBe('closed');
  });

  it('is not closed by an answer from before it opened', async () => {
    const { clock, provider, breaker, fail, speak } = setUp();
    provider.script = () => ({ firstAudioMs: 500 });
    const slow = new Listening(breaker);
    await clock.advance(1);
    fail('TTS_UNAVAILABLE');
    await speak(5);
    await clock.advance(500);
    await slow.ended;
    expect(slow.error).toBeUndefined();
    expect(breaker.state).toBe('open');
  });

  it('holds no timer', async () => {
    const { clock, fail, speak } = setUp();
    fail('TTS_UNAVAILABLE');
    await speak(5);
    expect(clock.pending).toBe(0);
  });
});
