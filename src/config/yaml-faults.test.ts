import { expect, it } from 'vitest';
import { readProfile } from './profile-file.ts';

it.each([
  ['a number', '42', ':1: expected keys and values'],
  ['a list', '- prompt', ':1: expected keys and values'],
  ['two documents', 'prompt: x\n---\nprompt: y\n', ':2: expected one document; take the line --- away'],
  ['a text for keys', 'prompt: x\nvoice: alena', ':2: voice: expected keys and values'],
  ['a number for a text', 'prompt: x\ngreeting: 12', ':2: greeting: expected a text'],
  ['a unit', 'prompt: x\nbargeIn: { minSpeechMs: 200ms }', ':2: bargeIn.minSpeechMs: expected a number'],
  [
    'none of several kinds',
    'prompt: x\nllm: { temperature: hot }',
    ':2: llm.temperature: expected a number or none',
  ],
  ['tools that are none', 'prompt: x\ntools: 5', ':2: tools: expected keys and values'],
  ['half a flow', 'prompt: x\nflow: { start: name }', ':2: flow.steps: is missing; expected keys and values'],
])('tells in plain words what is wrong with a file that holds %s', (_, yaml, told) => {
  expect(readProfile('shop', yaml)).toEqual({ faults: [told] });
});
