import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../base/manual-clock.ts';
import { type Chunk, chunkTokens } from './chunker.ts';
import { speakable } from './speakable.ts';

describe('an answer is cut', () => {
  it.each<[string, string, string[]]>([
    ['at "|"', 'Здравствуйте!| Чем могу помочь?|', ['Здравствуйте!', 'Чем могу помочь?']],
    ['at "|" also without any other mark', 'первая часть|вторая часть', ['первая часть', 'вторая часть']],
    [
      'at sentence ends where "|" is forgotten',
      'Мы открыты. Приходите к нам! Ждём вас.',
      ['Мы открыты. Приходите к нам!', 'Ждём вас.'],
    ],
    ['at line ends', '- первый пункт\n- второй пункт', ['первый пункт', 'второй пункт']],
    [
      'not within numbers, names and addresses',
      'Это 3.14, А. С. Пушкин, ул. Ленина, www.a.ru, в 10:30 и т.д. Потом дальше.',
      ['Это 3.14, А. С. Пушкин, ул. Ленина, www.a.ru, в 10:30 и т.д. Потом дальше.'],
    ],
    [
      'with short pieces joined to the next',
      'Да.| Конечно.| Сейчас посмотрю.|',
      ['Да. Конечно.', 'Сейчас посмотрю.'],
    ],
    ['at "|" between two numbers, which stay two', '5|500 рублей с вас.|', ['5, 500 рублей с вас.']],
    ['at a line end between two numbers', '1\n500 рублей', ['1, 500 рублей']],
    ['not behind the number of a list', '1.\n500 рублей', ['1. 500 рублей']],
    [
      'not within a short list, nor behind an abbreviation',
      '1. Курьер 2. Самовывоз. Цена в т.ч. НДС, комната No. 5.',
      ['1. Курьер 2. Самовывоз.', 'Цена в т.ч. НДС, комната No. 5.'],
    ],
    ['but an only short answer goes out', 'Да.', ['Да.']],
    ['and a short end goes out', 'Записываю вас на завтра.| Да?|', ['Записываю вас на завтра.', 'Да?']],
    [
      'without pieces that hold nothing to speak',
      '*вздыхает*| 😀 |...|Хорошо, давайте.|!!!|',
      ['... Хорошо, давайте.'],
    ],
    ['and nothing to speak is no chunk', ' *smiles* |\n---\n 👍', []],
    ['and no answer is no chunk', '', []],
  ])('%s', async (_, answer, texts) => {
    expect(await textsOf(answer)).toEqual(texts);
  });

  it('at a comma where a sentence is long', async () => {
    const clause = 'очень длинная часть предложения без конца и без края';
    expect(await textsOf(`${clause}, ${clause}, ${clause}.`)).toEqual([
      `${clause}, ${clause},`,
      `${clause}.`,
    ]);
  });

  it('between words where there is no comma, and never within a number', async () => {
    const texts = await textsOf(`${'слово '.repeat(18)}8 800 555 35 35 ${'слово '.repeat(18)}`);
    expect(texts.join(' ')).toContain('8 800 555 35 35');
    expect(texts.filter((text) => text.includes('8 800 555 35 35'))).toHaveLength(1);
    expect(Math.max(...texts.map((text) => text.length))).toBeLessThanOrEqual(121);
  });

  it('within a word only where the word is longer than the synthesizer takes', async () => {
    const texts = await textsOf(`Вот: ${'я'.repeat(400)} и всё`);
    expect(texts.map((text) => text.length)).toEqual([4, 250, 150, 5]);
  });
});

