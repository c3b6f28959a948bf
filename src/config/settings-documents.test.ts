import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { SETTINGS, isSecret, settingNames } from './settings-table.ts';

const root = new URL('../../', import.meta.url);

describe('.env.example', () => {
  const lines = readFileSync(new URL('.env.example', root), 'utf8').split('\n');
  const variables = new Map(
    lines.flatMap((line) => {
      const [, name = '', value = ''] = /^(?:# )?([A-Z][A-Z_]+)=(\S*)$/.exec(line) ?? [];
      return name ? [[name, value] as const] : [];
    }),
  );

  it('names every setting and no other', () => {
    expect([...variables.keys()].sort()).toEqual([...settingNames()].sort());
  });

  it('shows the defaults as they are', () => {
    const defaults = settingNames().map((name) => {
      const { otherwise } = SETTINGS[name];
      return [name, typeof otherwise === 'object' ? otherwise.value : ''] as const;
    });
    expect(Object.fromEntries(variables)).toEqual(Object.fromEntries(defaults));
  });
});

describe('the table of settings', () => {
  const document = readFileSync(new URL('docs/settings.md', root), 'utf8');
  const named = new Set(
    [...document.matchAll(/`([A-Z][A-Z]+(?:_[A-Z]+)+|PORT)`(?=[^\n]*\|)/g)].map(([, name]) => name),
  );

  it('names every setting and no other', () => {
    const allowed = new Set(
      settingNames().flatMap((name) => (isSecret(name) ? [name, `${name}_FILE`] : [name])),
    );
    expect(settingNames().filter((name) => !named.has(name))).toEqual([]);
    expect([...named].filter((name) => !allowed.has(name ?? ''))).toEqual([]);
  });
});
