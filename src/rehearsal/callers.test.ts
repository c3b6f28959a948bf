import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { rehearseCommand } from '../cli/rehearse.ts';
import { projectRoot } from '../base/project-root.ts';
import { readCaller } from './caller-file.ts';
import { loadCallers } from './callers.ts';

it.each([
  ['says: [Да]\ntempr: calm', /^:2: tempr: is no key of a caller; did you mean temper\?/],
  [
    'says:\n  - { when: /a/, say: Да, heardas: Нет }',
    /^:2: says\.0\.heardas: is no key of a caller; did you mean heardAs\?/,
  ],
  ['says:\n  - { when: "/(/", say: Да }', /^:2: says\.0\.when: no regular expression/],
  ['says:\n  - Да\n  - { when: /a/ }', /^:3: says\.1: expected one of say, keys, silent, hangUp/],
  ['says: [Да]\nexpect: { slots: { phone: "/^+7/" } }', /^:2: expect\.slots\.phone: no regular expression/],
  ['language: ru-RU', /expected either says or model: true/],
  ['model: true', /goal: expected the goal/],
  [
    'says: [Да]\nexpect: { endedBy: silense }',
    /^:2: expect\.endedBy: silense ends no call; did you mean silence\?/,
  ],
  ['says: [', /^:1: /],
])('a caller who is written wrongly is told by line: %s', (yaml, told) => {
  const read = readCaller('anna', yaml);
  expect('faults' in read && read.faults[0]).toMatch(told);
});

it('words that a caller waits for are found each time, whatever their flags say', () => {
  const read = readCaller('anna', 'says:\n  - { when: /адрес/gi, say: Дом пять }');
  const [line] = 'caller' in read ? read.caller.says : [];
  expect([1, 2].map(() => line?.when?.test('Какой адрес?'))).toEqual([true, true]);
});

it('callers with faults do not call: all faults at once, and status 2', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'callers-'));
  writeFileSync(join(dir, 'a.yaml'), 'says: [Да]\nx: 1');
  writeFileSync(join(dir, 'b.yaml'), 'model: yes');
  await expect(loadCallers(dir, 'shop')).rejects.toThrow(/a\.yaml:2: x: [^]*b\.yaml:1: model/);
  const ends: number[] = [];
  const command = rehearseCommand({ BOTS_DIR: join(projectRoot(), 'examples/bots') }, (status) =>
    ends.push(status),
  );
  await command.parseAsync(['shop', '--callers', dir], { from: 'user' });
  expect(ends).toEqual([2]);
});