describe('every chunk', () => {
  const words = [
    'Да',
    'слово',
    'Пушкин',
    'А.',
    'г.',
    'т.д.',
    '3.14',
    '1.000,50',
    '10:30',
    'www.a.ru',
    'a_b@c.de',
    'שלום',
    '你好。',
    'é',
    '𝒳',
  ];
  const marks = [
    '.',
    '!',
    '?',
    '…',
    '...',
    ', ',
    ': ',
    ' — ',
    ' ',
    ' ',
    ' ',
    '|',
    '| ',
    '\n',
    '"',
    '»',
    '(',
    ')',
  ];
  const markup = [
    '**',
    '*',
    '_',
    '`',
    '```js\n',
    '# ',
    '\n- ',
    '[',
    ']',
    '](http://a.b)',
    '*вздыхает*',
    '(smiles)',
    '😀',
    '👨‍👩‍👧',
    '~~',
  ];
  const long = fc.integer({ min: 1, max: 600 }).map((length) => 'ж'.repeat(length));
  const plain = fc.constantFrom(...words, ...marks);
  const answers = fc.oneof(
    { weight: 4, arbitrary: joined(fc.oneof(plain, fc.constantFrom(...markup))) },
    {
      weight: 1,
      arbitrary: joined(fc.oneof({ weight: 20, arbitrary: plain }, { weight: 1, arbitrary: long })),
    },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 600 }) },
  );
  const cuts = fc.array(fc.nat(20), { maxLength: 200 });

  it('keeps its letters, its place and its bounds, however the tokens are cut', async () => {
    await fc.assert(
      fc.asyncProperty(answers, cuts, async (answer, lengths) => {
        const chunks = await collect(chunkTokens(from(cut(answer, lengths)), { clock: new ManualClock() }));
        const texts = chunks.map(({ text }) => text);
        expect(letters(texts.join(' '))).toBe(letters(speakable(answer)));
        expect(chunks.map(({ index }) => index)).toEqual(texts.map((__, index) => index));
        expect(chunks.map(({ first }) => first)).toEqual(texts.map((__, index) => index === 0));
        expect(chunks.map(({ last }) => last)).toEqual(texts.map((__, index) => index === texts.length - 1));
        for (const text of texts) {
          expect(text.length).toBeLessThanOrEqual(250);
          expect(letters(text)).not.toBe('');
          expect(text).not.toMatch(/\||^\s|\s$/);
        }
      }),
      { numRuns: 1500 },
    );
  });

  it('is the same however the tokens are cut', async () => {
    await fc.assert(
      fc.asyncProperty(answers, cuts, async (answer, lengths) => {
        const texts = await textsOf(...cut(answer, lengths));
        expect(texts).toEqual(await textsOf(answer));
      }),
      { numRuns: 1500 },
    );
  });

  it('keeps every letter and digit of text without markup', async () => {
    await fc.assert(
      fc.asyncProperty(joined(plain), cuts, async (answer, lengths) => {
        expect(letters((await textsOf(...cut(answer, lengths))).join(' '))).toBe(letters(answer));
      }),
      { numRuns: 500 },
    );
  });

  it('keeps its letters also where the model stalls at any moment', async () => {
    await fc.assert(
      fc.asyncProperty(answers, fc.array(fc.nat(20), { maxLength: 30 }), async (answer, lengths) => {
        const clock = new ManualClock();
        const reading = collect(chunkTokens(stalling(clock, cut(answer, lengths)), { clock }));
        await clock.advance(lengths.length * 1000 + 1000);
        expect(letters((await reading).map(({ text }) => text).join(' '))).toBe(letters(speakable(answer)));
        expect(clock.pending).toBe(0);
      }),
      { numRuns: 200 },
    );
  });

  function joined(part: fc.Arbitrary<string>): fc.Arbitrary<string> {
    return fc.array(part, { maxLength: 120 }).map((parts) => parts.join(''));
  }
});

