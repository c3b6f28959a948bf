import { describe, expect, it } from 'vitest';
import { learnVariables, maskedVariables, withoutVariables } from './private-variables.ts';
import { Mask } from './redaction.ts';

describe('what a call was ordered with', () => {
  const variables = { name: 'Анна Петрова', order: '4711', note: 'да' };
  const mask = new Mask('Ты звонишь: Анна Петрова, заказ 4711.');
  learnVariables(mask, variables);

  it('is masked where it is kept, in the prompt, and wherever it is said', () => {
    expect(maskedVariables(mask, variables)).toEqual({ name: 'xxxx xxxxxxx', order: '0000', note: 'да' });
    const hide = withoutVariables(mask, variables);
    expect(hide('Позвони: Анна Петрова, заказ 4711.')).toBe('Позвони: xxxx xxxxxxx, заказ 0000.');
    expect(mask.masked('анну петрову, да?')).toBe('xxxx xxxxxxx, да?');
  });

  it('hides no ordinary word that is among it', () => {
    expect(withoutVariables(mask, variables)('да, вода')).toBe('да, вода');
  });
});
