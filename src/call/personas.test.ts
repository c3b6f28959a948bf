import { expect, it } from 'vitest';
import { silence } from '../audio/pcm.ts';
import { silentLog } from '../base/log.ts';
import { answerIn } from '../languages/answer-in.ts';
import { profileSchemaFor } from '../config/bot-profile.ts';
import { personasOf } from './persona.ts';
import { Personas } from './personas.ts';
import { PhraseBook } from './speaking/phrase-book.ts';

function personasWith(languages: Readonly<Record<string, object>> | undefined, spoken?: string): Personas {
  const raw = { prompt: 'Ты бот.', ...(languages && { languages }) };
  const profile = { name: 'shop', ...profileSchemaFor(raw).parse(raw) };
  const speak = async () => silence(100, 8000);
  const book = new PhraseBook({ profile, speak, shipped: () => [], sampleRateHz: 8000, log: silentLog });
  return new Personas(personasOf(profile, book), spoken);
}

const ALL = { 'en-US': {}, 'he-IL': {} };

it('the bot begins in its first language, and speaks another from the words on that are another one', () => {
  const personas = personasWith(ALL);
  expect(personas.present).toMatchObject({ language: 'ru-RU', voice: { name: 'alena' } });
  expect(personas.settle([{ text: 'Do you deliver?' }])).toBe(true);
  expect(personas.present).toMatchObject({ language: 'en-US', voice: { name: 'john' } });
  expect(personas.present.phrases.goodbye).toBe('Thank you for calling. Goodbye!');
  expect(personas.settle([{ text: 'OK' }])).toBe(false);
  expect(personas.language).toBe('en-US');
  expect(personas.settle([{ text: 'Сколько это стоит?' }])).toBe(true);
  expect(personas.language).toBe('ru-RU');
});

it('what is known before the whole text counts until that says otherwise', () => {
  const personas = personasWith(ALL);
  personas.begin([{ text: 'do you have' }]);
  expect([personas.present.language, personas.language]).toEqual(['en-US', 'ru-RU']);
  personas.settle([{ text: 'do you have борщ и сметана' }]);
  expect(personas.present.language).toBe('ru-RU');
});

it('who says one thing in one language and the next in another is answered in the second', () => {
  const personas = personasWith(ALL);
  personas.settle([{ text: 'Подскажите, пожалуйста' }, { text: 'Sorry, do you speak English?' }]);
  expect(personas.language).toBe('en-US');
  personas.settle([{ text: 'What is the price?' }, { text: 'Сколько стоит доставка?' }, { text: 'ok' }]);
  expect(personas.language).toBe('ru-RU');
});

it('a conversation that goes on goes on in its language, if the bot still speaks it', () => {
  expect(personasWith(ALL, 'he-IL').present.language).toBe('he-IL');
  expect(personasWith(undefined, 'he-IL').present.language).toBe('ru-RU');
});

it('the model is told which language to answer in, where there are several', () => {
  const personas = personasWith(ALL);
  expect(personas.present.prompt).toBe(`Ты бот.\n\n${answerIn('ru-RU')}`);
  personas.settle([{ text: 'Do you deliver?' }]);
  expect(personas.present.prompt).toBe(`Ты бот.\n\n${answerIn('en-US')}`);
  expect(personasWith(undefined).present.prompt).toBe('Ты бот.');
  expect(answerIn('de-DE')).toContain('Answer in German');
});

it('a tool is waited for in the language that is spoken', () => {
  const personas = personasWith({ 'en-US': { sayings: { stock: 'Let me check the stock.' } } });
  const sayings = () => ['stock', 'order'].map((tool) => personas.present.sayingOf(tool, 'Сейчас посмотрю.'));
  expect(sayings()).toEqual(['Сейчас посмотрю.', 'Сейчас посмотрю.']);
  personas.settle([{ text: 'Do you have it?' }]);
  expect(sayings()).toEqual(['Let me check the stock.', 'One moment, please.']);
});

it('recognizers are told of all languages that may be spoken', () => {
  expect(personasWith(ALL).hearing).toEqual({ language: 'auto', among: ['ru-RU', 'en-US', 'he-IL'] });
  expect(personasWith(undefined).hearing).toEqual({ language: 'ru-RU' });
});

it('"mhm", an echo and half a number are read in the language in which they are written', () => {
  const personas = personasWith(ALL);
  expect(['yeah right', 'угу', 'כן', '8 916', 'да ok'].map((text) => personas.readingOf(text))).toEqual([
    ...['en-US', 'ru-RU', 'he-IL', 'ru-RU', 'ru-RU'],
  ]);
});