describe('the numbers spoken are the numbers given', () => {
  const numbers = fc.constantFrom(
    '5',
    '500',
    '8 800 555-35-35',
    '3.14',
    '1 000',
    '12:30',
    '70,5',
    '1\u00a0500',
  );
  const marks = fc.constantFrom(
    ...[
      '|',
      '\n',
      ' | ',
      '[1] рублей ',
      '**',
      ' ** ',
      '~~',
      '`',
      ' 👍 ',
      '👍',
      '[1]',
      '[2](http://a.b)',
      '(smiles)',
      ' *вздыхает* ',
    ],
    ...[
      ' и ещё ',
      '. Потом ',
      ', ',
      ' рублей|',
      '\n- ',
      ' слово слово слово слово слово ',
      '** слово ** ',
      '; ',
      ' — ',
    ],
  );
  const answers = fc.array(fc.tuple(numbers, marks), { minLength: 1, maxLength: 12 });
  /** As one number voices read digits with one mark or space between them at most. */
  const heard = (texts: readonly string[]) =>
    texts
      .flatMap((text) => text.match(/\d+(?:[ \u00a0.,:_*-]?\d+)*/g) ?? [])
      .map((number) => number.replace(/\s/g, ' '));
  const given = (answer: readonly (readonly [string, string])[]) =>
    answer.map(([number]) => number.replace(/\s/g, ' '));
  const written = (answer: readonly (readonly [string, string])[]) => answer.flat().join('');

  it('whatever stands between them', async () => {
    await fc.assert(
      fc.asyncProperty(answers, fc.array(fc.nat(8), { maxLength: 100 }), async (answer, lengths) => {
        expect(heard(await textsOf(...cut(written(answer), lengths)))).toEqual(given(answer));
      }),
      { numRuns: 1500 },
    );
  });

  it('also where the model stalls within one', async () => {
    await fc.assert(
      fc.asyncProperty(answers, fc.array(fc.nat(12), { maxLength: 30 }), async (answer, lengths) => {
        const clock = new ManualClock();
        const reading = collect(chunkTokens(stalling(clock, cut(written(answer), lengths)), { clock }));
        await clock.advance(lengths.length * 1000 + 1000);
        expect(heard((await reading).map(({ text }) => text))).toEqual(given(answer));
      }),
      { numRuns: 300 },
    );
  });
});

describe('a model that stalls', () => {
  it('is not waited for: whole words go out after the first patience', async () => {
    const { clock, tokens, heard } = talk();
    await tokens.say('Я сейчас посмотрю ваш зак');
    await clock.advance(599);
    expect(heard()).toEqual([]);
    await clock.advance(1);
    expect(heard()).toEqual(['Я сейчас посмотрю ваш']);
    await tokens.say('аз.');
    await tokens.end();
    expect(heard()).toEqual(['Я сейчас посмотрю ваш', 'заказ.']);
    expect(clock.pending).toBe(0);
  });

  it('goes out with the clause rather than with half of the next', async () => {
    const { clock, tokens, heard } = talk();
    await tokens.say('Добрый день, меня зовут');
    await clock.advance(600);
    expect(heard()).toEqual(['Добрый день,']);
    await tokens.end();
  });

  it('goes out with a short sentence that is whole', async () => {
    const { clock, tokens, heard } = talk();
    await tokens.say('Секунду.|');
    await clock.advance(600);
    expect(heard()).toEqual(['Секунду.']);
    await tokens.end();
  });

  it('waits on for a third word, then goes out at once', async () => {
    const { clock, tokens, heard } = talk();
    await tokens.say('Сегодня мы ');
    await clock.advance(5000);
    expect(heard()).toEqual([]);
    await tokens.say('работаем до ');
    await clock.advance(0);
    expect(heard()).toEqual(['Сегодня мы работаем до']);
    await tokens.end();
  });

  it('is given more time once the caller has something to hear', async () => {
    const { clock, tokens, heard } = talk();
    await tokens.say('Первое предложение.| А второе пока ещё не');
    await clock.advance(1499);
    expect(heard()).toEqual(['Первое предложение.']);
    await clock.advance(1);
    expect(heard()).toEqual(['Первое предложение.', 'А второе пока ещё']);
    await tokens.end();
  });
});

