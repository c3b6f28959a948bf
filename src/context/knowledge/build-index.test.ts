import { mkdir, mkdtemp, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { handMadePdf } from '../testing/hand-made-pdf.ts';
import { buildIndex } from './build-index.ts';
import { readIndex } from './index-file.ts';
import { LoadedIndex } from './loaded-index.ts';

let home: string;
let dir: string;
let path: string;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'parley-index-'));
  dir = join(home, 'docs');
  path = join(home, 'data/knowledge/docs.index');
  await mkdir(dir);
  await writeFile(join(dir, 'delivery.md'), '# Доставка\n\n## Тула\n\nВ Тулу доставляем за два дня.');
});
afterEach(() => rm(home, { recursive: true }));

async function found(question: string) {
  const kept = await readIndex(path);
  if (!kept) throw new Error('there is no index');
  return (await LoadedIndex.load(kept)).find(question, { most: 4 });
}

describe('the index of a folder', () => {
  it('names the files that cannot be read, and holds the rest', async () => {
    await writeFile(join(dir, 'broken.pdf'), '%PDF-1.7 and no more');
    await writeFile(
      join(dir, 'whole.pdf'),
      handMadePdf([{ text: 'Самовывоз с Лесной.', size: 10, below: 0 }]),
    );
    await writeFile(join(dir, 'old.txt'), Uint8Array.of(0xcf, 0xf0, 0xe8));
    await writeFile(join(dir, 'large.md'), Buffer.alloc(33 * 1024 * 1024, 'a'));
    await writeFile(join(dir, 'letter.docx'), 'x');
    await writeFile(join(dir, '.hidden.docx'), 'x');
    await writeFile(join(home, 'secret.md'), 'Пароль');
    await symlink(join(home, 'secret.md'), join(dir, 'link.md'));
    await symlink(join(dir, 'delivery.md'), join(dir, 'inner.md'));
    await symlink(join(dir, 'nowhere'), join(dir, 'dangling.md'));
    const { bad, files } = await buildIndex({ dir, path });
    expect(bad.map(({ file, code }) => [file, code])).toEqual([
      ['broken.pdf', 'KNOWLEDGE_FILE_BROKEN'],
      ['dangling.md', 'KNOWLEDGE_FILE_UNREADABLE'],
      ['large.md', 'KNOWLEDGE_FILE_TOO_LARGE'],
      ['letter.docx', 'KNOWLEDGE_FILE_UNKNOWN'],
      ['link.md', 'KNOWLEDGE_FILE_OUTSIDE'],
      ['old.txt', 'KNOWLEDGE_FILE_NOT_TEXT'],
    ]);
    expect(files).toBe(3);
    expect(await found('самовывоз')).toMatchObject([{ file: 'whole.pdf' }]);
    expect(await found('пароль')).toEqual([]);
  });

  it('is written only when something has changed, and leaves no half-written file', async () => {
    expect(await buildIndex({ dir, path })).toMatchObject({ isNew: true, passages: 1 });
    expect(await buildIndex({ dir, path })).toMatchObject({ isNew: false, passages: 1 });
    await writeFile(join(dir, 'broken.pdf'), 'x');
    expect(await buildIndex({ dir, path })).toMatchObject({ isNew: true, bad: [{ file: 'broken.pdf' }] });
    expect(await buildIndex({ dir, path })).toMatchObject({ isNew: false, bad: [{ file: 'broken.pdf' }] });
    expect(await readdir(join(home, 'data/knowledge'))).toEqual(['docs.index']);
  });

  const replaced = (bytes: Buffer, from: string, to: string) =>
    Buffer.from(bytes.toString('latin1').replace(from, to), 'latin1');

  it.each([
    ['cut off', (bytes: Buffer) => bytes.subarray(0, bytes.length / 2)],
    ['changed', (bytes: Buffer) => replaced(bytes, '"text"', '"next"')],
    ['of another version', (bytes: Buffer) => replaced(bytes, '"parleyKnowledge":2', '"parleyKnowledge":0')],
    ['empty', () => Buffer.alloc(0)],
  ])('is refused and made anew when it is %s', async (_how, damaged) => {
    await buildIndex({ dir, path });
    await writeFile(path, damaged(await readFile(path)));
    await expect(readIndex(path)).rejects.toMatchObject({ code: 'KNOWLEDGE_INDEX_UNUSABLE' });
    expect(await buildIndex({ dir, path })).toMatchObject({ isNew: true });
    expect(await found('в Тулу')).toHaveLength(1);
  });
});
