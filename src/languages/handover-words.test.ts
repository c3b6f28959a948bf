import { describe, expect, it } from 'vitest';
import { readPutThrough } from './handover-words.ts';

describe('a colleague who is asked whether to put a caller through', () => {
  it.each([
    ['ru-RU', 'Да', 'yes'],
    ['ru-RU', 'да, соединяйте', 'yes'],
    ['ru-RU', 'Соединяй.', 'yes'],
    ['ru-RU', 'Нет, не соединяйте', 'no'],
    ['ru-RU', 'не надо соединять', 'no'],
    ['ru-RU', 'Нет', 'no'],
    ['ru-RU', 'Я сейчас занята', 'no'],
    ['ru-RU', 'а кто это', undefined],
    ['en-US', 'Yes please', 'yes'],
    ['en-US', 'Put them through', 'yes'],
    ['en-US', "No, don't put them through", 'no'],
    ['en-US', "I'm busy", 'no'],
    ['en-US', 'who is calling', undefined],
    ['he-IL', 'כן', 'yes'],
    ['he-IL', 'תעבירי', 'yes'],
    ['he-IL', 'לא', 'no'],
    ['he-IL', 'אל תעביר', 'no'],
    ['he-IL', 'מי זה', undefined],
  ] as const)('in %s says «%s»: %s', (language, text, meaning) => {
    expect(readPutThrough(text, language)).toBe(meaning);
  });
});
