import { describe, expect, it } from 'vitest';
import { checkVoice, speakingBy, synthesisLanguage, voiceForHttp } from './voices.ts';

describe('checking a profile’s voice', () => {
  it.each([
    ['ru-RU', { name: 'alena', speed: 1 }],
    ['ru-RU', { name: 'marina', role: 'whisper', speed: 0.1 }],
    ['he-IL', { name: 'naomi', role: 'classic', speed: 3 }],
    ['he-HE', { name: 'naomi', speed: 1 }],
  ])('finds nothing wrong with %s %j', (language, voice) => {
    expect(checkVoice(voice, language)).toEqual([]);
  });

  it.each([
    ['ru-RU', { name: 'alina', speed: 1 }, /no voice alina.*alena, filipp/],
    ['ru-RU', { name: 'john', speed: 1 }, /john speaks en-US/],
    ['ru-RU', { name: 'alena', role: 'evil', speed: 1 }, /no role evil, only: neutral, good/],
    ['ru-RU', { name: 'filipp', role: 'good', speed: 1 }, /no role good, only: none/],
    ['ru-RU', { name: 'alena', speed: 0 }, /speed 0/],
    ['ru-RU', { name: 'alena', speed: NaN }, /speed NaN/],
  ])('says what is wrong with %s %j', (language, voice, complaint) => {
    expect(checkVoice(voice, language).join(' ')).toMatch(complaint);
  });

  it('lists every fault at once', () => {
    expect(checkVoice({ name: 'john', role: 'good', speed: 9 }, 'ru-RU')).toHaveLength(3);
  });
});

describe('voices over HTTP', () => {
  it('keeps a voice that v1 has', () => {
    const voice = { name: 'jane', role: 'evil', speed: 1.1 };
    expect(voiceForHttp(voice, 'ru-RU')).toBe(voice);
  });

  it.each([
    ['masha', 'ru-RU', 'alena'],
    ['kirill', 'ru-RU', 'filipp'],
    ['zhanar', 'kk-KZ', 'amira'],
  ])('lets somebody alike speak for %s', (name, language, standIn) => {
    expect(voiceForHttp({ name, role: 'good', speed: 1.2 }, language)).toEqual({ name: standIn, speed: 1.2 });
  });

  it('has nobody for Hebrew', () => {
    expect(voiceForHttp({ name: 'naomi', speed: 1 }, 'he-HE')).toBeUndefined();
  });

  it('leaves a voice that it does not know alone', () => {
    const voice = { name: 'our-own-brand', speed: 1 };
    expect(voiceForHttp(voice, 'ru-RU')).toBe(voice);
  });

  it('calls Hebrew by its name in synthesis', () => {
    expect(synthesisLanguage('he-HE')).toBe('he-IL');
  });
});

it('an interface has a language where one of its voices speaks it, by either name of it', () => {
  expect(['ru-RU', 'he-IL', 'he-HE', 'fr-FR'].map((language) => speakingBy('v3').speaks(language))).toEqual([
    true,
    true,
    true,
    false,
  ]);
  expect(['ru-RU', 'he-IL', 'kk-KZ'].map((language) => speakingBy('v1').speaks(language))).toEqual([
    true,
    false,
    true,
  ]);
});
