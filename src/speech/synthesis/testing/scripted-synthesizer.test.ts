/** The stand-in that other tests speak with is held to what real providers are held to. */
import { systemClock } from '../../../base/clock.ts';
import { ParleyError } from '../../../base/errors.ts';
import { conformsAsSynthesizer } from './conformance.ts';
import type { Trouble } from './conformance.ts';
import { ScriptedSynthesizer } from './scripted-synthesizer.ts';
import type { SpeechScript } from './scripted-synthesizer.ts';

const broken = (code: 'TTS_UNAVAILABLE' | 'TTS_QUOTA' | 'TTS_BAD_ANSWER' | 'TTS_TIMEOUT') =>
  new ParleyError(code, 'scripted');

const SCRIPTS: Readonly<Record<Trouble, SpeechScript>> = {
  silent: { fault: { afterPieces: 0, error: 'hang' } },
  neverAnswers: { fault: { afterPieces: 0, error: broken('TTS_TIMEOUT') } },
  stalls: { fault: { afterPieces: 1, error: 'hang' } },
  breaksOff: { fault: { afterPieces: 1, error: broken('TTS_UNAVAILABLE') } },
  // It has no network that could cut one.
  halfSample: {},
  quota: { fault: { afterPieces: 0, error: broken('TTS_QUOTA') } },
  garbage: { fault: { afterPieces: 0, error: broken('TTS_BAD_ANSWER') } },
  well: {},
};

conformsAsSynthesizer('scripted', async () => {
  const provider = new ScriptedSynthesizer('scripted', systemClock);
  const play = (script: SpeechScript) => (provider.script = () => script);
  return {
    provider,
    befall: (trouble) => void play(SCRIPTS[trouble]),
    underWay: () => provider.attempts.filter(({ outcome }) => outcome === 'running').length,
    kill: async () => void play(SCRIPTS.breaksOff),
    restart: async () => void play(SCRIPTS.well),
    stop: () => provider.close(),
  };
});
