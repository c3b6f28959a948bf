import { describe, expect, it } from 'vitest';
import { profileSchemaFor } from '../../config/bot-profile.ts';
import type { BotProfile } from '../../config/bot-profile.ts';
import type { Bots } from '../../config/bots.ts';
import { silentLog } from '../../base/log.ts';
import { BotRoster } from './bot-roster.ts';
import { PhraseBook } from '../speaking/phrase-book.ts';

function botsOf(greetings: Readonly<Record<string, string>>): Bots {
  const profiles = new Map(
    Object.entries(greetings).map(([name, greeting]): [string, BotProfile] => {
      const raw = { prompt: 'x', greeting };
      return [name, { name, ...profileSchemaFor(raw).parse(raw) }];
    }),
  );
  return { names: [...profiles.keys()], get: (name = 'default') => profiles.get(name) as BotProfile };
}

function rosterWith(greetings: Readonly<Record<string, string>>) {
  const rendered: string[] = [];
  const bookOf = (profile: BotProfile) =>
    new PhraseBook({
      profile,
      speak: async ({ text }, signal) => {
        signal.throwIfAborted();
        rendered.push(text);
        return { sampleRateHz: 8000, data: new Uint8Array(2) };
      },
      shipped: () => [],
      sampleRateHz: 8000,
      log: silentLog,
    });
  return { roster: new BotRoster(botsOf(greetings), bookOf), rendered };
}

describe('bots that are replaced', () => {
  it('have their phrases rendered anew where they changed, and keep them elsewhere', async () => {
    const { roster, rendered } = rosterWith({ default: 'Привет!', shop: 'Магазин.', old: 'Раньше.' });
    await roster.prepared;
    const before = { default: roster.get(), shop: roster.get('shop') };
    rendered.length = 0;
    const changes = roster.replace(botsOf({ default: 'Привет!', shop: 'Аптека.', fresh: 'Новый.' }));
    expect(changes).toEqual({ added: ['fresh'], changed: ['shop'], removed: ['old'] });
    await roster.prepared;
    expect(rendered).toEqual(expect.arrayContaining(['Аптека.', 'Новый.']));
    expect(rendered).not.toContain('Привет!');
    expect(roster.get().book).toBe(before.default.book);
    expect(roster.get('shop').book.ready('greeting', ['Аптека.'])).toHaveLength(1);
    // A call that goes on holds these.
    expect(before.shop.profile.greeting).toBe('Магазин.');
    expect(before.shop.book.ready('greeting', ['Магазин.'])).toHaveLength(1);
  });

  it('stop being rendered when the service stops', async () => {
    const { roster, rendered } = rosterWith({ default: 'Привет!' });
    await roster.close();
    expect(rendered.length).toBeLessThan(3);
  });
});
