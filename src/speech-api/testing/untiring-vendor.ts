/** Speaks and hears at once, remembers nothing, and never tires: for as many requests as there may be. */
import type { RecognitionProvider } from '../../speech/recognition/recognizer.ts';
import type { SynthesisProvider } from '../../speech/synthesis/provider.ts';
import type { SpeechVendor } from '../vendor.ts';

/** 20 ms at 24 kHz. */
const PIECE_BYTES = 960;

export function untiringVendor(): SpeechVendor {
  const synthesizer: SynthesisProvider = {
    name: 'untiring-tts',
    capabilities: {
      speaks: () => true,
      languages: ['ru-RU', 'en-US'],
      voices: [{ name: 'anna', gender: 'female' }],
      sampleRatesHz: { from: 8000, to: 48_000 },
      mostCharacters: 250,
      timesWords: false,
      streams: true,
    },
    async *synthesize() {
      yield { pcm: new Uint8Array(PIECE_BYTES), words: [], provider: 'untiring-tts' };
    },
    close: () => Promise.resolve(),
  };
  const recognizer: RecognitionProvider = {
    name: 'untiring-stt',
    capabilities: {
      hears: () => true,
      languages: ['auto', 'ru-RU'],
      sampleRatesHz: [16_000],
      streams: false,
    },
    async *recognize(audio) {
      let bytes = 0;
      for await (const piece of audio) bytes += piece.byteLength;
      yield { kind: 'final', text: `${bytes} байт` };
    },
    close: () => Promise.resolve(),
  };
  return { name: 'untiring', synthesizer, recognizer };
}
