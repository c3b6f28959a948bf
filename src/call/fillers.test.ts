import { describe, expect, it } from 'vitest';
import { contextOf } from './fillers.ts';

describe('contextOf', () => {
  it.each([
    ['Сколько стоит доставка', 'question'],
    ['Скажите, когда вы работаете', 'question'],
    ['А есть ли у вас парковка', 'question'],
    ['Можно записаться на завтра', 'question'],
    ['What are your opening hours', 'question'],
    ['מתי אתם פתוחים', 'question'],
    ['Спасибо большое', 'thanks'],
    ['Thank you so much', 'thanks'],
    ['תודה רבה', 'thanks'],
    ['Спасибо, а сколько это стоит?', 'question'],
    ['Э-э', 'statement'],
    ['Эээ…', 'hesitation'],
    ['Ну', 'hesitation'],
    ['um, well...', 'hesitation'],
    ['Меня зовут Анна', 'statement'],
    ['Какаду', 'statement'],
  ] as const)('takes «%s» for a %s', (text, context) => {
    expect(contextOf(text)).toBe(context);
  });

  it('takes what is not known yet for a question, whose fillers fit everything', () => {
    expect(contextOf(undefined)).toBe('question');
  });
});
