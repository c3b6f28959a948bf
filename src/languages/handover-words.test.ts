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
    ['ru-RU', 'Здравствуйте, это Анна, хорошо вам провести день', undefined],
    ['en-US', 'Yes please', 'yes'],
    ['en-US', 'Put them through', 'yes'],
    ['en-US', "No, don't put them through", 'no'],
    ['en-US', "I'm busy", 'no'],
    ['en-US', 'who is calling', undefined],
    ['en-US', 'Hi, this is Bob, I will get right back to you', undefined],
    ['en-US', 'Please hold', undefined],
    ['en-US', 'Please', 'yes'],
    ['en-US', 'Yes, this is Maria', 'yes'],
    ['he-IL', 'כן', 'yes'],
    ['he-IL', 'תעבירי', 'yes'],
    ['he-IL', 'לא', 'no'],
    ['he-IL', 'אל תעביר', 'no'],
    ['he-IL', 'מי זה', undefined],
  ] as const)('in %s says «%s»: %s', (language, text, meaning) => {
    expect(readPutThrough(text, language)?.will).toBe(meaning);
  });

  it.each([
    ['ru-RU', 'Вы позвонили Анне, пожалуйста, оставьте сообщение после сигнала, хорошо?'],
    ['en-US', 'Please leave your name and number after the tone and we will get right back to you, ok?'],
    ['he-IL', 'הגעתם לתא הקולי, בבקשה השאירו הודעה, בסדר?'],
  ])('in %s is a machine by what it says: «%s»', (language, text) => {
    expect(readPutThrough(text, language)?.will).toBe('machine');
  });

  it.each([
    ['ru-RU', 'Да, слушаю вас', false],
    ['ru-RU', 'да, соединяйте', true],
    ['en-US', 'Yes?', false],
    ['en-US', 'put them through', true],
    ['he-IL', 'כן?', false],
    ['he-IL', 'כן, תעבירי', true],
  ])('in %s, before anybody has asked, «%s» is plain: %j', (language, text, isPlain) => {
    expect(readPutThrough(text, language)?.isPlain).toBe(isPlain);
  });
});
