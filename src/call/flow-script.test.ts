import { expect, it } from 'vitest';
import { FlowMachine } from './flow/flow-machine.ts';
import { SHOP } from './flow/testing/flows.ts';
import { FlowScripts } from './flow-script.ts';

const TURN = { language: 'ru-RU', today: '2026-11-29' };

function begun(): FlowScripts {
  const scripts = new FlowScripts(new FlowMachine(SHOP, { seed: 1, language: 'ru-RU' }), () => undefined);
  scripts.opening().over('heard');
  return scripts;
}

it('an answer that was begun early does not change what the caller is being asked for', () => {
  const scripts = begun();
  const asked = scripts.expects;
  expect(asked?.type).toBe('oneOf');
  const early = scripts.answering({ text: 'насос', ...TURN });
  early.close();
  expect(scripts.expects).toBe(asked);
  early.over('unused');
  expect(scripts.expects).toBe(asked);
  const answer = scripts.answering({ text: 'насос', ...TURN });
  answer.close();
  answer.over('heard');
  expect(scripts.expects?.type).toBe('number');
});

it('what only the script may say is not said in another language either', () => {
  const script = begun().answering({ text: 'сколько стоит доставка', ...TURN });
  expect(script.admitted('Your order is placed. Which colour would you like? It is three dollars.')).toBe(
    'It is three dollars.',
  );
});