describe('the stream of chunks', () => {
  it('gives a chunk the moment it is complete, and says later that it was the last', async () => {
    const { clock, tokens, chunks } = talk();
    await tokens.say('Здравствуйте!|');
    await clock.advance(0);
    expect(chunks).toMatchObject([{ index: 0, first: true, last: false }]);
    await tokens.end();
    expect(chunks).toMatchObject([{ index: 0, first: true, last: true }]);
  });

  it("throws the model's error after the chunks that were complete; none of them is the last", async () => {
    const chunks: Chunk[] = [];
    const clock = new ManualClock();
    const failure = new Error('the model broke');
    const reading = (async () => {
      for await (const chunk of chunkTokens(failing(['Первая фраза.|Вторая фраза.|Трет'], failure), {
        clock,
      })) {
        await clock.advance(0);
        chunks.push(chunk);
      }
    })();
    await expect(reading).rejects.toBe(failure);
    expect(chunks.map(({ text, last }) => [text, last])).toEqual([
      ['Первая фраза.', false],
      ['Вторая фраза.', false],
    ]);
    expect(clock.pending).toBe(0);
  });

  it('ends the model and its timer when the reader stops', async () => {
    const clock = new ManualClock();
    let isEnded = false;
    async function* endless() {
      try {
        for (;;) {
          yield 'Ещё одна фраза.| И ещё';
          await new Promise((resolve) => setImmediate(resolve));
        }
      } finally {
        isEnded = true;
      }
    }
    for await (const _ of chunkTokens(endless(), { clock })) break;
    await clock.advance(0);
    await clock.advance(0);
    expect(isEnded).toBe(true);
    expect(clock.pending).toBe(0);
  });

  it.each([
    ['sentences', 'Это обычное предложение, в котором есть слова. '],
    ['no mark at all', 'слово '],
    ['no space at all', 'ы'],
    ['stars', '*'],
    ['open brackets', '['],
    ['open parentheses', '(пауза '],
    ['broken links', ']('],
    ['full stops', '.'],
    ['spaces', ' '],
    ['backticks', '`'],
    ['line ends', '\n-'],
  ])('keeps up with 100 KB of %s', async (_, pattern) => {
    const timeMs = async (length: number) => {
      const tokens = pattern.repeat(Math.ceil(length / pattern.length)).match(/.{1,4}/gsu) ?? [];
      const startedMs = performance.now();
      await textsOf(...tokens);
      return performance.now() - startedMs;
    };
    await timeMs(10_000);
    // Four times as much takes four times as long, and sixteen times in a quadratic chunker; 50 ms on a quiet machine.
    expect(await timeMs(100_000)).toBeLessThan(Math.max(500, 10 * (await timeMs(25_000))));
  });
});

async function textsOf(...tokens: string[]): Promise<string[]> {
  const chunks = await collect(chunkTokens(from(tokens), { clock: new ManualClock() }));
  return chunks.map(({ text }) => text);
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

async function* from(tokens: readonly string[]): AsyncIterable<string> {
  yield* tokens;
}

async function* failing(tokens: readonly string[], failure: Error): AsyncIterable<string> {
  yield* tokens;
  throw failure;
}

async function* stalling(clock: ManualClock, tokens: readonly string[]): AsyncIterable<string> {
  for (const token of tokens) {
    yield token;
    await new Promise<void>((resolve) => void clock.after(1000, resolve));
  }
}

/** The answer in tokens of these lengths, the rest in one. */
function cut(answer: string, lengths: readonly number[]): string[] {
  let at = 0;
  const tokens = lengths.map((length) => answer.slice(at, (at += length)));
  return [...tokens, answer.slice(at)];
}

function letters(text: string): string {
  return text.replace(/[^\p{L}\p{N}]/gu, '');
}

/** A model whose tokens the test sends one by one, and what has been heard of it. */
function talk() {
  const clock = new ManualClock();
  const stream = new TransformStream<string, string>();
  const writer = stream.writable.getWriter();
  const chunks: Chunk[] = [];
  const reading = (async () => {
    for await (const chunk of chunkTokens(stream.readable, { clock })) chunks.push(chunk);
  })();
  const tokens = {
    async say(token: string): Promise<void> {
      await writer.write(token);
      await clock.advance(0);
    },
    async end(): Promise<void> {
      await writer.close();
      await reading;
    },
  };
  return { clock, tokens, chunks, heard: () => chunks.map(({ text }) => text) };
}
