import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const root = new URL('../../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), 'utf8');

it('a package has what other projects import, with the types, and asks nobody for LangChain', () => {
  const { exports, peerDependencies, peerDependenciesMeta, dependencies } = JSON.parse(
    read('package.json'),
  ) as {
    readonly exports: Readonly<Record<string, { readonly types: string; readonly default: string }>>;
    readonly peerDependencies: Readonly<Record<string, string>>;
    readonly peerDependenciesMeta: Readonly<Record<string, { readonly optional: boolean }>>;
    readonly dependencies: Readonly<Record<string, string>>;
  };
  expect(Object.keys(exports)).toEqual(['./langgraph', './testing']);
  for (const { types, default: code } of Object.values(exports)) {
    expect(types).toBe(code.replace(/js$/, 'd.ts'));
    // What lies in src/ is built to dist/src/, which the package holds.
    expect(read(code.replace('./dist/', '').replace(/js$/, 'ts'))).toContain('export ');
  }
  for (const name of Object.keys(peerDependencies)) {
    expect(peerDependenciesMeta[name]).toEqual({ optional: true });
    expect(dependencies).not.toHaveProperty(name);
  }
});

it('a package is built before it is packed, and holds what the image holds', () => {
  const { files, scripts } = JSON.parse(read('package.json')) as {
    readonly files: readonly string[];
    readonly scripts: Readonly<Record<string, string>>;
  };
  expect(scripts['prepack']).toBe('npm run build');
  const image =
    read('Dockerfile')
      .split(/^FROM .*$/m)
      .at(-1) ?? '';
  // What others have written npm brings to whoever installs the package.
  const copied = [...image.matchAll(/^COPY (?:--from=build \/app\/)?(\w+) \w+$/gm)]
    .map(([, dir]) => dir)
    .filter((dir) => dir !== 'node_modules');
  expect(copied).toContain('dist');
  expect(files).toEqual(expect.arrayContaining(copied));
});
