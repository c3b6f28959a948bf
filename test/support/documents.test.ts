/** What the documents name is there: a newcomer who follows a link, a command or a figure's bench must find it. */
import { existsSync, readFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { dirname, join, normalize } from 'node:path';
import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { projectRoot } from '../../src/base/project-root.ts';
import { COMMANDS } from '../../src/cli/commands.ts';
import { BENCHES } from '../bench/benches.ts';
import { knownMetrics } from './known-metrics.ts';

interface Document {
  readonly path: string;
  readonly text: string;
}

const documents = execFileSync('git', ['ls-files', '*.md'], { cwd: projectRoot(), encoding: 'utf8' })
  .trim()
  .split('\n')
  .map((path): Document => ({ path, text: read(path) }));

/** Without their code, where brackets stand for something else. */
const prose = documents.map(({ path, text }) => ({
  path,
  text: text.replaceAll(/^```[^]*?^```|(?<!\[)`[^`\n]*`/gm, ''),
}));

/** Each find of the pattern's first group, with the document that it stands in, where `isThere` says no. */
function missing(
  pattern: RegExp,
  isThere: (found: string, document: Document) => boolean,
  among: readonly Document[] = documents,
): string[] {
  const finds = among.flatMap((document) =>
    [...document.text.matchAll(pattern)].map(([, found = '']) => ({ found, document })),
  );
  expect(finds.length).toBeGreaterThan(10);
  return finds
    .filter(({ found, document }) => !isThere(found, document))
    .map(({ found, document }) => `${document.path}: ${found}`);
}

describe('the documents', () => {
  it('link to files and headings that are there', () => {
    const leads = (link: string, { path }: Document) => {
      if (/^https?:/.test(link)) return true;
      const [to = '', heading] = link.split('#');
      const file = to === '' ? path : normalize(join(dirname(path), to));
      if (!existsSync(join(projectRoot(), file))) return false;
      return heading === undefined || anchorsOf(read(file)).includes(heading);
    };
    expect(missing(/\]\(([^)\s]+)\)/g, leads, prose)).toEqual([]);
  });

  it('name files that are there', () => {
    const ours = /`((?:src|test|docs|web|deploy|config|examples|asterisk|proto|sounds)\/[\w./-]+)`/g;
    expect(missing(ours, (path) => existsSync(join(projectRoot(), path)))).toEqual([]);
  });

  it('name benches that can be run', () => {
    const commands = read('test/bench/main.ts').matchAll(/\.command\('([\w-]+)'\)/g);
    const names = [...BENCHES.map(({ name }) => name), ...[...commands].map(([, name]) => name)];
    expect(missing(/\bbench -- ([a-z][a-z-]*)/g, (name) => names.includes(name))).toEqual([]);
  });

  it('name metrics that Parley has', () => {
    const isKnown = (name: string) =>
      knownMetrics().some(
        (metric) => metric.name === name || (name.endsWith('_') && metric.name.startsWith(name)),
      );
    expect(missing(/\b(parley_\w+)/g, isKnown)).toEqual([]);
  });

  it('show commands with options that they have', async () => {
    const commands = new Map<string, Command>();
    for (const [name, build] of Object.entries(COMMANDS)) commands.set(name, await build(() => undefined));
    const shown = missing(/(?:^|`|npx )(?:npm run )?parley (?:-- )?([a-z][^\n`#|<&]*)/gm, (line) => {
      const [name = '', ...words] = line.split(/\s+/);
      let command = commands.get(name);
      if (!command) return false;
      const options = [...command.options];
      for (const word of words) {
        const inner: Command | undefined = command.commands.find((each) => each.name() === word);
        command = inner ?? command;
        options.push(...(inner?.options ?? []));
      }
      const given = words.filter((word) => /^--?[a-z]/.test(word));
      return given.every((word) => options.some(({ long, short }) => [long, short].includes(word)));
    });
    expect(shown).toEqual([]);
  });
});

function read(path: string): string {
  return readFileSync(join(projectRoot(), path), 'utf8');
}

/** As GitHub makes them of headings. */
function anchorsOf(text: string): string[] {
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}_ -]/gu, '')
      .replaceAll(' ', '-'),
  );
}
