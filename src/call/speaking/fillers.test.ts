import { describe, expect, it } from 'vitest';
import { contextOf, fillerAfterMs } from './fillers.ts';

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

describe('a filler', () => {
  it('is due at once where whole clips are played, and later where an answer is heard as it arrives', () => {
    expect(fillerAfterMs({ enabled: true }, 'wholeClip')).toBe(100);
    expect(fillerAfterMs({ enabled: true }, 'firstAudio')).toBe(600);
  });

  it('is due when the profile says, or never', () => {
    expect(fillerAfterMs({ enabled: true, afterMs: 0 }, 'firstAudio')).toBe(0);
    expect(fillerAfterMs({ enabled: false, afterMs: 0 }, 'wholeClip')).toBeUndefined();
  });
});
