/** docs/architecture.md walks through files; whoever follows it must find them. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { projectRoot } from '../../src/base/project-root.ts';

const page = readFileSync(join(projectRoot(), 'docs/architecture.md'), 'utf8');

it('every file that the page on the architecture names is there', () => {
  const named = [...page.matchAll(/`((?:src|test)\/[\w./-]+)`/g)].map(([, path]) => path as string);
  expect(named.length).toBeGreaterThan(40);
  expect(named.filter((path) => !existsSync(join(projectRoot(), path)))).toEqual([]);
});

it('the steps in which it puts the service together are those of main.ts', () => {
  const step = readFileSync(join(projectRoot(), 'src/main.ts'), 'utf8');
  for (const [, file] of page.matchAll(/^\| `src\/(service\/[\w-]+\.ts)`/gm))
    expect(step).toContain(`./${file}`);
});
