import {
  chmod,
  mkdir,
  mkdtemp,
  readFile,
  readdir,
  readlink,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { mustBeWritable, replaceFile } from './replaced-file.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'parley-replaced-'));
});
afterEach(() => rm(dir, { recursive: true }));

it('keeps who may read the file, and replaces what a link leads to', async () => {
  const [file, link] = [join(dir, 'shop.yaml'), join(dir, 'link.yaml')];
  await writeFile(file, 'old');
  await chmod(file, 0o640);
  await symlink(file, link);
  await replaceFile(link, 'new');
  expect(await readFile(file, 'utf8')).toBe('new');
  expect(await readlink(link)).toBe(file);
  expect((await stat(file)).mode & 0o777).toBe(0o640);
  expect((await readdir(dir)).toSorted()).toEqual(['link.yaml', 'shop.yaml']);
});

it('makes a file that others can read, and its directory', async () => {
  const file = join(dir, 'bots/shop.yaml');
  await mustBeWritable(file);
  await replaceFile(file, 'new');
  expect((await stat(file)).mode & 0o444).toBe(0o444);
});

it('says what stands in the way, before and at the end, and leaves what is there', async () => {
  const file = join(dir, 'shop.yaml');
  await writeFile(file, 'old');
  const within = join(file, 'other.yaml');
  await expect(mustBeWritable(within)).rejects.toMatchObject({ code: 'FILE_UNWRITABLE' });
  await expect(replaceFile(within, 'new')).rejects.toMatchObject({ code: 'FILE_UNWRITABLE' });
  await mkdir(`${file}.new`);
  await expect(replaceFile(file, 'new')).rejects.toMatchObject({ code: 'FILE_UNWRITABLE' });
  expect(await readFile(file, 'utf8')).toBe('old');
});
