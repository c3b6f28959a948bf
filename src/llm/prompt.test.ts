import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { composeMessages } from './prompt.ts';
import type { HistoryMessage } from './prompt.ts';

const history = [
  { role: 'assistant', content: 'Здравствуйте! Чем могу помочь?' },
  { role: 'user', content: 'Сколько стоит доставка?' },
] as const;

describe('what the model reads', () => {
  it("opens with the profile's prompt and the rules for speech, then what has been said", () => {
    const [system, ...rest] = composeMessages({
      profilePrompt: '  Ты — Анна, цветочный магазин.\n',
      language: 'ru-RU',
      history,
    });
    expect(system?.role).toBe('system');
    expect(system?.content).toMatch(/^Ты — Анна, цветочный магазин\.\n\nТы говоришь с человеком по телефону/);
    expect(rest).toEqual([{ role: 'user', content: '…' }, ...history]);
  });

  it('is system, user, assistant, user… whatever was said by whom, for many models take nothing else', () => {
    const message = fc.record({
      role: fc.constantFrom('user' as const, 'assistant' as const),
      content: fc.constantFrom('', ' ', 'Алло', 'Да.'),
      interrupted: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(message, { maxLength: 12 }), (said) => {
        const roles = composeMessages({ profilePrompt: 'x', language: 'ru', history: said }).map(
          ({ role }) => role,
        );
        expect(roles).toEqual(
          roles.map((_, at) => (at === 0 ? 'system' : at % 2 === 1 ? 'user' : 'assistant')),
        );
      }),
    );
  });

  it.each<[string, HistoryMessage[], string[]]>([
    [
      'after Parley was gone for a moment',
      [...history, { role: 'assistant', content: 'Простите, связь прервалась.' }],
      ['…', 'Здравствуйте! Чем могу помочь?', 'Сколько стоит доставка?', 'Простите, связь прервалась.'],
    ],
    [
      "with an operator's words and a question into the silence",
      [
        history[0],
        { role: 'assistant', content: 'Оператор скоро ответит.' },
        { role: 'assistant', content: 'Вы здесь?' },
      ],
      ['…', 'Здравствуйте! Чем могу помочь?| Оператор скоро ответит.| Вы здесь?'],
    ],
  ])('keeps every word of it %s', (_, said, contents) => {
    const [, ...rest] = composeMessages({ profilePrompt: 'x', language: 'ru', history: said });
    expect(rest.map(({ content }) => content)).toEqual(contents);
  });

  it.each([
    ['ru-RU', 'После каждого предложения ставь знак "|"'],
    ['en-US', 'Put the sign "|" after every sentence'],
    ['EN', 'Put the sign "|" after every sentence'],
    ['he-IL', 'אחרי כל משפט כתוב את הסימן "|"'],
    ['de-DE', 'Always speak German.'],
    ['uz-UZ', 'Always speak Uzbek.'],
    ['auto', "Always speak the caller's language."],
  ])('gives the rules for %s', (language, rule) => {
    expect(composeMessages({ profilePrompt: 'x', language, history: [] })[0]?.content).toContain(rule);
  });

  it('shows where the caller stopped hearing an answer', () => {
    const cut = { role: 'assistant', content: 'Доставка стоит триста ', interrupted: true } as const;
    expect(compose(cut)).toBe('Доставка стоит триста —');
  });

  it('keeps the place of an answer of which nothing was heard', () => {
    expect(compose({ role: 'assistant', content: '', interrupted: true })).toBe('—');
  });
});

function compose(message: { role: 'assistant'; content: string; interrupted: boolean }): string | undefined {
  return composeMessages({ profilePrompt: 'x', language: 'ru', history: [message] }).at(-1)?.content;
}
