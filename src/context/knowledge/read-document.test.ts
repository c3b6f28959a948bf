import { describe, expect, it } from 'vitest';
import { handMadePdf } from '../testing/hand-made-pdf.ts';
import { passagesOf } from './passages.ts';
import { readDocument } from './read-document.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

async function passages(file: string, content: Uint8Array) {
  const document = await readDocument(file, content);
  if ('code' in document) throw new Error(`${document.code}: ${document.detail}`);
  return passagesOf(document, file);
}

describe('a document', () => {
  it('in Markdown keeps what stands under which heading, and loses its marks', async () => {
    const source = [
      '---\ntitle: "Доставка и оплата"\n---',
      '# Доставка и оплата\n\n## Сроки <!-- черновик -->\n\nПо **Москве** — [за день](https://x.example "срок").',
      '- до двери\n- в *пункт* выдачи\n',
      'Цены\n----\n\n| Город | Цена |\n|---|---:|\n| Подольск | 350 ₽ |\n| Тула | 490 ₽ |',
      '```\n# не заголовок\n```',
    ].join('\n\n');
    expect(await passages('shop/delivery.md', bytes(source))).toEqual([
      {
        title: 'Доставка и оплата',
        file: 'shop/delivery.md',
        headings: ['Сроки'],
        text: 'По Москве — за день.\nдо двери\nв пункт выдачи',
      },
      {
        title: 'Доставка и оплата',
        file: 'shop/delivery.md',
        headings: ['Цены'],
        text: 'Город: Подольск; Цена: 350 ₽.\nГород: Тула; Цена: 490 ₽.\n# не заголовок',
      },
    ]);
  });

  it('in HTML is what a reader sees of it', async () => {
    const source =
      '<html><head><title>Returns &amp; refunds</title><style>p{}</style><script>ignore()</script></head><body><nav>Home</nav>' +
      '<h1>Returns &amp; refunds</h1><p>Within 30&nbsp;days<br>of purchase.<h2>Refunds<table><tr><td>Card<td>5 days</table><p>open';
    expect(await passages('a.html', bytes(source))).toEqual([
      { title: 'Returns & refunds', file: 'a.html', headings: [], text: 'Within 30 days\nof purchase.' },
      expect.objectContaining({ headings: ['Refunds'], text: 'Card; 5 days\nopen' }),
    ]);
  });

  it('as plain text has the name of its file for a title', async () => {
    expect(await passages('opening_hours.txt', bytes('We open\nat nine.\r\n\r\nOn Sunday we rest.'))).toEqual(
      [
        {
          title: 'opening hours',
          file: 'opening_hours.txt',
          headings: [],
          text: 'We open at nine.\nOn Sunday we rest.',
        },
      ],
    );
  });

  it('as PDF has headings where letters are larger, and whole paragraphs', async () => {
    const pdf = handMadePdf(
      [
        { text: 'Гарантия', size: 20, below: 0 },
        { text: 'На насосы даётся гаран-', size: 10, below: 30 },
        { text: 'тия два года.', size: 10, below: 12 },
        { text: 'Чек обязателен.', size: 10, below: 40 },
      ],
      'Условия',
    );
    expect(await passages('w.pdf', pdf)).toEqual([
      {
        title: 'Условия',
        file: 'w.pdf',
        headings: ['Гарантия'],
        text: 'На насосы даётся гарантия два года.\nЧек обязателен.',
      },
    ]);
  });

  it.each([
    ['broken.pdf', bytes('%PDF-1.7\nnothing that follows is a PDF'), 'KNOWLEDGE_FILE_BROKEN'],
    ['renamed.pdf', bytes('a letter'), 'KNOWLEDGE_FILE_BROKEN'],
    ['scanned.pdf', handMadePdf([]), 'KNOWLEDGE_FILE_EMPTY'],
    ['windows-1251.txt', Uint8Array.of(0xcf, 0xf0, 0xe8, 0xe2, 0xe5, 0xf2), 'KNOWLEDGE_FILE_NOT_TEXT'],
    ['picture.md', Uint8Array.of(0x89, 0x50, 0, 0), 'KNOWLEDGE_FILE_NOT_TEXT'],
    ['empty.html', bytes('<title>Empty</title><script>x</script>'), 'KNOWLEDGE_FILE_EMPTY'],
  ])('that cannot be read is told with a code: %s', async (file, content, code) => {
    expect(await readDocument(file, content)).toMatchObject({ file, code });
  });

  it('is divided into passages of 80 to 200 words, at paragraphs and sentences, and loses no word', async () => {
    const sentence = (number: number) => `Предложение номер ${number} из десяти слов стоит здесь для счёта.`;
    const paragraph = (from: number, count: number) =>
      Array.from({ length: count }, (_, at) => sentence(from + at)).join(' ');
    const source = [paragraph(0, 6), paragraph(6, 6), paragraph(12, 3), paragraph(15, 60)].join('\n\n');
    const found = await passages('long.md', bytes(source));
    const counts = found.map(({ text }) => text.split(/\s+/).length);
    expect(counts.length).toBeGreaterThan(3);
    for (const count of counts.slice(0, -1)) expect(count).toBeGreaterThanOrEqual(80);
    for (const count of counts) expect(count).toBeLessThanOrEqual(200);
    expect(
      found
        .map(({ text }) => text)
        .join(' ')
        .split(/\s+/),
    ).toEqual(source.split(/\s+/));
  });
});
