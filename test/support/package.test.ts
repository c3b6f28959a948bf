import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const root = new URL('../../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), 'utf8');

it('a package is built before it is packed, and holds what the image holds', () => {
  const { files, scripts } = JSON.parse(read('package.json')) as {
    readonly files: readonly string[];
    readonly scripts: Readonly<Record<string, string>>;
  };
  expect(scripts['prepack']).toBe('npm run build');
  const [, , image = ''] = read('Dockerfile')
    .split(/^FROM .*$/m)
    .slice(1);
  const copied = [...image.matchAll(/^COPY (?:--from=build \/app\/)?(\w+) \w+$/gm)].map(([, dir]) => dir);
  expect(copied).toContain('dist');
  expect(files).toEqual(expect.arrayContaining(copied));
});
