import { mkdtempSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ownDirectory } from './own-directory.ts';

describe('a directory that a setting names', () => {
  const dir = mkdtempSync(join(tmpdir(), 'parley-own-'));

  it('is made where it is not there', async () => {
    await ownDirectory('DATA_DIR', join(dir, 'a', 'b'));
    expect(statSync(join(dir, 'a', 'b')).isDirectory()).toBe(true);
  });

  it.each(['DATA_DIR', 'MEDIA_DIR'] as const)(
    'is refused by its setting where %s cannot be one',
    async (setting) => {
      const file = join(dir, 'file');
      writeFileSync(file, '');
      await expect(ownDirectory(setting, join(file, 'below'))).rejects.toMatchObject({
        code: `${setting}_UNUSABLE`,
        message: expect.stringContaining(`${setting}: ${file}/below cannot be written (ENOTDIR).`) as string,
      });
    },
  );
});
