import { describe, expect, it } from 'vitest';
import { memoryKey } from '../speech/cache/voice-key.ts';
import type { Speaker } from './choose-voice.ts';
import type { HearingOrder, SpeechOrder } from './speech-orders.ts';
import { scriptedVendor } from './testing/served.ts';
import type { SpeechVendor } from './vendor.ts';
import { recordingKey, speechKey } from './voice-keys.ts';

const VENDOR: SpeechVendor = { ...scriptedVendor('openai'), models: { speaks: 'tts-a', hears: 'stt-a' } };
const SPEAKER: Speaker = { vendor: VENDOR, voice: 'anna', language: 'ru-RU' };
const ORDER: SpeechOrder = { text: 'Добрый день', format: 'mp3', speed: 1 };
const FILE = new Uint8Array([1, 2, 3]);

describe('what was spoken is found again', () => {
  const key = (order: Partial<SpeechOrder> = {}, speaker: Partial<Speaker> = {}, role?: string) =>
    memoryKey(speechKey({ ...SPEAKER, ...speaker }, { ...ORDER, ...order }, role));

  it('for the same order, whether what is usual was asked for or not', () => {
    expect(key({ pitch: 1, volume: 1, ssml: false })).toBe(key());
  });

  it.each([
    ['another text', { text: 'Добрый день!' }, {}, undefined],
    ['another format', { format: 'wav' }, {}, undefined],
    ['another speed', { speed: 2 }, {}, undefined],
    ['another pitch', { pitch: 2 }, {}, undefined],
    ['another volume', { volume: 2 }, {}, undefined],
    ['SSML', { ssml: true }, {}, undefined],
    ['another voice', {}, { voice: 'boris' }, undefined],
    ['another language', {}, { language: 'en-US' }, undefined],
    ['another manner', {}, {}, 'good'],
    ['another model', {}, { vendor: { ...VENDOR, models: { speaks: 'tts-b', hears: 'stt-a' } } }, undefined],
  ] satisfies [string, Partial<SpeechOrder>, Partial<Speaker>, string | undefined][])(
    'but not for %s',
    (_what, order, speaker, role) => {
      expect(key(order, speaker, role)).not.toBe(key());
    },
  );

  it('but not for a text that is written like an order', () => {
    const fields = speechKey(SPEAKER, ORDER, undefined).content;
    expect(key({ text: fields })).not.toBe(key());
  });
});

describe('what was heard is found again', () => {
  const key = (order: Partial<HearingOrder> = {}, vendor: SpeechVendor = VENDOR, language = 'ru-RU') =>
    memoryKey(recordingKey(vendor, language, { file: FILE, ...order }));

  it('for the same recording', () => {
    expect(key({ file: Uint8Array.from(FILE) })).toBe(key());
  });

  it.each([
    ['another recording', { file: new Uint8Array([1, 2, 4]) }, VENDOR, 'ru-RU'],
    ['times of words', { wordTimes: true }, VENDOR, 'ru-RU'],
    ['less noise', { noiseReduction: true }, VENDOR, 'ru-RU'],
    ['another language', {}, VENDOR, 'en-US'],
    ['another model', {}, { ...VENDOR, models: { speaks: 'tts-a', hears: 'stt-b' } }, 'ru-RU'],
  ] satisfies [string, Partial<HearingOrder>, SpeechVendor, string][])(
    'but not for %s',
    (_what, order, vendor, language) => {
      expect(key(order, vendor, language)).not.toBe(key());
    },
  );
});
