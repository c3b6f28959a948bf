import { describe, expect, it } from 'vitest';
import { seeded } from '../base/seeded.ts';
import { formParts } from './multipart.ts';

const TYPE = 'multipart/form-data; boundary=x';

function read(text: string, type = TYPE) {
  const parts = formParts(Buffer.from(text, 'latin1'), type);
  return parts?.map(({ name, fileName, content }) => [name, fileName, content.toString('latin1')]);
}

const part = (parameters: string, content: string) =>
  `--x\r\nContent-Disposition: form-data; ${parameters}\r\n\r\n${content}\r\n`;

describe('a form', () => {
  it('is read as FormData writes it, names in quotes, umlauts and line ends and all', async () => {
    const form = new FormData();
    form.set('a "quoted" name', 'два\r\nслова');
    form.append('times[]', 'word');
    form.append('times[]', 'segment');
    form.set('file', new Blob([new Uint8Array([13, 10, 45, 45, 0, 255])]), 'мой "голос".wav');
    const sent = new Response(form);
    const type = sent.headers.get('content-type') ?? '';
    const parts = formParts(Buffer.from(await sent.arrayBuffer()), type) ?? [];
    expect(parts.map(({ name, fileName }) => [name, fileName])).toEqual([
      ['a "quoted" name', undefined],
      ['times[]', undefined],
      ['times[]', undefined],
      ['file', 'мой "голос".wav'],
    ]);
    expect(parts.map(({ content }) => content.toString()).slice(0, 3)).toEqual([
      'два\r\nслова',
      'word',
      'segment',
    ]);
    expect([...(parts[3]?.content ?? [])]).toEqual([13, 10, 45, 45, 0, 255]);
  });

  it.each([
    ['as curl escapes quotes', part(String.raw`name="a\"b"`, '1') + '--x--', [['a"b', undefined, '1']]],
    ['with bare names', part('name=a; filename=b.wav', '1') + '--x--\r\n', [['a', 'b.wav', '1']]],
    [
      'with words before it and behind it',
      `hello\r\n${part('name="a"', '')}--x--bye`,
      [['a', undefined, '']],
    ],
    [
      'with a name as Python writes it',
      part('name="a"; filename*=utf-8\'\'%D1%8F%20x.wav', '1') + '--x--',
      [['a', 'я x.wav', '1']],
    ],
    [
      'with a name that only looks so',
      part('name="a"; filename*=utf-8\'\'%D1%zz', '1') + '--x--',
      [['a', '%D1%zz', '1']],
    ],
    ['without anything in it', '--x--\r\n', []],
    [
      'with a boundary that only looks like one',
      part('name="a"', '-\r\n-x--x\r--x') + '--x--',
      [['a', undefined, '-\r\n-x--x\r--x']],
    ],
  ])('is read %s', (_how, text, parts) => expect(read(text)).toEqual(parts));

  it.each([
    ['without a boundary', '--x--', 'multipart/form-data'],
    ['of another kind', '--x--', 'application/json; boundary=x'],
    ['without its end', part('name="a"', '1'), TYPE],
    ['that is cut in its headers', '--x\r\nContent-Disposition: form-data; name="a"', TYPE],
    ['with a part that has no name', `${part('filename="a"', '1')}--x--`, TYPE],
    ['with a part that has no headers', '--x\r\n\r\n1\r\n--x--', TYPE],
    ['that is empty', '', TYPE],
  ])('%s is none', (_what, text, type) => expect(read(text, type)).toBeUndefined());

  it('is read in quotes, and behind other parameters', () => {
    const text = `${part('name="a"', '1')}--x--`;
    expect(read(text, 'Multipart/Form-Data; charset=utf-8; boundary="x"')).toEqual([['a', undefined, '1']]);
  });

  it('loses no byte of a file, whatever is in it', () => {
    const chance = seeded(1);
    const bytes = [13, 10, 45, 120, 0];
    for (let round = 0; round < 2000; round++) {
      const content = Buffer.from(Array.from({ length: chance.whole(0, 40) }, () => chance.one(bytes)));
      if (`\r\n${content.toString('latin1')}\r\n`.includes('\r\n--x')) continue;
      expect(read(`${part('name="f"; filename="f"', content.toString('latin1'))}--x--`)).toEqual([
        ['f', 'f', content.toString('latin1')],
      ]);
    }
  });
});
