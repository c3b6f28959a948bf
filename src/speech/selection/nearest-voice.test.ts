import { describe, expect, it } from 'vitest';
import type { KnownVoice } from '../synthesis/provider.ts';
import { nearestVoice } from './nearest-voice.ts';

const theirs: readonly KnownVoice[] = [
  { name: 'alena', gender: 'female', language: 'ru-RU' },
  { name: 'zahar', gender: 'male', language: 'ru-RU' },
  { name: 'naomi', gender: 'female', language: 'he-HE' },
];
const own: readonly KnownVoice[] = [
  { name: 'ru-man', gender: 'male', language: 'ru-RU' },
  { name: 'ru-woman', gender: 'female', language: 'ru-RU' },
  { name: 'he-man', gender: 'male', language: 'he-IL' },
];
const nearest = (name: string, language: string, voices = own) =>
  nearestVoice({ name, role: 'good', speed: 1.2 }, language, voices, [...theirs, ...own]);

describe('the voice that stands in for another', () => {
  it.each([
    ['alena', 'ru-RU', 'ru-woman'],
    ['zahar', 'ru-RU', 'ru-man'],
    ['naomi', 'he-IL', 'he-man'],
  ])(
    'is, for %s in %s, %s: of the gender if there is one, at the same pace, without the role',
    (name, language, to) => {
      expect(nearest(name, language)).toEqual({ name: to, speed: 1.2 });
    },
  );

  it('is itself, role and all, where the provider has it', () => {
    expect(nearest('ru-man', 'ru-RU')).toEqual({ name: 'ru-man', role: 'good', speed: 1.2 });
    expect(nearest('nova', 'ru-RU', [{ name: 'nova', gender: 'female' }]).name).toBe('nova');
  });

  it('is another one where the own voice does not speak the language', () => {
    expect(nearest('ru-man', 'he-IL').name).toBe('he-man');
  });

  it.each([
    ['nobody knows it', 'af_heart', 'ru-RU', own],
    ['nobody speaks the language', 'alena', 'kk-KZ', own],
    ['the provider tells of no voice', 'alena', 'ru-RU', []],
  ])('is left alone where %s', (_, name, language, voices) => {
    expect(nearest(name, language, voices)).toEqual({ name, role: 'good', speed: 1.2 });
  });
});
