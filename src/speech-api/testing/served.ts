/** A speech API that listens on this machine, with providers that tests give it. */
import { ManualClock } from '../../base/manual-clock.ts';
import { systemClock } from '../../base/clock.ts';
import { silentLog } from '../../base/log.ts';
import { ScriptedSynthesizer } from '../../speech/synthesis/testing/scripted-synthesizer.ts';
import type { SynthesisProvider } from '../../speech/synthesis/provider.ts';
import type { SpeechScript } from '../../speech/synthesis/testing/scripted-synthesizer.ts';
import { buildSpeechApi, startSpeechApi } from '../server.ts';
import type { SpeechApiOptions } from '../server.ts';
import type { SpeechVendor } from '../vendor.ts';

/** Speaks Russian and English as a ramp: 300 ms a text, unless the script says otherwise. */
export function scriptedVendor(name: string, script: SpeechScript = {}) {
  const scripted = new ScriptedSynthesizer(name, new ManualClock(), script);
  const synthesizer: SynthesisProvider = {
    name,
    capabilities: {
      ...scripted.capabilities,
      languages: ['ru-RU', 'en-US'],
      voices: [
        { name: 'anna', gender: 'female', roles: ['neutral', 'good'] },
        { name: 'boris', gender: 'male' },
      ],
    },
    synthesize: (request, signal) => scripted.synthesize(request, signal),
    close: () => scripted.close(),
  };
  return { name, synthesizer, recognizer: undefined, scripted } satisfies SpeechVendor & {
    scripted: unknown;
  };
}

export async function serveSpeech(options: Partial<SpeechApiOptions> = {}) {
  return startSpeechApi({ host: '127.0.0.1', port: 0 }, withDefaults(options));
}

/** The same without a socket. */
export async function builtSpeech(options: Partial<SpeechApiOptions> = {}) {
  const { app } = await buildSpeechApi(withDefaults(options));
  return app;
}

function withDefaults(options: Partial<SpeechApiOptions>): SpeechApiOptions {
  return {
    vendors: [scriptedVendor('scripted')],
    hasFfmpeg: false,
    keysFile: '/nowhere/keys.json',
    isOpen: undefined,
    signatureSecret: undefined,
    perMinute: { tts: 50, stt: 100 },
    clock: systemClock,
    version: '0.0.0',
    mostAtOnce: 100,
    cacheBytes: 1_000_000,
    cacheTtlMs: 86_400_000,
    log: silentLog,
    ...options,
  };
}
