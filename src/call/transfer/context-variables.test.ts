import { describe, expect, it } from 'vitest';
import { contextVariables } from './context-variables.ts';

const CONTEXT = {
  callId: 'a-1',
  bot: 'shop',
  language: 'ru-RU',
  caller: '+1555',
  reason: '',
  summary: '',
  slots: {},
};

describe('what a colleague is told in channel variables', () => {
  it('is who calls whom, and why', () => {
    const told = contextVariables({
      ...CONTEXT,
      reason: 'заказ',
      summary: 'Хочет насос',
      slots: { size: 'L' },
    });
    expect(told).toEqual({
      PARLEY_CALL_ID: 'a-1',
      PARLEY_BOT: 'shop',
      PARLEY_LANGUAGE: 'ru-RU',
      PARLEY_CALLER: '+1555',
      PARLEY_REASON: 'заказ',
      PARLEY_SUMMARY: 'Хочет насос',
      PARLEY_SLOT_SIZE: 'L',
    });
  });

  it('cannot end an argument of the dialplan, begin a line, or be evaluated', () => {
    const reason = 'one, two\r\nAction: Hangup ${SHELL(rm)} "$[1+1]" a;b|c&d';
    expect(contextVariables({ ...CONTEXT, reason })['PARLEY_REASON']).toBe(
      'one\\, two Action: Hangup SHELLrm 1+1 abcd',
    );
  });

  it('is at most 200 characters a value, without half an escape at its end', () => {
    const told = contextVariables({ ...CONTEXT, summary: `${'x'.repeat(199)},y` });
    expect(told['PARLEY_SUMMARY']).toBe('x'.repeat(199));
  });

  it('names slots as variables are named', () => {
    expect(Object.keys(contextVariables({ ...CONTEXT, slots: { 'order-no 2': '1' } }))).toContain(
      'PARLEY_SLOT_ORDER_NO_2',
    );
  });
});
