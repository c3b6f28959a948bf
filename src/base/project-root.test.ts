import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { projectRoot } from './project-root.ts';

describe('the project root', () => {
  let directory: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'parley-root-'));
  });
  afterEach(() => {
    rmSync(directory, { recursive: true });
  });

  it('is where this package.json is', () => {
    const manifest = JSON.parse(readFileSync(join(projectRoot(), 'package.json'), 'utf8')) as {
      name: string;
    };
    expect(manifest.name).toBe('parley');
  });

  it.each(['src/base', 'dist/src/base'])('is found from a module in %s', (room) => {
    writeFileSync(join(directory, 'package.json'), '{}');
    mkdirSync(join(directory, room), { recursive: true });
    expect(projectRoot(pathToFileURL(join(directory, room, 'project-root.js')).href)).toBe(directory);
  });

  it('is an error where there is no package.json up to the top', () => {
    const lost = pathToFileURL(join(directory, 'lost.js')).href;
    expect(() => projectRoot(lost)).toThrow(/No package.json above/);
  });
});
