import { describe, expect, it } from 'vitest';
import { isBackchannel } from './backchannel.ts';

describe('isBackchannel', () => {
  it.each([
    ['ru-RU', 'угу'],
    ['ru-RU', 'Угу-угу.'],
    ['ru-RU', 'да-да'],
    ['ru-RU', 'Да, да, да.'],
    ['ru-RU', 'ааага'],
    ['ru-RU', 'угууу'],
    ['ru-RU', 'ну да'],
    ['ru-RU', 'так, понятно'],
    ['ru-RU', 'mhm'],
    ['en-US', 'mhm'],
    ['en-US', 'Mm-hmm.'],
    ['en-US', 'uh-huh'],
    ['en-US', 'yeah yeah'],
    ['en-US', 'I see.'],
    ['en-US', 'got it'],
    ['en-US', 'okay'],
    ['he-IL', 'כן'],
    ['he-IL', 'כן, כן'],
    ['he-IL', 'אהה'],
    ['he-IL', 'אוקיי'],
    ['auto', 'ага'],
    ['auto', 'yeah'],
    ['auto', 'כן'],
  ])('%s: "%s" says go on', (language, text) => {
    expect(isBackchannel(text, language)).toBe(true);
  });

  it.each([
    ['ru-RU', ''],
    ['ru-RU', 'нет'],
    ['ru-RU', 'стоп'],
    ['ru-RU', 'да подождите'],
    ['ru-RU', 'да да да понятно'],
    ['ru-RU', 'хорошо, а сколько?'],
    ['ru-RU', 'алло'],
    ['en-US', 'no'],
    ['en-US', 'yes please'],
    ['en-US', 'i want it'],
    ['en-US', 'wait'],
    ['he-IL', 'לא'],
    ['he-IL', 'כן אבל'],
  ])('%s: "%s" is speech', (language, text) => {
    expect(isBackchannel(text, language)).toBe(false);
  });
});
