import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WithoutReasoning } from './without-reasoning.ts';

describe('what a model thinks is not heard', () => {
  it.each<[string, string, string]>([
    [
      'a thought before the answer',
      '<think>\nThe caller asks…\n</think>\n\nМы открыты.|',
      '\n\nМы открыты.|',
    ],
    [
      'the channels of gpt-oss',
      '<|channel|>analysis<|message|>They ask.<|channel|>final<|message|>We are open.|',
      'We are open.|',
    ],
    [
      'the channels with their whole frame',
      '<|start|>assistant<|channel|>analysis<|message|>Hm.<|end|><|start|>assistant<|channel|>final<|message|>Yes.<|return|>',
      'Yes.',
    ],
    [
      'a call of a tool',
      '<|channel|>commentary to=functions.price <|constrain|>json<|message|>{"a":1}<|call|>',
      '',
    ],
    ['a thought that is never closed', 'Секунду.| <think>The caller', 'Секунду.| '],
    ['a thought in the middle of a sentence', 'Мы <think>until?</think>открыты.', 'Мы открыты.'],
    ['a thought between two words', 'Мы<think>x</think>открыты.', 'Мы открыты.'],
    ['a thought between two numbers', '5<think>x</think>500', '5|500'],
    ['a thought within a thought', '<think>a<think>b</think>c</think>Да.', 'Да.'],
    ['a thought with attributes', '<thinking mode="deep">a</thinking>Да.', 'Да.'],
    ['the end of a thought that the template began', 'Да.</think>', 'Да.'],
    [
      'thoughts of Mistral, Kimi and others',
      '[THINK]a[/THINK]Да.◁think▷b◁/think▷ Нет.<|begin_of_thought|>c<|end_of_thought|>',
      'Да. Нет.',
    ],
    ['a call of a tool as text', '<tool_call>{"name": "x"}</tool_call>Да.', 'Да.'],
    ['the end of a turn', 'Да.<|im_end|>', 'Да.'],
    ["the caller's part, invented", 'Да.<|im_end|>\n<|im_start|>user\nИ сколько?<|im_end|>', 'Да.\n'],
    ["a template's head", '<|start_header_id|>assistant<|end_header_id|>\n\nДа.<|eot_id|>', '\n\nДа.'],
    ['a head without its mark', '<|im_start|>assistant\nДа.', '\nДа.'],
    ['roles as tokens', '<|assistant|>Да.<|user|>Нет?', 'Да.'],
    ['wide bars', 'Да.<｜end▁of▁sentence｜>', 'Да.'],
    ['tags of Gemma and Llama', '<bos><start_of_turn>model\nДа.<end_of_turn></s>', '\nДа.'],
  ])('%s', (_, answer, heard) => {
    expect(sifted(answer)).toBe(heard);
  });

  it.each([
    '5 < 6 и 7 > 3',
    'a <b> c',
    'sil<[300]> пауза',
    'Первое.| Второе.|',
    '[1] и [см. ниже]',
    '<thin',
    '<|',
    'x <| y',
  ])('but this is: %s', (answer) => {
    expect(sifted(answer)).toBe(answer);
  });

  it('does not hold back what is plain', () => {
    const speech = new WithoutReasoning();
    expect(speech.push('Мы открыты [до ')).toBe('Мы открыты [до ');
    expect(speech.push('девяти <')).toBe('девяти ');
    expect(speech.push('5')).toBe('<5');
  });
});

describe('however the answer is cut into tokens', () => {
  const pieces = fc.constantFrom(
    ...[
      '<think>',
      '</think>',
      '<|channel|>',
      'analysis',
      'final',
      'commentary',
      '<|message|>',
      '<|start|>',
      '<|end|>',
    ],
    ...[
      'assistant',
      'user',
      '\n',
      ' ',
      '<|im_start|>',
      '<|im_end|>',
      '[THINK]',
      '[/THINK]',
      '<tool_call>',
      '</tool_call>',
    ],
    ...[
      '<',
      '|',
      '>',
      '</',
      '<|',
      '|>',
      '[',
      '◁',
      'th',
      'слово',
      '5',
      '.',
      '😀',
      '<think x="1">',
      '<|user|>',
      '<b>',
    ],
  );
  const answers = fc.array(pieces, { maxLength: 40 }).map((parts) => parts.join(''));

  it('the same is heard', () => {
    fc.assert(
      fc.property(answers, fc.array(fc.nat(12), { maxLength: 60 }), (answer, lengths) => {
        expect(sifted(...cut(answer, lengths))).toBe(sifted(answer));
      }),
      { numRuns: 3000 },
    );
  });

  it('no thought is, and every word outside of one', () => {
    const word = fc.constantFrom('мы', 'открыты', '.', ' ', '|', '5');
    const thought = fc.constantFrom(
      '<think>ТАЙНА</think>',
      '<|channel|>analysis<|message|>ТАЙНА<|end|>',
      '[THINK]ТАЙНА [/THINK]',
    );
    const parts = fc.array(fc.oneof({ weight: 3, arbitrary: word }, { weight: 1, arbitrary: thought }), {
      maxLength: 40,
    });
    fc.assert(
      fc.property(parts, fc.array(fc.nat(12), { maxLength: 60 }), (told, lengths) => {
        const heard = sifted(...cut(told.join(''), lengths));
        const words = told.filter((part) => !part.includes('ТАЙНА')).join('');
        expect(heard.replace(/[ |]/g, '')).toBe(words.replace(/[ |]/g, ''));
      }),
      { numRuns: 1000 },
    );
  });

  it('100 KB of it take no longer than they should', () => {
    for (const pattern of ['<', '<|', '<think', '[', '<think>', '<|a', '◁', 'слово ']) {
      const speech = new WithoutReasoning();
      const startedMs = performance.now();
      for (let at = 0; at < 100_000; at += pattern.length) speech.push(pattern);
      speech.end();
      // 30 ms on a quiet machine; a quadratic filter needs many seconds.
      expect(performance.now() - startedMs).toBeLessThan(2000);
    }
  });
});

function sifted(...pieces: string[]): string {
  const speech = new WithoutReasoning();
  return pieces.map((piece) => speech.push(piece)).join('') + speech.end();
}

/** The answer in tokens of these lengths, the rest in one. */
function cut(answer: string, lengths: readonly number[]): string[] {
  let at = 0;
  const tokens = lengths.map((length) => answer.slice(at, (at += length)));
  return [...tokens, answer.slice(at)];
}
