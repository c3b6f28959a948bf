import { describe, expect, it } from 'vitest';
import { ParleyError } from '../../base/errors.ts';
import { ManualClock } from '../../base/manual-clock.ts';
import { BreakerSynthesizer } from './breaker.ts';
import { CachingSynthesizer } from './cache.ts';
import { FailoverSynthesizer, type Fallback } from './failover.ts';
import { Listening, ramp, speechRequest } from './testing/listening.ts';
import { ScriptedSynthesizer } from './testing/scripted-synthesizer.ts';

const WHOLE = ramp(2400);
const down = new ParleyError('TTS_UNAVAILABLE', 'Down.');

function setUp() {
  const clock = new ManualClock();
  const first = new ScriptedSynthesizer('first', clock);
  const second = new ScriptedSynthesizer('second', clock);
  const fallbacks: Fallback[] = [];
  const failover = new FailoverSynthesizer({
    providers: [first, second],
    clock,
    onFallback: (fallback) => fallbacks.push(fallback),
  });
  return { clock, first, second, fallbacks, failover };
}

describe('a failover between synthesizers', () => {
  it('leaves the second alone while the first is well', async () => {
    const { second, fallbacks, failover, clock } = setUp();
    const heard = new Listening(failover);
    await heard.ended;
    expect(heard.samples).toEqual(WHOLE);
    expect(heard.providers).toEqual(['first']);
    expect(second.attempts).toHaveLength(0);
    expect(fallbacks).toHaveLength(0);
    expect(clock.pending).toBe(0);
  });

  it('speaks the same chunk with the second when the first is down before it', async () => {
    const { first, second, fallbacks, failover } = setUp();
    first.script = () => ({ fault: { afterPieces: 0, error: down } });
    const heard = new Listening(failover);
    await heard.ended;
    expect(heard.samples).toEqual(WHOLE);
    expect(heard.providers).toEqual(['second']);
    expect(second.attempts[0]?.request).toBe(first.attempts[0]?.request);
    expect(fallbacks).toEqual([{ from: 'first', to: 'second', error: down }]);
  });

  it.each([1, 2])(
    'neither loses nor repeats a sample when the first dies after piece %i',
    async (afterPieces) => {
      const { first, second, failover } = setUp();
      first.script = () => ({ fault: { afterPieces, error: down } });
      second.script = () => ({ pieceMs: 75, pieces: 4 });
      const heard = new Listening(failover);
      await heard.ended;
      expect(heard.samples).toEqual(WHOLE);
      expect(heard.providers).toEqual(['first', 'second']);
      const starts = heard.pieces.flatMap((piece) => piece.words.map((word) => word.startMs));
      expect(starts).toEqual([...starts].sort((a, b) => a - b));
    },
  );

  it('adds nothing when the first dies after its last piece', async () => {
    const { first, failover } = setUp();
    first.script = () => ({ fault: { afterPieces: 3, error: down } });
    const heard = new Listening(failover);
    await heard.ended;
    expect(heard.error).toBeUndefined();
    expect(heard.samples).toEqual(WHOLE);
  });

  it('waits 700 ms for the first audio, not longer', async () => {
    const { clock, first, second, fallbacks, failover } = setUp();
    first.script = () => ({ firstAudioMs: 701 });
    const heard = new Listening(failover);
    await clock.advance(699);
    expect(second.attempts).toHaveLength(0);
    await clock.advance(1);
    await heard.ended;
    expect(heard.providers).toEqual(['second']);
    expect(fallbacks[0]?.error).toMatchObject({ code: 'TTS_TIMEOUT' });
    expect(first.attempts[0]?.outcome).toBe('failed');
    expect(clock.pending).toBe(0);
  });

  it.each(['hang', 'hang for ever'] as const)(
    'goes on with the second when the first would %s',
    async (error) => {
      const { clock, first, failover } = setUp();
      first.script = () => ({ fault: { afterPieces: 1, error } });
      const heard = new Listening(failover);
      await clock.advance(1000);
      await heard.ended;
      expect(heard.samples).toEqual(WHOLE);
      expect(heard.providers).toEqual(['first', 'second']);
      expect(clock.pending).toBe(0);
    },
  );

  it('does not blame a provider for a slow listener', async () => {
    const { clock, second, failover } = setUp();
    const pieces = failover.synthesize(
      { text: 'а', language: 'ru-RU', voice: { name: 'alena', speed: 1 }, sampleRateHz: 8000 },
      new AbortController().signal,
    );
    for await (const _piece of pieces) await clock.advance(5000);
    expect(second.attempts).toHaveLength(0);
  });

  it('is more patient with the last provider, but not for ever', async () => {
    const { clock, first, second, failover } = setUp();
    first.script = () => ({ fault: { afterPieces: 0, error: down } });
    second.script = () => ({ firstAudioMs: 1900 });
    const patient = new Listening(failover);
    await clock.advance(1900);
    await patient.ended;
    expect(patient.samples).toEqual(WHOLE);

    second.script = () => ({ firstAudioMs: 60_000 });
    const lost = new Listening(failover);
    await clock.advance(2000);
    await lost.ended;
    expect(lost.error).toMatchObject({ code: 'TTS_TIMEOUT', retryable: true });
  });

  it('throws the last error when all are down', async () => {
    const { first, second, failover } = setUp();
    const quota = new ParleyError('TTS_QUOTA', 'Used up.');
    first.script = () => ({ fault: { afterPieces: 0, error: down } });
    second.script = () => ({ fault: { afterPieces: 0, error: quota } });
    const heard = new Listening(failover);
    await heard.ended;
    expect(heard.error).toBe(quota);
  });

  it('takes a hangup neither for a failure nor for a reason to ask the second', async () => {
    const { clock, first, second, fallbacks, failover } = setUp();
    first.script = () => ({ firstAudioMs: 500 });
    const heard = new Listening(failover);
    await clock.advance(100);
    const reason = new Error('barge-in');
    heard.hangUp(reason);
    await heard.ended;
    expect(heard.error).toBe(reason);
    expect(first.attempts[0]?.outcome).toBe('cancelled');
    expect(second.attempts).toHaveLength(0);
    expect(fallbacks).toHaveLength(0);
    expect(clock.pending).toBe(0);
  });

  it('makes the breaker count answers that came too late, so that later chunks no longer wait', async () => {
    const { clock, first, second } = setUp();
    const breaker = new BreakerSynthesizer(first, { clock });
    const failover = new FailoverSynthesizer({ providers: [breaker, second], clock });
    first.script = () => ({ fault: { afterPieces: 0, error: 'hang for ever' } });
    for (let chunk = 0; chunk < 5; chunk++) {
      const heard = new Listening(failover);
      await clock.advance(700);
      await heard.ended;
    }
    expect(breaker.state).toBe('open');
    const heard = new Listening(failover);
    await heard.ended;
    expect(heard.samples).toEqual(WHOLE);
    expect(first.attempts).toHaveLength(5);
  });

  describe('across vendors', () => {
    const TEXT = 'раз два три';
    const speaks = (name: string, voice: string, clock: ManualClock) => {
      const provider = new ScriptedSynthesizer(name, clock);
      const voices = [{ name: voice, gender: 'female', language: 'ru-RU' } as const];
      return Object.assign(provider, { capabilities: { ...provider.capabilities, voices } });
    };
    const vendors = () => {
      const clock = new ManualClock();
      const [first, second] = [speaks('first', 'alena', clock), speaks('second', 'nova', clock)] as const;
      const breaker = new BreakerSynthesizer(first, { clock });
      const failover = new FailoverSynthesizer({ providers: [breaker, second], clock });
      return { clock, first, second, failover };
    };
    const say = async (failover: FailoverSynthesizer) => {
      const heard = new Listening(failover, speechRequest(TEXT));
      await heard.ended;
      return heard;
    };

    it('goes on in the nearest voice, from the first word that was not heard whole', async () => {
      const { first, second, failover } = vendors();
      // The scripted words are w0, w1, …: a text of those.
      first.script = () => ({ fault: { afterPieces: 2, error: down } });
      const heard = new Listening(failover, speechRequest('w0 w1, w2'));
      await heard.ended;
      expect(second.attempts[0]?.request).toMatchObject({ text: 'w2', voice: { name: 'nova' } });
      expect(heard.samples).toEqual(Int16Array.of(...WHOLE.subarray(0, 1600), ...WHOLE));
      const starts = heard.pieces.flatMap(({ words }) => words.map(({ startMs }) => startMs));
      expect(starts).toEqual([0, 100, 200, 300, 400]);
    });

    it('says a chunk again rather than lose a word, where nobody told of words', async () => {
      const { first, second, failover } = vendors();
      first.script = () => ({ fault: { afterPieces: 1, error: down } });
      const heard = await say(failover);
      expect(second.attempts[0]?.request.text).toBe(TEXT);
      expect(heard.pieces.map(({ standIn }) => standIn)).toEqual([undefined, 'nova', 'nova', 'nova']);
    });

    it('asks nobody for what was heard whole', async () => {
      const { first, second, failover } = vendors();
      first.script = () => ({ fault: { afterPieces: 3, error: down } });
      const heard = new Listening(failover, speechRequest('w0 w1 w2.'));
      await heard.ended;
      expect([heard.error, second.attempts.length]).toEqual([undefined, 0]);
    });

    it('comes back to the first when that has recovered', async () => {
      const { clock, first, failover } = vendors();
      first.script = () => ({ fault: { afterPieces: 0, error: down } });
      for (let chunk = 0; chunk < 5; chunk++) expect((await say(failover)).providers).toEqual(['second']);
      first.script = () => ({});
      expect((await say(failover)).providers).toEqual(['second']);
      expect(first.attempts).toHaveLength(5);
      await clock.advance(60_000);
      expect((await say(failover)).providers).toEqual(['first']);
    });

    it('keeps nothing in the voice of a stand-in, which would speak for ever', async () => {
      const { first, failover } = vendors();
      const cache = new CachingSynthesizer(failover);
      first.script = () => ({ fault: { afterPieces: 0, error: down } });
      await new Listening(cache, speechRequest(TEXT)).ended;
      first.script = () => ({});
      const heard = new Listening(cache, speechRequest(TEXT));
      await heard.ended;
      expect(heard.providers).toEqual(['first']);
    });
  });

  it('closes both', async () => {
    const { first, second, failover } = setUp();
    await failover.close();
    expect([first.closed, second.closed]).toEqual([true, true]);
  });
});
