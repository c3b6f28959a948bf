import { describe, expect, it } from 'vitest';
import { defaultWords } from '../languages/default-words.ts';
import type { BotProfile } from './bot-profile.ts';
import { readProfile } from './profile-file.ts';
import { languagesOf, profileIn } from './profile-in-language.ts';

function profileOf(yaml: string): BotProfile {
  const read = readProfile('shop', yaml);
  if ('faults' in read) throw new Error(read.faults.join('\n'));
  return read.profile;
}

function faultsOf(yaml: string): readonly string[] {
  const read = readProfile('shop', yaml);
  return 'faults' in read ? read.faults : [];
}

describe('a bot of several languages', () => {
  it('has what its profile says of each, and else what is shipped for that language', () => {
    const profile = profileOf(`
prompt: Ты бот.
silence: { afterMs: 4000 }
languages:
  en-US: { voice: { name: john, speed: 1.2 }, greeting: "Hello, this is Daisy.", fillers: { phrases: { thanks: [Sure.] } } }
  he-IL: {}
`);
    expect(languagesOf(profile)).toEqual(['ru-RU', 'en-US', 'he-IL']);
    const english = profileIn(profile, 'en-US');
    const words = defaultWords('en-US');
    expect(english).toMatchObject({
      ...{ name: 'shop', language: 'en-US', prompt: 'Ты бот.', greeting: 'Hello, this is Daisy.' },
      voice: { name: 'john', speed: 1.2 },
      fillers: { enabled: true, phrases: { ...words.fillers, thanks: ['Sure.'] } },
      silence: { afterMs: 4000, phrases: words.silence, goodbye: words.goodbye },
      ...{ hold: words.hold, repeat: words.repeat, apology: words.apology, reconnected: words.reconnected },
    });
    expect(profileIn(profile, 'he-IL')).toMatchObject({
      greeting: defaultWords('he-IL').greeting,
      voice: { name: 'naomi' },
    });
  });

  it('thinks by the prompt of the language that is spoken, if there is one', () => {
    const profile = profileOf('prompt: Ты бот.\nlanguages: { en-US: { prompt: You are a bot. } }');
    expect(profileIn(profile, 'en-US').prompt).toBe('You are a bot.');
  });

  it('tells its hours by its first greeting alone', () => {
    const hours = 'hours: { week: { monday: 09:00-18:00 }, outside: { greeting: Закрыто. } }';
    const profile = profileOf(`prompt: x\n${hours}\nlanguages: { en-US: {} }`);
    expect(profileIn(profile, 'en-US').hours).toBeUndefined();
  });

  it('may speak one that Parley has no words of, if all of them are given', () => {
    const all = `
      voice: { name: lea }
      greeting: Guten Tag.
      fillers: { phrases: { question: [Moment.], statement: [Gut.], thanks: [Gern.], hesitation: [Ja.] } }
      hold: [Bitte warten.]
      repeat: [Wie bitte?]
      silence: { phrases: [Hallo?], goodbye: Auf Wiederhören. }
      apology: Verzeihung.
      reconnected: Da bin ich wieder.`;
    expect(faultsOf(`prompt: x\nlanguages:\n    de-DE:${all}`)).toEqual([]);
    expect(faultsOf(`prompt: x\nlanguages:\n    de-DE:${all.replace('hold:', '# hold:')}`)).toEqual([
      ':3: languages.de-DE.hold: is missing; Parley has no words of its own for de-DE',
    ]);
  });
});

describe('a fault in languages', () => {
  it.each([
    [
      'languages: { ru-RU: {} }',
      ':2: languages.ru-RU: is a language that is there already, as ru-RU: nobody could',
    ],
    [
      'languages: { en-US: {}, en-GB: {} }',
      ':2: languages.en-GB: is a language that is there already, as en-US',
    ],
    ['languages:\n  en-US: {}\n  en-US: {}', ':4: Map keys must be unique'],
    ['languages: { english: {} }', ':2: languages.english: expected a language and a country, such as en-US'],
    ['languages: { en-US: { hold: Wait. } }', ':2: languages.en-US.hold: '],
    [
      'languages:\n  en-US:\n    greting: Hi.',
      ':4: languages.en-US.greting: is no key of a profile; did you mean greeting?',
    ],
    ['languages: { en-US: { voice: { speed: 9 } } }', ':2: languages.en-US.voice.speed: '],
    [
      'languages: { en-US: { greeting: "Hi {{caler}}" } }',
      ':2: languages.en-US.greeting: {{caler}} is nothing',
    ],
    [
      'languages: { de-DE: {} }',
      ':2: languages.de-DE.voice.name: is missing; Parley has no words of its own for de-DE',
    ],
    ['languages: [en-US]', ':2: languages: '],
  ])('is told with its line and its path: %s', (yaml, fault) => {
    expect(faultsOf(`prompt: x\n${yaml}`).join('\n')).toContain(fault);
  });
});

it('a profile without languages is what it was', () => {
  expect(Object.keys(profileOf('prompt: x'))).not.toContain('languages');
});
