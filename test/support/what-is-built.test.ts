/** What operators get and run is the service alone: no test, no double, and of `serve` no stand-in. */
import { dirname, join, resolve } from 'node:path';
import { readFileSync } from 'node:fs';
import ts from 'typescript';
import { expect, it } from 'vitest';
import { projectRoot } from '../../src/base/project-root.ts';

const root = projectRoot();

it('the build holds no tests and none of their doubles', () => {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.build.json'), (path) =>
    ts.sys.readFile(path),
  ) as {
    config: unknown;
  };
  const { fileNames } = ts.parseJsonConfigFileContent(config, ts.sys, root);
  // What is built is also whatever these import.
  const built = loadedBy(fileNames);
  expect(built).toContain('src/main.ts');
  expect([...built].filter((file) => /\.test\.ts$|\/testing\//.test(file))).toEqual([]);
});

it('parley serve loads nothing of the lab', () => {
  const loaded = loadedBy([join(root, 'src/cli/parley.ts'), join(root, 'src/main.ts')]);
  expect(loaded).toContain('src/telephony/asterisk/ari/ari.ts');
  expect([...loaded].filter((file) => file.startsWith('src/lab/'))).toEqual([]);
});

it('parley serve and parley speech load nothing of OpenTelemetry, unless a collector is named', () => {
  const commands = [
    'src/cli/parley.ts',
    'src/main.ts',
    'src/service/open-tracing.ts',
    'src/speech-api/server.ts',
  ];
  const loaded = loadedBy(commands.map((file) => join(root, file)));
  expect(loaded).toContain('src/tracing/call-traces.ts');
  expect(loaded).not.toContain('src/tracing/otlp.ts');
});

/** These and all that is loaded with them, not on demand, from the project's root on. Types are not loaded. */
function loadedBy(files: readonly string[]): ReadonlySet<string> {
  const seen = new Set<string>();
  const visit = (file: string) => {
    if (seen.has(file) || !file.endsWith('.ts')) return;
    seen.add(file);
    const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest);
    for (const statement of source.statements) {
      const from = importOf(statement);
      if (from?.startsWith('.')) visit(resolve(dirname(file), from));
    }
  };
  for (const file of files) visit(file);
  return new Set([...seen].map((file) => file.slice(root.length + 1)));
}

function importOf(statement: ts.Statement): string | undefined {
  const isImport =
    ts.isImportDeclaration(statement) && statement.importClause?.phaseModifier !== ts.SyntaxKind.TypeKeyword;
  const isExport = ts.isExportDeclaration(statement) && !statement.isTypeOnly;
  const specifier = isImport || isExport ? statement.moduleSpecifier : undefined;
  return specifier && ts.isStringLiteral(specifier) ? specifier.text : undefined;
}
