import { describe, expect, it } from 'vitest';
import { ParleyError } from '../../base/errors.ts';
import { ManualClock } from '../../base/manual-clock.ts';
import { BreakerSynthesizer } from '../synthesis/breaker.ts';
import { FailoverSynthesizer } from '../synthesis/failover.ts';
import type { Fallback } from '../synthesis/failover.ts';
import type { SynthesisCapabilities } from '../synthesis/provider.ts';
import { Listening, speechRequest } from '../synthesis/testing/listening.ts';
import { ScriptedSynthesizer } from '../synthesis/testing/scripted-synthesizer.ts';
import { Selector } from './selector.ts';
import { unfitToHear, unfitToSpeak } from './unfit.ts';

const ALL: SynthesisCapabilities = {
  speaks: () => true,
  languages: [],
  voices: [],
  sampleRatesHz: { from: 8000, to: 48_000 },
  mostCharacters: 5000,
  timesWords: true,
  streams: true,
};
const named = (name: string, can: Partial<SynthesisCapabilities> = {}, isResting = false) => {
  const capabilities = { ...ALL, ...can };
  return Object.assign(new ScriptedSynthesizer(name, new ManualClock()), { capabilities, isResting });
};

describe('who is asked to speak', () => {
  it.each([
    ['rests', {}, true, 'TTS_BREAKER_OPEN'],
    ['does not speak the language', { speaks: () => false }, false, 'TTS_REJECTED'],
    ['speaks only shorter texts', { mostCharacters: 3 }, false, 'TTS_REJECTED'],
    ['speaks only at other rates', { sampleRatesHz: [48_000] }, false, 'TTS_REJECTED'],
  ] as const)('is not the first one, where it %s', (_, can, isResting, code) => {
    const [first, second] = [named('first', can, isResting), named('second')];
    const { asked, passedOver } = new Selector([first, second], unfitToSpeak).select(speechRequest('Привет'));
    expect(asked).toEqual([second]);
    expect(passedOver).toMatchObject([{ provider: first, error: { code } }]);
  });

  it('is everybody, where nobody is fit: what was known may be wrong', () => {
    const all = [named('first', {}, true), named('second', { mostCharacters: 1 })] as const;
    const { asked, passedOver } = new Selector(all, unfitToSpeak).select(speechRequest('Привет'));
    expect(asked).toEqual(all);
    expect(passedOver).toEqual([]);
  });
});

describe('a provider that rests', () => {
  it('leaves the caller with the other one, whom nobody gives up sooner for its sake', async () => {
    const clock = new ManualClock();
    const first = new ScriptedSynthesizer('first', clock, { firstAudioMs: 1500 });
    const second = new ScriptedSynthesizer('second', clock);
    const breaker = new BreakerSynthesizer(second, {
      clock,
      settings: { failuresToOpen: 1, openMs: 60_000, successesToClose: 1 },
    });
    const down = new ParleyError('TTS_UNAVAILABLE', 'Down.');
    second.script = () => ({ fault: { afterPieces: 0, error: down } });
    await new Listening(breaker).ended;
    const fallbacks: Fallback[] = [];
    const onFallback = (fallback: Fallback) => fallbacks.push(fallback);
    const heard = new Listening(new FailoverSynthesizer({ providers: [first, breaker], clock, onFallback }));
    await clock.advance(1500);
    await heard.ended;
    expect(heard.providers).toEqual(['first']);
    expect(fallbacks).toEqual([]);
  });
});

describe('who is asked to hear', () => {
  const recognizer = {
    name: 'first',
    capabilities: {
      hears: (language: string) => language === 'ru-RU',
      languages: ['ru-RU'],
      sampleRatesHz: [8000],
      streams: false,
    },
    async *recognize() {
      yield { kind: 'final', text: 'да' } as const;
    },
    close: () => Promise.resolve(),
  };

  it('is nobody who does not know the language, or the rate', () => {
    expect(unfitToHear(recognizer, { language: 'ru-RU', sampleRateHz: 8000 })).toBeUndefined();
    expect(unfitToHear(recognizer, { language: 'he-IL', sampleRateHz: 8000 })?.code).toBe('ASR_REJECTED');
    expect(unfitToHear(recognizer, { language: 'ru-RU', sampleRateHz: 16_000 })?.code).toBe('ASR_REJECTED');
  });

  it('is everybody who does not say what it can', () => {
    const { capabilities: _, ...silent } = recognizer;
    expect(unfitToHear(silent, { language: 'xx-XX', sampleRateHz: 1 })).toBeUndefined();
  });
});
